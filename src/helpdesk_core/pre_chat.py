"""What visitors say of themselves before a chat or in a contact form: read, checked, and taken apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import Factory, frozen

from helpdesk_core.customers import EMAIL, PHONE, Contact, normal_email, normal_phone
from helpdesk_core.errors import InvalidValue
from helpdesk_core.widget import FormField

LONGEST_ANSWER = 2000
MOST_ANSWERS = 50


@frozen
class AboutVisitor:
    """What a visitor has said of themselves; `others` are answers that say nothing of who they are.

    Nothing of it is proven. The first of the contacts (the e-mail address, where it is given) says who they are, so
    that nobody becomes somebody else by naming that one's telephone, and no answer goes to another address.
    """

    name: str = ""
    contacts: tuple[Contact, ...] = ()
    company: str | None = None
    others: Mapping[str, Any] = Factory(dict)


def read_answers(fields: Sequence[FormField], answers: Mapping[str, Any], path: str) -> AboutVisitor:
    """The answers, checked against the form: InvalidValue with the path of the first that will not do.

    Answers to questions that the form does not ask are kept as well. A phone number that cannot be read is kept as
    it was given, among the others: a visitor must not be held up by its spelling.
    """
    if len(answers) > MOST_ANSWERS:
        raise InvalidValue(path, f"has more than {MOST_ANSWERS} answers")
    given = {name: _answer(f"{path}.{name}", value) for name, value in answers.items()}
    for field in fields:
        value = given.get(field.name)
        if field.required and (value is None or value in ("", False)):
            raise InvalidValue(f"{path}.{field.name}", "is required")
        if value is not None and value != "":
            _check(field, value, f"{path}.{field.name}")
    return about(given, path)


def about(given: Mapping[str, Any], path: str) -> AboutVisitor:
    """Who the visitor is, out of answers under the names `name`, `email`, `phone` and `company`."""
    contacts: list[Contact] = []
    others = {name: value for name, value in given.items() if name not in ("name", "email") and value != ""}
    if email := _text(given.get("email")):
        contacts.append(Contact(EMAIL, normal_email(email, f"{path}.email")))
    if phone := _text(given.get("phone")):
        contacts.extend(_phones(phone))
    company = _text(given.get("company"))[:200] or None
    return AboutVisitor(_text(given.get("name"))[:200], tuple(contacts), company, others)


def _answer(path: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str):
        raise InvalidValue(path, "must be a text, a number or a boolean")
    if len(value) > LONGEST_ANSWER:
        raise InvalidValue(path, f"must have at most {LONGEST_ANSWER} characters")
    return value.strip()


def _check(field: FormField, value: Any, path: str) -> None:
    if field.type == "checkbox" and not isinstance(value, bool):
        raise InvalidValue(path, "must be true or false")
    if field.type != "checkbox" and not isinstance(value, str):
        raise InvalidValue(path, "must be a text")
    if field.type == "email":
        normal_email(value, path)


def _phones(text: str) -> list[Contact]:
    try:
        return [Contact(PHONE, normal_phone(text))]
    except InvalidValue:
        return []  # it stays among the other answers, as it was given


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
