"""The list of the steps that need nothing but a unit of work, by the command that each carries out."""

from collections.abc import Mapping

from helpdesk_core.commands import (
    AskForData,
    ConfirmTicket,
    ConfirmTopic,
    DeliveryReported,
    EndConnection,
    EndTopic,
    HearTopic,
    LinkContacts,
    OnLine,
    RedactPerson,
    RedactShop,
    TakeFleetReport,
    TellAccount,
    TellAfterwords,
    TellArrival,
    TellBuyerRequest,
    TellCall,
    TellChoice,
    TellOrder,
    TellRecord,
    TellShopCustomer,
)
from helpdesk_core.use_cases.accounts.end_connection import end_connection
from helpdesk_core.use_cases.accounts.tell_account import tell_account
from helpdesk_core.use_cases.commerce.keep_topics import confirm_topic, end_topic, hear_topic
from helpdesk_core.use_cases.commerce.tell_marketplace import tell_buyer_request
from helpdesk_core.use_cases.commerce.tell_order import tell_order, tell_shop_customer
from helpdesk_core.use_cases.commerce.tell_record import tell_record
from helpdesk_core.use_cases.customers.link_contacts import link_contacts
from helpdesk_core.use_cases.customers.take_privacy_request import ask_for_data, redact_person, redact_shop
from helpdesk_core.use_cases.fleet.take_fleet_report import take_fleet_report
from helpdesk_core.use_cases.mail.report_delivery import report_step
from helpdesk_core.use_cases.messaging.announce_ticket import confirm_step
from helpdesk_core.use_cases.messaging.find_line import on_line
from helpdesk_core.use_cases.messaging.take_afterwords import take_afterwords, take_choice
from helpdesk_core.use_cases.messaging.take_arrival import take_arrival
from helpdesk_core.use_cases.messaging.tell_call import tell_call
from helpdesk_core.use_cases.webhooks.perform_event import Step

STEPS: Mapping[type, Step] = {
    TakeFleetReport: take_fleet_report,
    TellOrder: tell_order,
    TellShopCustomer: tell_shop_customer,
    EndConnection: end_connection,
    AskForData: ask_for_data,
    RedactPerson: redact_person,
    RedactShop: redact_shop,
    TellRecord: tell_record,
    TellBuyerRequest: tell_buyer_request,
    HearTopic: hear_topic,
    ConfirmTopic: confirm_topic,
    EndTopic: end_topic,
    DeliveryReported: report_step,
    TellAfterwords: take_afterwords,
    TellArrival: take_arrival,
    TellChoice: take_choice,
    ConfirmTicket: confirm_step,
    OnLine: on_line,
    TellCall: tell_call,
    TellAccount: tell_account,
    LinkContacts: link_contacts,
}
