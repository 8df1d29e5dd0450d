"""The sample desk: an outdoor shop with a week of mail behind it, told by the very use cases that run a real one."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from anyio import to_thread
from attrs import define, field, frozen

from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.email import OutgoingMail, compose
from helpdesk_core.ids import NewId, OrganizationId, TicketId, UserId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.mail import Accepted
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.use_cases.block_senders import BlockSender
from helpdesk_core.use_cases.change_ticket import ChangeTicket, TicketChange
from helpdesk_core.use_cases.manage_api_keys import CreateApiKey
from helpdesk_core.use_cases.manage_people import CreateOrganization, CreateUser
from helpdesk_core.use_cases.open_ticket import Opening, OpenTicket, Requester
from helpdesk_core.use_cases.post_conversation import Draft, PostConversation, agent_author
from helpdesk_core.use_cases.receive_email import ReceiveEmail
from helpdesk_core.users import Actor, Role, Scope, User
