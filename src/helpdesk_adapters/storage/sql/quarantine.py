"""Mail that waits for somebody to decide about it."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, delete, func, select

from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import quarantine as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import QuarantinedFileRow, QuarantinedMailRow, table
from helpdesk_core.ids import OrganizationId, QuarantinedMailId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import QuarantineFilter
from helpdesk_core.quarantine import QuarantinedMail, QuarantineState

MAILS = Kept(
    "quarantined mail",
    QuarantinedMailRow,
    mapping.QUARANTINED,
    mapping.to_quarantined,
    mapping.quarantined_row,
)
_FILES = table(QuarantinedFileRow)
_c = MAILS.c
_OURS = _c.organization_id == bindparam("organization_id")
_LISTED = select(*(_c[name] for name in mapping.QUARANTINED if name != "command"))


class QuarantineReads(Repository):
    _BY_EXTERNAL_ID = Prepared(_LISTED.where(_OURS, _c.external_id == bindparam("external_id")))
    _BY_MESSAGE_ID = Prepared(_LISTED.where(_OURS, _c.message_id == bindparam("message_id")))
    _FROM = Prepared(MAILS.select.where(_OURS, Among(_c.sender, "senders")))
    _NAMING = Prepared(
        select(_FILES.c.digest)
        .where(_FILES.c.organization_id == bindparam("organization_id"), Among(_FILES.c.digest, "digests"))
        .distinct()
    )
    _HELD = Prepared(
        select(func.count()).select_from(
            select(_c.id).where(_c.state == bindparam("state")).limit(bindparam(LIMIT)).subquery()
        )
    )
    _BEFORE = Prepared(
        MAILS.select.where(_c.held_at < bindparam("before")).order_by(_c.held_at).limit(bindparam(LIMIT))
    )

    async def get(
        self, organization_id: OrganizationId, mail_id: QuarantinedMailId
    ) -> QuarantinedMail | None:
        found = await MAILS.get(self._db, mail_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(
        self, organization_id: OrganizationId, wanted: QuarantineFilter, page: Page
    ) -> Slice[QuarantinedMail]:
        check_sort(page, "held_at")
        equal = {"state": None if wanted.state is None else wanted.state.value, "sender": wanted.sender}
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _listing(tuple(given), page.sort, page.after is not None)
        params = {"organization_id": organization_id, **given, **paging(page)}
        return cut(await MAILS.every(self._db, prepared, params), page)

    async def known(
        self, organization_id: OrganizationId, external_id: str | None, message_id: str | None
    ) -> Sequence[QuarantinedMail]:
        found: dict[QuarantinedMailId, QuarantinedMail] = {}
        for prepared, name, value in (
            (self._BY_EXTERNAL_ID, "external_id", external_id),
            (self._BY_MESSAGE_ID, "message_id", message_id),
        ):
            if value is not None:
                params = {"organization_id": organization_id, name: value}
                found.update((mail.id, mail) for mail in await MAILS.every(self._db, prepared, params))
        return sorted(found.values(), key=lambda mail: mail.id)

    async def from_senders(
        self, organization_id: OrganizationId, senders: Sequence[str]
    ) -> Sequence[QuarantinedMail]:
        params = {"organization_id": organization_id, "senders": list(senders)}
        found = await MAILS.every(self._db, self._FROM, params)
        return sorted(found, key=lambda mail: mail.id)

    async def naming(self, organization_id: OrganizationId, digests: Sequence[str]) -> frozenset[str]:
        params = {"organization_id": organization_id, "digests": list(digests)}
        return frozenset(row[0] for row in await self._db.rows(self._NAMING, params))

    async def held(self, most: int) -> int:
        rows = await self._db.rows(self._HELD, {"state": QuarantineState.HELD.value, LIMIT: most})
        return int(rows[0][0])

    async def before(self, moment: datetime, limit: int) -> Sequence[QuarantinedMail]:
        return await MAILS.every(self._db, self._BEFORE, {"before": moment, LIMIT: limit})


class Quarantine(QuarantineReads):
    _ADD_FILE = Prepared(inserting(_FILES))
    _DROP_FILES = Prepared(delete(_FILES).where(_FILES.c.mail_id == bindparam("mail_id")))

    async def add(self, mail: QuarantinedMail) -> None:
        await MAILS.add(self._db, mail, f"There is a quarantined mail of id {mail.id} already.")
        await self._keep_files(mail)

    async def replace(self, mail: QuarantinedMail) -> None:
        before = await self.get(mail.organization_id, mail.id)
        await MAILS.replace(self._db, mail)
        if before is not None and before.digests != mail.digests:
            await self._db.execute(self._DROP_FILES, {"mail_id": mail.id})
            await self._keep_files(mail)

    async def remove(self, organization_id: OrganizationId, mail_id: QuarantinedMailId) -> None:
        if await self.get(organization_id, mail_id) is not None:
            await self._db.execute(self._DROP_FILES, {"mail_id": mail_id})
            await MAILS.remove(self._db, mail_id)

    async def _keep_files(self, mail: QuarantinedMail) -> None:
        rows = [
            {"organization_id": mail.organization_id, "digest": digest, "mail_id": mail.id}
            for digest in mail.digests
        ]
        if rows:
            await self._db.send(self._ADD_FILE, rows)


@lru_cache(16)
def _listing(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    index = next((name for by, name in _INDEX.items() if by in given), "ix_quarantined_mails_all")
    statement = _LISTED.where(_OURS, *(_c[name] == bindparam(name) for name in given))
    statement = statement.with_hint(MAILS.table, f"INDEXED BY {index}", "sqlite")
    return Prepared(ordered(statement, _c.held_at, _c.id, Page(sort=sort), after=after))


_INDEX = {"sender": "ix_quarantined_mails_sender", "state": "ix_quarantined_mails_held"}
