"""Which outside account an event is of, so that each account can show when it was heard of last."""

from collections.abc import Sequence

from helpdesk_core.commands import (
    AskForData,
    Command,
    Done,
    EndConnection,
    HearMessage,
    HearPart,
    HearTopic,
    LinkContacts,
    LookUpMessage,
    Outcome,
    ReadEmail,
    RedactPerson,
    RedactShop,
    ShowForm,
    TellAccount,
    TellAfterwords,
    TellArrival,
    TellChoice,
    TellOrder,
    TellRecord,
    TellShopCustomer,
)


def account_in(commands: Sequence[Command]) -> str | None:
    """The account that the first of the commands names that names one, as integrations call it. Total."""
    return next((told for command in commands if (told := _named(command))), None)


def account_of(outcomes: Sequence[Outcome]) -> str | None:
    """The account that only carrying the commands out has shown."""
    return next((one.account for one in outcomes if isinstance(one, Done) and one.account), None)


def _named(command: Command) -> str | None:
    match command:
        case HearMessage():
            return command.message.account
        case HearPart():
            return command.part.account
        case TellOrder():
            return command.order.account
        case TellRecord():
            return command.record.account
        case ReadEmail():
            return (command.mailbox or "").lower()
        case TellAccount():
            return None if command.by else command.account
        case (
            TellShopCustomer() | EndConnection() | AskForData() | RedactPerson() | RedactShop() | HearTopic()
        ):
            return command.account
        case TellAfterwords() | TellArrival() | TellChoice() | LinkContacts() | LookUpMessage() | ShowForm():
            return command.account
        case _:
            return None
