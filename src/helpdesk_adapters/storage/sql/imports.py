"""Imports, what stood in their way, and what things are called elsewhere."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from helpdesk_adapters.storage.sql.dialects import Among, checked
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import imports as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import ImportProblemRow, ImportRow, ReferenceRow, table
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import ImportId, OrganizationId
from helpdesk_core.imports.progress import Import, Problem
from helpdesk_core.imports.references import Reference
from helpdesk_core.paging import Page, Slice, cut

IMPORTS = Kept("import", ImportRow, mapping.IMPORT, mapping.to_import, mapping.import_row)
_PROBLEMS, _REFERENCES = table(ImportProblemRow), table(ReferenceRow)
_i, _p, _r = IMPORTS.c, _PROBLEMS.c, _REFERENCES.c
_OURS = _i.organization_id == bindparam("organization_id")
_REFERENCE = select(*(_r[name] for name in mapping.REFERENCE))
_OUR_REFERENCES = _r.organization_id == bindparam("organization_id")


class ImportReads(Repository):
    _OF_ACCOUNT = Prepared(
        IMPORTS.select.where(_OURS, _i.source == bindparam("source"), _i.account == bindparam("account"))
        .order_by(_i.created_at.desc(), _i.id.desc())
        .limit(bindparam(LIMIT))
    )
    _OF_IMPORT = Prepared(
        select(_p.kind, _p.external_id, _p.told)
        .where(_p.import_id == bindparam("the_import"), _p.organization_id == bindparam("organization_id"))
        .order_by(_p.number)
    )

    async def get(self, organization_id: OrganizationId, import_id: ImportId) -> Import | None:
        found = await IMPORTS.get(self._db, import_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[Import]:
        check_sort(page, "created_at")
        params = {"organization_id": organization_id, **paging(page)}
        return cut(await IMPORTS.every(self._db, _listing(page.sort, page.after is not None), params), page)

    async def of_account(
        self, organization_id: OrganizationId, source: str, account: str, limit: int
    ) -> Sequence[Import]:
        params = {"organization_id": organization_id, "source": source, "account": account, LIMIT: limit}
        return await IMPORTS.every(self._db, self._OF_ACCOUNT, params)

    async def problems(self, organization_id: OrganizationId, import_id: ImportId) -> Sequence[Problem]:
        params = {"organization_id": organization_id, "the_import": import_id}
        return [mapping.to_problem(row) for row in await self._db.rows(self._OF_IMPORT, params)]


@lru_cache(8)
def _listing(sort: str, after: bool) -> Prepared:
    return Prepared(ordered(IMPORTS.select.where(_OURS), _i.created_at, _i.id, Page(sort=sort), after=after))


class Imports(ImportReads):
    _NOTE = Prepared(inserting(_PROBLEMS))
    _CLEAR = Prepared(
        delete(_PROBLEMS).where(
            _p.import_id == bindparam("the_import"), _p.organization_id == bindparam("organization_id")
        )
    )

    async def add(self, import_: Import) -> None:
        await IMPORTS.add(self._db, import_, f"There is an import {import_.id} already.")

    async def replace(self, import_: Import) -> None:
        await IMPORTS.replace(self._db, import_)

    async def note(self, import_: Import, problems: Sequence[Problem]) -> None:
        if problems:
            known = len(await self.problems(import_.organization_id, import_.id))
            await self._keep(import_, problems, known)

    async def tell_anew(self, import_: Import, problems: Sequence[Problem]) -> None:
        params = {"the_import": import_.id, "organization_id": import_.organization_id}
        await self._db.execute(self._CLEAR, params)
        await self._keep(import_, problems, 0)

    async def _keep(self, import_: Import, problems: Sequence[Problem], known: int) -> None:
        if await self.get(import_.organization_id, import_.id) is None:
            raise NotFound("import", import_.id)
        rows = [
            {
                "import_id": import_.id,
                "number": number,
                "organization_id": import_.organization_id,
                "kind": one.kind,
                "external_id": one.external_id,
                "told": one.told,
            }
            for number, one in enumerate(problems, known + 1)
        ]
        await self._db.send(self._NOTE, rows)


class ReferenceReads(Repository):
    _MANY = Prepared(
        _REFERENCE.where(
            _OUR_REFERENCES,
            _r.source == bindparam("source"),
            _r.account == bindparam("account"),
            _r.kind == bindparam("kind"),
            Among(_r.external_id, "ids"),
        )
    )
    _TO = Prepared(
        _REFERENCE.where(checked(_OUR_REFERENCES), _r.our_id == bindparam("ours")).order_by(
            _r.source, _r.account, _r.kind, _r.external_id
        )
    )

    async def many(
        self, organization_id: OrganizationId, source: str, account: str, kind: str, ids: Sequence[str]
    ) -> Mapping[str, Reference]:
        if not ids:
            return {}
        params = {
            "organization_id": organization_id,
            "source": source,
            "account": account,
            "kind": kind,
            "ids": list(dict.fromkeys(ids)),
        }
        found = (mapping.to_reference(row) for row in await self._db.rows(self._MANY, params))
        return {one.external_id: one for one in found}

    async def to(self, organization_id: OrganizationId, our_id: UUID) -> Sequence[Reference]:
        params = {"organization_id": organization_id, "ours": our_id}
        return [mapping.to_reference(row) for row in await self._db.rows(self._TO, params)]


class References(ReferenceReads):
    _PUT = Prepared(
        inserting(_REFERENCES),
        " ON CONFLICT (organization_id, source, account, kind, external_id) DO UPDATE SET"
        " our_id = excluded.our_id, digest = excluded.digest, version = excluded.version,"
        " made = excluded.made",
    )
    _FORGET = Prepared(delete(_REFERENCES).where(checked(_OUR_REFERENCES), Among(_r.our_id, "ours")))

    async def put_all(self, references: Sequence[Reference]) -> None:
        await self._db.send(self._PUT, [mapping.reference_row(one) for one in references])

    async def forget(self, organization_id: OrganizationId, our_ids: Sequence[UUID]) -> None:
        if our_ids:
            params = {"organization_id": organization_id, "ours": list(our_ids)}
            await self._db.execute(self._FORGET, params)
