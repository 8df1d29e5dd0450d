"""How an organization writes to its customers is changed."""

from typing import Any

from attrs import evolve, frozen

from helpdesk_core.addresses import Address, BadAddress
from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.mail_settings import CONTENT, MailSettings, tidied
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.placeholders import check_placeholders
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.reply_tokens import split_recipient
from helpdesk_core.richtext import sanitize_html
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.users import Actor


@frozen(kw_only=True)
class AcknowledgementChange:
    """What is to be different about the acknowledgement; what is not given stays."""

    active: bool | Unset = UNSET
    subject: str | Unset = UNSET
    text: str | Unset = UNSET


@frozen(kw_only=True)
class MailChange:
    """What is to be different; what is not given stays. `from_` None: the desk's own sender."""

    from_: str | None | Unset = UNSET
    signature: str | Unset = UNSET
    template: str | Unset = UNSET
    acknowledgement: AcknowledgementChange = AcknowledgementChange()


@frozen
class ChangeMailSettings:
    """Changes how an organization writes; mail that has left stays as it was.

    InvalidValue for an address that is none or another tenant's, for placeholders that there are not, and for a
    template that has no place for the answer. Templates are sanitized: they hold nothing that acts.
    """

    store: Store
    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, change: MailChange
    ) -> Organization:
        async def unit(work: Work) -> Organization:
            known = existing(await work.organizations.get(organization_id), "organization", organization_id)
            sender = known.mail_from if isinstance(change.from_, Unset) else self._sender(change.from_, known)
            changed = evolve(
                known, mail_from=sender, mail_settings=_checked(_changed(known.mail_settings, change))
            )
            if changed == known:
                return known
            await work.organizations.replace(changed)
            occasion = Occasion(self.clock(), self.new_id, actor)
            data = {"changed": _differing(known, changed)}
            await work.log.append(
                occasion.event(organization_id, "organization.updated", organization_id, data)
            )
            return changed

        return await self.store.transact(unit)

    def _sender(self, wanted: str | None, organization: Organization) -> str | None:
        """The address that answers are to come from; of the desk's own addresses only the organization's."""
        if wanted is None:
            return None
        try:
            sender = Address(wanted.strip()).email
        except BadAddress as bad:
            raise InvalidValue("from", "must be an address that mail can be sent to") from bad
        mailbox, _, host = sender.rpartition("@")
        parts = split_recipient(sender)
        is_here = host == self.domain.name.lower()
        if is_here and (parts is None or parts[1] is not None or mailbox.lower() != organization.slug):
            own = self.domain.address_of(organization)
            raise InvalidValue("from", f"can be {own} or an address at another domain")
        return sender


def _changed(known: MailSettings, change: MailChange) -> MailSettings:
    wanted: dict[str, Any] = given(change)
    said = evolve(known.acknowledgement, **given(change.acknowledgement))
    texts = {name: wanted[name] for name in ("signature", "template") if name in wanted}
    return evolve(known, **texts, acknowledgement=said)


def _checked(settings: MailSettings) -> MailSettings:
    template = sanitize_html(settings.template).strip()
    if settings.template.strip() and not template:
        raise InvalidValue("template", "holds nothing that a mail may hold")
    clean = tidied(evolve(settings, template=template))
    check_placeholders(clean.signature, "signature")
    check_placeholders(clean.template.replace(CONTENT, ""), "template")
    check_placeholders(clean.acknowledgement.subject, "acknowledgement.subject")
    check_placeholders(clean.acknowledgement.text, "acknowledgement.text")
    return clean


def _differing(before: Organization, after: Organization) -> list[str]:
    """What has changed, by the names that callers know it by."""
    pairs = {
        "from": (before.mail_from, after.mail_from),
        "signature": (before.mail_settings.signature, after.mail_settings.signature),
        "template": (before.mail_settings.template, after.mail_settings.template),
        "acknowledgement": (before.mail_settings.acknowledgement, after.mail_settings.acknowledgement),
    }
    return [name for name, (was, is_now) in pairs.items() if was != is_now]
