"""What a fleet's backend reports for one of its riders."""

from attrs import field, frozen

from helpdesk_core.customers import EMAIL, PHONE, Contact, normal_email, normal_phone
from helpdesk_core.dedup import plain
from helpdesk_core.errors import InvalidValue

LONGEST_URL = 2000


@frozen
class FleetReport:
    """A rider's report, checked. The first of `contacts` that is known decides who the rider is."""

    contacts: tuple[Contact, ...]
    message: str
    name: str = ""
    subject: str = ""
    vehicle_number: str = ""
    image_url: str = field(default="", repr=False)


def fleet_report(
    *,
    email: str,
    phone: str,
    name: str,
    message: str,
    subject: str,
    vehicle_number: str,
    image_url: str,
) -> FleetReport:
    """The report out of its texts, empty where one is not given. InvalidValue names the first that will not do."""
    contacts: list[Contact] = []
    if email.strip():
        contacts.append(Contact(EMAIL, normal_email(email.strip())))
    if phone.strip():
        contacts.append(Contact(PHONE, normal_phone(phone.strip())))
    if not contacts:
        raise InvalidValue("email", "is required where there is no phone")
    if not plain(message):
        raise InvalidValue("message", "must not be empty")
    if len(image_url) > LONGEST_URL:
        raise InvalidValue("image_url", f"must have at most {LONGEST_URL} characters")
    return FleetReport(
        contacts=tuple(contacts),
        message=message,
        name=_line(name),
        subject=_line(subject),
        vehicle_number=_line(vehicle_number),
        image_url=image_url.strip(),
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
