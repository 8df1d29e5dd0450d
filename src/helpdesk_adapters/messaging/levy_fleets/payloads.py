"""What the desk reads of a report."""

from attrs import frozen


@frozen
class Report:
    message: str
    email: str = ""
    phone: str = ""
    name: str = ""
    subject: str = ""
    vehicle_number: str = ""
    image_url: str = ""
