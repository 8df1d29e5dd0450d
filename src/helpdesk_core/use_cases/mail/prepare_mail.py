"""What a mail's words and files need before a unit of work takes them: nothing slow is left for the unit."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, frozen

from helpdesk_core.addresses import Address
from helpdesk_core.attachments import StoredFile, safe_filename
from helpdesk_core.commands import PassedOn, TakeEmail
from helpdesk_core.email import Mail, MailPart, Understood, understand, with_bounded_html, with_files_apart
from helpdesk_core.email.forwards import read_forward
from helpdesk_core.email.images import with_located_images
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.authentication import Authenticate, by_headers
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.languages import Languages
from helpdesk_core.ports.offload import Offload, at_hand
from helpdesk_core.use_cases.mail.find_receivers import Receivers


@frozen
class PrepareMail:
    """Stores a mail's files, and the mail itself where its bytes are known, and makes its words ready to be shown."""

    blobs: Blobs
    offload: Offload
    authenticate: Authenticate = by_headers
    languages: Languages | None = None

    async def __call__(
        self,
        mail: Mail,
        target: Receivers,
        received_at: datetime,
        external_id: str | None = None,
        raw: bytes | None = None,
    ) -> TakeEmail:
        organization = target.organization
        whole = with_located_images(with_files_apart(with_bounded_html(mail)))
        all_parts = whole.parts if raw is None else (*whole.parts, _original(raw))
        stored = await self._stored(all_parts, organization)
        files = stored[: len(whole.parts)]
        return TakeEmail(
            mail=_by(target.author, evolve(whole, parts=())),
            received_at=received_at,
            words=await self._understood(whole),
            files=files,
            raw=None if raw is None else stored[-1],
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
        files = await self._stored(whole.parts, organization)
        return PassedOn(evolve(whole, parts=()), await self._understood(whole), files, forward.note)

    async def _understood(self, mail: Mail) -> Understood:
        size = len(mail.text) + 4 * len(mail.html or "")  # which takes longer than bare words
        understood: Understood = await at_hand(self.offload, size, understand, mail)
        if self.languages is None:
            return understood
        return evolve(understood, language=await self.languages.detect(understood.new_text or mail.text))

    async def _stored(self, parts: Sequence[MailPart], organization: Organization) -> tuple[StoredFile, ...]:
        whole = [part.content for part in parts if not part.failure]
        digests = iter(await self.blobs.put_all(organization.id, whole))
        return tuple(
            [
                StoredFile(
                    filename=safe_filename(part.filename),
                    content_type=part.content_type,
                    size=len(part.content),
                    digest=None if part.failure else next(digests),
                    content_id=part.content_id,
                    inline=part.inline,
                    failure=part.failure,
                )
                for part in parts
            ]
        )


def _by(author: Address | None, mail: Mail) -> Mail:
    if author is None or mail.from_ is None:
        return mail
    told = f"It came by way of {mail.from_.email}. Who wrote it is as that mail tells."
    return evolve(mail, from_=author, warnings=(*mail.warnings, told))


def _original(raw: bytes) -> MailPart:
    return MailPart("message.eml", "message/rfc822", raw)
