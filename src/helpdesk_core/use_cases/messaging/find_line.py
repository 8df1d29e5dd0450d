"""Which of our accounts something happened on that may be known by several names."""

from attrs import evolve

from helpdesk_core.commands import HearMessage, Nothing, OnLine, Outcome, TellAfterwords, TellChoice
from helpdesk_core.event_log import Occasion
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.messaging.find_call import line_of
from helpdesk_core.use_cases.messaging.hear_message import hear_message
from helpdesk_core.use_cases.messaging.take_afterwords import take_afterwords, take_choice


async def on_line(command: OnLine, work: Work, occasion: Occasion) -> Outcome:
    """The step: each of the commands, of the first of the lines that is connected."""
    account = await line_of(command.channel, command.lines, work)
    if isinstance(account, Nothing):
        return account
    outcome: Outcome = Nothing("Nothing is told of the line.", organization_id=account.organization_id)
    for told in command.commands:
        outcome = await _carried_out(told, account.external_id, work, occasion)
    return evolve(outcome, account=account.external_id)


async def _carried_out(
    told: HearMessage | TellAfterwords | TellChoice, account: str, work: Work, occasion: Occasion
) -> Outcome:
    match told:
        case HearMessage():
            heard = evolve(told, message=evolve(told.message, account=account))
            return await hear_message(heard, work, occasion)
        case TellAfterwords():
            return await take_afterwords(evolve(told, account=account), work, occasion)
        case TellChoice():
            return await take_choice(evolve(told, account=account), work, occasion)
