"""Amazon's marketplaces by their ids, and where sellers of each manage their business. Nobody is ever sent elsewhere.

Source: developer-docs.amazon.com/sp-api, "Marketplace IDs" and "Seller Central URLs".
"""

from collections.abc import Mapping
from typing import Final

_EUROPE: Final = "sellercentral-europe.amazon.com"

SELLER_CENTRAL: Final[Mapping[str, str]] = {
    # North and South America
    "A2EUQ1WTGCTBG2": "sellercentral.amazon.ca",
    "ATVPDKIKX0DER": "sellercentral.amazon.com",
    "A1AM78C64UM0Y8": "sellercentral.amazon.com.mx",
    "A2Q3Y263D00KWC": "sellercentral.amazon.com.br",
    # Europe, the Middle East, Africa and India
    "A1RKKUPIHCS9HS": _EUROPE,  # Spain
    "A1F83G8C2ARO7P": _EUROPE,  # United Kingdom
    "A13V1IB3VIYZZH": _EUROPE,  # France
    "A1PA6795UKMFR9": _EUROPE,  # Germany
    "APJ6JRA9NG5V4": _EUROPE,  # Italy
    "A28R8C7NBKEWEA": "sellercentral.amazon.ie",
    "AMEN7PMS3EDWL": "sellercentral.amazon.com.be",
    "A1805IZSGTT6HS": "sellercentral.amazon.nl",
    "A2NODRKZP88ZB9": "sellercentral.amazon.se",
    "A1C3SOZRARQ6R3": "sellercentral.amazon.pl",
    "A33AVAJ2PDY3EV": "sellercentral.amazon.com.tr",
    "ARBP9OOSHTCHU": "sellercentral.amazon.eg",
    "A17E79C6D8DWNP": "sellercentral.amazon.sa",
    "A2VIGQ35RCS4UG": "sellercentral.amazon.ae",
    "AE08WJ6YKNBMC": "sellercentral.amazon.co.za",
    "A21TJRUUN4KGV": "sellercentral.amazon.in",
    # The Far East and Australia
    "A19VAU5U5O7RUS": "sellercentral.amazon.sg",
    "A39IBJ37TRP1C6": "sellercentral.amazon.com.au",
    "A1VC38T7YXB528": "sellercentral.amazon.co.jp",
}
"""By marketplace, the host of Seller Central."""
