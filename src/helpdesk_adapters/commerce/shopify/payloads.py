"""What Shopify sends: the resources Customer and Order of its REST API
(shopify.dev/docs/api/admin-rest/latest/resources). Ids are numbers beyond 2^53, amounts decimals as text.
"""

from attrs import frozen

from helpdesk_adapters.web.vendor_json import named


@frozen
class Address:
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    province: str = ""
    zip: str = ""
    country: str = ""
    country_code: str = ""
    phone: str = ""


@frozen
class Customer:
    """Where an app may not see who people are, all but the id is missing."""

    id: int
    updated_at: str | None = None
    created_at: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    default_address: Address | None = None


@frozen
class Line:
    id: int
    title: str = ""
    variant_title: str = ""
    quantity: int = 0
    price: str | None = None
    sku: str = ""
    fulfillment_status: str | None = None


@frozen
class Parcel:
    id: int
    status: str = ""
    created_at: str | None = None
    tracking_company: str = ""
    tracking_number: str = ""
    tracking_url: str = ""


@frozen
class Order:
    id: int
    updated_at: str
    created_at: str
    name: str = ""
    currency: str | None = None
    total_price: str | None = None
    financial_status: str | None = None
    fulfillment_status: str | None = None
    cancelled_at: str | None = None
    email: str | None = None
    customer: Customer | None = None
    line_items: tuple[Line, ...] = ()
    fulfillments: tuple[Parcel, ...] = ()
    shipping_address: Address | None = None
    billing_address: Address | None = None


@frozen
class AskedCustomer:
    """Whom a compliance topic means; its id or its address may be all there is of it."""

    id: int | None = None
    email: str = ""
    phone: str = ""


@frozen
class DataRequest:
    id: int | None = None


@frozen
class Compliance:
    """A compliance topic (shopify.dev/docs/apps/build/compliance/privacy-law-compliance)."""

    shop_domain: str
    customer: AskedCustomer | None = None
    orders_requested: tuple[int, ...] = ()
    orders_to_redact: tuple[int, ...] = ()
    data_request: DataRequest | None = None


@frozen
class Told:
    """What the headers say of a delivery; none of it is signed."""

    shop: str
    triggered_at: str = ""
    event: str = named("id", "")
