"""How the organization writes to its customers."""

from functools import partial
from typing import Annotated

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId
from helpdesk_core.mail_settings import LONGEST_SIGNATURE, LONGEST_SUBJECT, LONGEST_TEMPLATE, LONGEST_TEXT
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.store import View
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.use_cases.mail.change_mail_settings import AcknowledgementChange, MailChange
from helpdesk_core.users import Scope
from helpdesk_http.fields import About, Text, shown
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.values import Email
from helpdesk_http.who import Caller

Signature = Annotated[
    str,
    Text(
        max=LONGEST_SIGNATURE,
        doc="Plain text under every answer; placeholders are filled in.",
        example="{{agent.name}}\n{{organization.name}}",
    ),
]
Template = Annotated[
    str,
    Text(
        max=LONGEST_TEMPLATE,
        doc="HTML around every answer, with `{{content}}` where the answer goes. Sanitized before it is kept.",
        example='<table><tr><td style="padding:16px">{{content}}</td></tr></table>',
    ),
]
Line = Annotated[
    str,
    Text(max=LONGEST_SUBJECT, pattern=r"^[^\r\n]*$", doc="One line.", example="We have your message"),
]
Words = Annotated[
    str,
    Text(
        min=1,
        max=LONGEST_TEXT,
        pattern=r"\S",
        doc="Plain text.",
        example="Thank you, {{customer.first_name|dear customer}}. Your number is {{ticket.number}}.",
    ),
]
Active = Annotated[bool, About(doc="Off until somebody turns it on.")]


@frozen(kw_only=True)
class AcknowledgementPatch:
    """What is to be different; what is not given stays."""

    active: Active | Unset = UNSET
    subject: Line | Unset = UNSET
    text: Words | Unset = UNSET


@shown(signature="{{agent.name}}\nBrightlane", acknowledgement={"active": True})
@frozen(kw_only=True)
class MailSettingsPatch:
    """What is to be different; what is not given stays. `from` null: answers come from the desk's own address."""

    from_: Email | None | Unset = UNSET
    signature: Signature | Unset = UNSET
    template: Template | Unset = UNSET
    acknowledgement: AcknowledgementPatch = AcknowledgementPatch()

    def change(self) -> MailChange:
        said = self.acknowledgement
        return MailChange(
            from_=self.from_,
            signature=self.signature,
            template=self.template,
            acknowledgement=AcknowledgementChange(active=said.active, subject=said.subject, text=said.text),
        )


@frozen
class AcknowledgementView:
    """What is said by itself to whoever opens a ticket by mail or contact form."""

    active: bool
    subject: str
    text: str


@frozen
class MailSettingsView:
    """How the organization writes to its customers."""

    from_: Annotated[str | None, About(doc="The sender of answers; null: `default_from`.")]
    default_from: Annotated[str, About(doc="The sender where none is set.")]
    address: Annotated[str, About(doc="Where the organization itself receives mail.")]
    signature: str
    template: str
    acknowledgement: AcknowledgementView


async def read_mail_settings(desk: Container, who: Caller) -> MailSettingsView:
    """Read how the organization writes to its customers."""
    organization = await desk.store().read(partial(_organization, who.organization_id))
    return _view(organization, desk.domain())


async def change_mail_settings(desk: Container, who: Caller, body: MailSettingsPatch) -> MailSettingsView:
    """Change how the organization writes to its customers.

    Mail that has left stays as it was. Placeholders are those of macros, such as `{{ticket.number}}`.
    """
    changed = await desk.change_mail_settings()(who.organization_id, who.actor, body.change())
    return _view(changed, desk.domain())


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/mail-settings", read_mail_settings, tag="Mail settings", auth=key(Scope.ADMIN)),
    operation(
        "PATCH /api/v1/mail-settings", change_mail_settings, tag="Mail settings", auth=key(Scope.ADMIN)
    ),
)


async def _organization(organization_id: OrganizationId, view: View) -> Organization:
    return existing(await view.organizations.get(organization_id), "organization", organization_id)


def _view(organization: Organization, domain: MailDomain) -> MailSettingsView:
    kept = organization.mail_settings
    said = kept.acknowledgement
    plain = Organization(organization.id, organization.slug, organization.name, organization.created_at)
    return MailSettingsView(
        from_=organization.mail_from,
        default_from=domain.sender_of(plain),
        address=domain.address_of(organization),
        signature=kept.signature,
        template=kept.template,
        acknowledgement=AcknowledgementView(said.active, said.subject, said.text),
    )
