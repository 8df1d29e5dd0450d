"""What a shop of Shopify's tells of its customers and orders (shopify.dev/docs/api/admin-rest)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

CUSTOMERS = 7_215_448_911_204
ORDERS = 5_512_004_418_871


def a_customer(number: int, at: datetime) -> dict[str, Any]:
    """The customer of this number, as they are first told of."""
    name = {"first_name": f"Mira{number}", "last_name": "Lindqvist"}
    home = {**name, "city": "Gävle", "zip": "80311", "country": "Sweden", "country_code": "SE", "company": ""}
    return {
        "id": CUSTOMERS + number,
        "created_at": at.isoformat(),
        "updated_at": at.isoformat(),
        **name,
        "email": f"Mira{number}@Lindqvist.example",
        "phone": None,
        "default_address": {**home, "address1": f"Hamngatan {number}", "phone": f"+46 26 {120000 + number}"},
    }


def an_order(number: int, at: datetime, person: Mapping[str, Any] | None) -> dict[str, Any]:
    """The order of this number, unpaid and unsent; without a person it is a guest's."""
    price = f"{100 + number}.50"
    lines = [
        {
            "id": ORDERS + 10 * number + place,
            "title": title,
            "quantity": place + 1,
            "price": price,
            "sku": f"OI-{place}",
        }
        for place, title in enumerate(("Bread board", "Coat hook"))
    ]
    return {
        "id": ORDERS + number,
        "name": f"#{number}",
        "created_at": at.isoformat(),
        "updated_at": at.isoformat(),
        "currency": "SEK",
        "total_price": f"{3 * (100 + number)}.50",
        "financial_status": "pending",
        "fulfillment_status": None,
        "email": "" if person is None else person["email"],
        "customer": person,
        "line_items": lines,
        "fulfillments": [],
        "shipping_address": person and person["default_address"],
        "billing_address": person and person["default_address"],
    }


@frozen
class Parcel:
    """What is sent of an order."""

    number: int
    at: datetime

    @property
    def told(self) -> dict[str, Any]:
        return {
            "id": ORDERS + 7 * self.number,
            "status": "success",
            "created_at": self.at.isoformat(),
            "tracking_company": "PostNord",
            "tracking_number": f"SE{self.number}",
            "tracking_url": f"https://track.example/SE{self.number}",
        }
