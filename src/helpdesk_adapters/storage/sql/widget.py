"""Widgets' visitors."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, bindparam, delete, select

from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository
from helpdesk_adapters.storage.sql.mapping import widget as mapping
from helpdesk_adapters.storage.sql.mapping.arrangements import ARRANGEMENT, to_arrangement
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import ArrangementRow, SubmissionRow, WidgetSessionRow, table
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession

SESSIONS = Kept(
    "widget session",
    WidgetSessionRow,
    mapping.WIDGET_SESSION,
    mapping.to_widget_session,
    mapping.widget_session_row,
    key="token_hash",
)
_SUBMISSIONS, _WIDGETS = table(SubmissionRow), table(ArrangementRow)


def _removing(rows: Table, time: str, *key: str) -> Prepared:
    """Removes up to so many rows from before a time."""
    old = select(*(rows.c[name] for name in key)).where(rows.c[time] < bindparam("before"))
    old = old.order_by(rows.c[time]).limit(bindparam(LIMIT))
    if len(key) == 1:
        return Prepared(delete(rows).where(rows.c[key[0]].in_(old)))
    found = old.subquery()
    same = [rows.c[name] == found.c[name] for name in key]
    return Prepared(delete(rows).where(select(found).where(*same).exists()))


class WidgetSessionReads(Repository):
    _OF_TICKET = Prepared(
        SESSIONS.select.where(
            SESSIONS.c.ticket_id == bindparam("ticket_id"),
            SESSIONS.c.organization_id == bindparam("organization_id"),
        ).order_by(SESSIONS.c.last_used_at.desc())
    )

    _WITH_WIDGET = Prepared(
        SESSIONS.select.add_columns(*(_WIDGETS.c[name] for name in ARRANGEMENT)).where(
            SESSIONS.c.token_hash == bindparam("token_hash"), _WIDGETS.c.id == SESSIONS.c.widget_id
        )
    )

    async def get(self, token_hash: str) -> WidgetSession | None:
        return await SESSIONS.get(self._db, token_hash)

    async def with_widget(self, token_hash: str) -> tuple[WidgetSession, Widget] | None:
        rows = await self._db.rows(self._WITH_WIDGET, {"token_hash": token_hash})
        if not rows:
            return None
        session, widget = rows[0][: len(mapping.WIDGET_SESSION)], rows[0][len(mapping.WIDGET_SESSION) :]
        return mapping.to_widget_session(session), to_arrangement(Widget, widget)

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> Sequence[WidgetSession]:
        params = {"organization_id": organization_id, "ticket_id": ticket_id}
        return await SESSIONS.every(self._db, self._OF_TICKET, params)


class WidgetSessions(WidgetSessionReads):
    _REMOVE_UNUSED = _removing(SESSIONS.table, "last_used_at", "token_hash")

    async def add(self, session: WidgetSession) -> None:
        await SESSIONS.add(self._db, session, "There is a session of this token already.")

    async def replace(self, session: WidgetSession) -> None:
        await SESSIONS.replace(self._db, session)

    async def remove_unused(self, since: datetime, limit: int) -> int:
        return await self._db.execute(self._REMOVE_UNUSED, {"before": since, LIMIT: limit})


class SubmissionReads(Repository):
    _GET = Prepared(
        select(*(_SUBMISSIONS.c[name] for name in mapping.SUBMISSION)).where(
            _SUBMISSIONS.c.organization_id == bindparam("organization_id"),
            _SUBMISSIONS.c.fingerprint == bindparam("fingerprint"),
        )
    )

    async def get(self, organization_id: OrganizationId, fingerprint: str) -> Submission | None:
        params = {"organization_id": organization_id, "fingerprint": fingerprint}
        rows = await self._db.rows(self._GET, params)
        return Submission(*rows[0]) if rows else None


class Submissions(SubmissionReads):
    _PUT = Prepared(
        inserting(_SUBMISSIONS),
        " ON CONFLICT (organization_id, fingerprint) DO UPDATE SET accepted_at = excluded.accepted_at,"
        " ticket_id = excluded.ticket_id, conversation_id = excluded.conversation_id",
    )
    _FORGET = _removing(_SUBMISSIONS, "accepted_at", "organization_id", "fingerprint")

    async def put(self, submission: Submission) -> None:
        await self._db.execute(self._PUT, mapping.submission_row(submission))

    async def forget(self, before: datetime, limit: int) -> int:
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})
