"""Money in words: whole minor units of a currency, as payment providers count them."""

_WITHOUT_MINOR = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
_WITH_THOUSANDTHS = frozenset("bhd jod kwd omr tnd".split())
"""As Stripe counts them (docs.stripe.com/currencies); all others have hundredths."""


def spelled(amount: int, currency: str) -> str:
    """The amount as it is written, exactly: `588.00 EUR`."""
    name = currency.lower()
    places = 0 if name in _WITHOUT_MINOR else 3 if name in _WITH_THOUSANDTHS else 2
    units, rest = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    digits = f"{units:,}.{rest:0{places}}" if places else f"{units:,}"
    return f"{sign}{digits} {name.upper()}"
