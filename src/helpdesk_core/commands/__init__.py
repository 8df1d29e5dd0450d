"""Commands: what a provider's event means, said in the desk's own words.

A translation makes commands, completing one may fetch what the provider left out, and the step of that name carries it
out inside a unit of work.
"""

from helpdesk_core.commands.commerce import (
    AskForData,
    ConfirmTopic,
    EndConnection,
    EndTopic,
    HearTopic,
    RedactPerson,
    RedactShop,
    TellBuyerRequest,
    TellOrder,
    TellRecord,
    TellShopCustomer,
)
from helpdesk_core.commands.mail import DeliveryReported, FetchEmail, PassedOn, ReadEmail, TakeEmail
from helpdesk_core.commands.messages import (
    ConfirmTicket,
    HearMessage,
    HearPart,
    LinkContacts,
    LookUpMessage,
    OnLine,
    ShowForm,
    TakeFleetReport,
    TellAccount,
    TellAfterwords,
    TellArrival,
    TellCall,
    TellChoice,
)
from helpdesk_core.commands.outcomes import Done, Nothing, Outcome

Command = (
    FetchEmail
    | ReadEmail
    | TakeEmail
    | DeliveryReported
    | TellOrder
    | TellShopCustomer
    | EndConnection
    | AskForData
    | RedactPerson
    | RedactShop
    | TellRecord
    | TellBuyerRequest
    | HearTopic
    | ConfirmTopic
    | EndTopic
    | HearMessage
    | HearPart
    | TellAfterwords
    | TellArrival
    | TellChoice
    | OnLine
    | TellCall
    | TellAccount
    | LinkContacts
    | LookUpMessage
    | ShowForm
    | ConfirmTicket
    | TakeFleetReport
    | Nothing
)

__all__ = [
    "AskForData",
    "Command",
    "ConfirmTicket",
    "ConfirmTopic",
    "DeliveryReported",
    "Done",
    "EndConnection",
    "EndTopic",
    "FetchEmail",
    "HearMessage",
    "HearPart",
    "HearTopic",
    "LinkContacts",
    "LookUpMessage",
    "Nothing",
    "OnLine",
    "Outcome",
    "PassedOn",
    "ReadEmail",
    "RedactPerson",
    "RedactShop",
    "ShowForm",
    "TakeEmail",
    "TakeFleetReport",
    "TellAccount",
    "TellAfterwords",
    "TellArrival",
    "TellBuyerRequest",
    "TellCall",
    "TellChoice",
    "TellOrder",
    "TellRecord",
    "TellShopCustomer",
]
