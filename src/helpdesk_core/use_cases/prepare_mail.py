"""What a mail's words and files need before a unit of work takes them: nothing slow is left for the unit."""

from datetime import datetime

from attrs import evolve, frozen

from helpdesk_core.attachments import StoredFile, safe_filename
from helpdesk_core.commands import PassedOn, TakeEmail
from helpdesk_core.email import Mail, MailPart, understand, with_bounded_html, with_files_apart
from helpdesk_core.email.forwards import read_forward
from helpdesk_core.email.showing import with_located_images
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.authentication import Authenticate, by_headers
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.offload import Offload
from helpdesk_core.use_cases.welcome_mail import Welcome


@frozen
class PrepareMail:
    """Stores a mail's files, and the mail itself where its bytes are known, and makes its words ready to be shown."""

    blobs: Blobs
    offload: Offload
    authenticate: Authenticate = by_headers

    async def __call__(
        self,
        mail: Mail,
        target: Welcome,
        received_at: datetime,
        external_id: str | None = None,
        raw: bytes | None = None,
    ) -> TakeEmail:
        organization = target.organization
        whole = with_located_images(with_files_apart(with_bounded_html(mail)))
        files = tuple([await self._stored(part, organization) for part in whole.parts])
        original = None if raw is None else await self._stored(_original(raw), organization)
        return TakeEmail(
            mail=evolve(whole, parts=()),
            received_at=received_at,
            words=await self.offload(understand, whole),
            files=files,
            raw=original,
            external_id=external_id,
            authentication=await self.authenticate(mail, raw),
            organization_id=organization.id,
            passed_on=await self._passed_on(mail, organization) if target.by_staff else None,
        )

    async def _passed_on(self, mail: Mail, organization: Organization) -> PassedOn | None:
        forward = await self.offload(read_forward, mail)
        if forward is None:
            return None
        whole = with_located_images(with_files_apart(with_bounded_html(forward.mail)))
        files = tuple([await self._stored(part, organization) for part in whole.parts])
        return PassedOn(evolve(whole, parts=()), await self.offload(understand, whole), files, forward.note)

    async def _stored(self, part: MailPart, organization: Organization) -> StoredFile:
        return StoredFile(
            filename=safe_filename(part.filename),
            content_type=part.content_type,
            size=len(part.content),
            digest=None if part.failure else await self.blobs.put(organization.id, part.content),
            content_id=part.content_id,
            inline=part.inline,
            failure=part.failure,
        )


def _original(raw: bytes) -> MailPart:
    return MailPart("message.eml", "message/rfc822", raw)
