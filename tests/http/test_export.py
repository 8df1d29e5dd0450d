"""An organization is exported, and moves into an empty desk: nothing is lost on the way that can be taken along."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.conversations import Translation, TranslationState
from helpdesk_core.customers import Contact
from helpdesk_core.errors import Conflict
from helpdesk_core.ids import ConversationId, CustomerId
from helpdesk_core.imports.progress import Import, ImportState
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.importing.order_import import Order
from helpdesk_core.users import DESK, Role
from tests.due_jobs import run_jobs
from tests.http.conftest import PASSWORD, Office
from tests.http.running import RunningDesk

KINDS = ("teams", "users", "customers", "fields", "macros", "articles", "tickets")
Told = dict[str, Any]


async def furnish(acme: Office) -> None:
    """A bit of everything that an organization can have."""
    client = acme.client

    async def made(path: str, body: Any) -> Told:
        answer = await client.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    await acme.user(Role.AGENT)
    users = (await client.get("/api/v1/users")).json()["data"]
    agent = users[0]["id"]
    team = await made("/api/v1/teams", {"name": "Workshop", "member_ids": [agent]})
    field = {
        "name": "size",
        "label": "Size",
        "type": "select",
        "options": ["S", "L"],
        "description": "Of it.",
    }
    await made("/api/v1/custom-fields", field)
    actions = [
        {"do": "assign", "value": agent},
        {"do": "assign_team", "value": team["id"]},
        {"do": "reply", "value": "Thanks, {{customer.name}}"},
        {"do": "set_field", "field": "size", "value": "L"},
    ]
    await made("/api/v1/macros", {"name": "Thanks", "actions": actions})
    await made("/api/v1/articles", {"title": "Descaling", "body": "<p>Vinegar.</p>", "published": True})
    first = await acme.ticket(tags=["vip"], priority="high", custom_fields={"size": "L", "odd": [1, 2]})
    other = await acme.ticket("Two things at once", customer={"email": "olaf@mill.example", "name": "=Olaf"})
    file = {"file": ("notes.txt", b"a kettle\n", "text/plain")}
    uploaded = (await client.post("/api/v1/attachments", files=file)).json()
    answer = {"text": "Sie ist unterwegs.", "attachment_ids": [uploaded["id"]]}
    reply = await made(f"/api/v1/tickets/{first['id']}/conversations", answer)
    await translated(acme, ConversationId(UUID(reply["id"])))
    await made(f"/api/v1/tickets/{first['id']}/conversations", {"text": "Careful.", "kind": "note"})
    await made(f"/api/v1/tickets/{first['id']}/satisfaction", {"score": "good", "comment": "Quick!"})
    third = await acme.ticket("The same again")
    await made(f"/api/v1/tickets/{third['id']}/merge", {"into_id": first["id"]})
    await made(f"/api/v1/tickets/{other['id']}/followers", {"email": "chief@oak.example"})
    await acme.ticket("The last one")


async def translated(acme: Office, conversation_id: ConversationId) -> None:
    """The answer was written in another language."""

    async def unit(work: Work) -> None:
        found = await work.conversations.get(acme.id, conversation_id)
        assert found is not None
        translation = Translation("en", "It is on its way.", TranslationState.TRANSLATED)
        await work.conversations.replace(evolve(found, language="de", translation=translation))

    await acme.desk.store().transact(unit)


async def exported(desk: Container, organization: Organization, folder: Path) -> dict[str, list[Told]]:
    await desk.write_export()(organization, folder)
    lines = {kind: (folder / f"{kind}.jsonl").read_text("utf-8").splitlines() for kind in KINDS}
    return {kind: [json.loads(line) for line in told] for kind, told in lines.items()}


async def brought(desk: Container, organization: Organization, folder: Path, **more: Any) -> Import:
    order = Order("files", str(folder), foreground=True, **more)
    import_ = await desk.order_import()(organization.id, DESK, order)
    done = await desk.run_import()(organization.id, import_.id, 1)
    await run_jobs(desk)
    assert done is not None
    return done


async def an_empty_desk() -> tuple[Container, Organization]:
    desk = in_memory(Settings(secret_key=("another key",)))
    return desk, await desk.create_organization()("elsewhere", "Elsewhere")


async def organization_of(acme: Office) -> Organization:
    found = await acme.desk.store().read(lambda view: view.organizations.get(acme.id))
    assert found is not None
    return found


def without_ids(told: dict[str, list[Told]]) -> dict[str, list[Told]]:
    """Everything told with each id as the place at which it stands first: ids are each desk's own, but for mails'."""
    places: dict[str, str] = {}
    uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(?!@)")

    def place(found: re.Match[str]) -> str:
        return places.setdefault(found[0], f"id {len(places)}")

    return dict(json.loads(uuid.sub(place, json.dumps(told))))


async def test_what_is_exported_and_brought_is_exported_alike(acme: Office, tmp_path: Path) -> None:
    await furnish(acme)
    first = await exported(acme.desk, await organization_of(acme), tmp_path / "first")
    assert {kind: len(things) for kind, things in first.items()} == {
        "teams": 1, "users": 1, "customers": 2, "fields": 1, "macros": 1, "articles": 1, "tickets": 4,
    }  # fmt: skip
    desk, organization = await an_empty_desk()
    done = await brought(desk, organization, tmp_path / "first")
    problems = await desk.store().read(lambda view: view.imports.problems(organization.id, done.id))
    assert (done.state, list(problems)) == (ImportState.COMPLETED, [])
    second = await exported(desk, organization, tmp_path / "second")
    assert without_ids(second) == without_ids(first)
    for name in ("first", "second"):
        [file] = [path for path in (tmp_path / name / "files").rglob("*") if path.is_file()]
        assert file.read_bytes() == b"a kettle\n"


async def test_an_export_tells_everything_and_no_secret(acme: Office, tmp_path: Path) -> None:
    await furnish(acme)
    told = await exported(acme.desk, await organization_of(acme), tmp_path / "out")
    ticket, other, merged, last = told["tickets"]
    assert [one["number"] for one in told["tickets"]] == ["1", "2", "3", "4"]
    assert (ticket["rating"]["score"], ticket["tags"], ticket["channel"]) == ("good", ["vip"], "api")
    assert ticket["fields"] == {told["fields"][0]["id"]: "L", "odd": [1, 2]}
    assert merged["merged_into"] == ticket["id"]
    assert other["followers"] == ["chief@oak.example"]
    assert last["messages"][0]["text"] == "It drips."
    (answer,) = [one for one in ticket["messages"] if "translation" in one]
    assert (answer["language"], answer["text"]) == ("de", "Sie ist unterwegs.")
    assert answer["translation"] == {"language": "en", "text": "It is on its way."}
    everything = "".join(path.read_text("utf-8") for path in (tmp_path / "out").glob("*.json*"))
    kept = await acme.desk.store().read(lambda view: view.users.of(acme.id))
    assert kept[0].password_hash not in everything
    assert PASSWORD not in everything
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["counts"] == {kind: len(things) for kind, things in told.items()}
    assert manifest["files"] == {"count": 1, "bytes": 9}
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


async def test_bringing_an_export_twice_brings_nothing_new(acme: Office, tmp_path: Path) -> None:
    await furnish(acme)
    await exported(acme.desk, await organization_of(acme), tmp_path / "out")
    desk, organization = await an_empty_desk()
    await brought(desk, organization, tmp_path / "out")
    again = await brought(desk, organization, tmp_path / "out")
    changed = {kind: (one.created, one.updated, one.failed) for kind, one in again.tallies.items()}
    assert set(changed.values()) == {(0, 0, 0)}


async def test_numbers_come_out_dense_where_tickets_were_deleted(acme: Office, tmp_path: Path) -> None:
    tickets = [await acme.ticket(f"Ticket {place}") for place in range(4)]
    await acme.client.delete(f"/api/v1/tickets/{tickets[1]['id']}")
    first = await exported(acme.desk, await organization_of(acme), tmp_path / "first")
    assert [one["number"] for one in first["tickets"]] == ["1", "3", "4"]
    desk, organization = await an_empty_desk()
    await brought(desk, organization, tmp_path / "first")
    second = await exported(desk, organization, tmp_path / "second")
    assert [one["number"] for one in second["tickets"]] == ["1", "2", "3"]
    found = await desk.store().read(
        lambda view: view.tickets.page(organization.id, TicketFilter(), Page(sort="number"))
    )
    assert [one.metadata["imported"]["number"] for one in found.items] == ["1", "3", "4"]


async def test_many_messages_and_many_tickets_come_in_their_order(acme: Office, tmp_path: Path) -> None:
    long = await acme.ticket()
    for place in range(120):
        path = f"/api/v1/tickets/{long['id']}/conversations"
        await acme.client.post(path, json={"text": f"Word {place}", "kind": "note"})
    for place in range(110):
        await acme.ticket(f"Ticket {place}")
    told = await exported(acme.desk, await organization_of(acme), tmp_path / "out")
    assert [one["text"] for one in told["tickets"][0]["messages"]][1:] == [f"Word {n}" for n in range(120)]
    assert [one["number"] for one in told["tickets"]] == [str(n) for n in range(1, 112)]


async def test_where_a_ticket_came_from_first_is_not_forgotten(acme: Office, tmp_path: Path) -> None:
    await acme.ticket()
    origin = {"source": "zendesk", "account": "oak", "id": "77", "number": "77", "channel": "web"}

    async def from_zendesk(work: Work) -> None:
        [ticket] = (await work.tickets.page(acme.id, TicketFilter(), Page())).items
        await work.tickets.replace(evolve(ticket, metadata={"imported": origin}))

    await acme.desk.store().transact(from_zendesk)
    first = await exported(acme.desk, await organization_of(acme), tmp_path / "first")
    desk, organization = await an_empty_desk()
    await brought(desk, organization, tmp_path / "first")
    second = await exported(desk, organization, tmp_path / "second")
    wanted = {"source": "zendesk", "account": "oak", "id": "77", "number": "77"}
    assert first["tickets"][0]["metadata"]["imported_from"] == wanted
    assert second["tickets"][0]["metadata"]["imported_from"] == wanted


async def test_names_on_other_channels_come_along(acme: Office, tmp_path: Path) -> None:
    ticket = await acme.ticket()

    async def on_slack(work: Work) -> None:
        known = await work.customers.get(acme.id, CustomerId(UUID(ticket["customer_id"])))
        assert known is not None
        await work.customers.replace(evolve(known, identities=(Contact("slack", "T1/U2"),)))

    await acme.desk.store().transact(on_slack)
    await exported(acme.desk, await organization_of(acme), tmp_path / "out")
    desk, organization = await an_empty_desk()
    await brought(desk, organization, tmp_path / "out")
    found = await desk.store().read(
        lambda view: view.customers.by_contact(organization.id, Contact("slack", "T1/U2"))
    )
    assert found is not None
    assert found.emails == ("ida@garden.example",)


async def test_an_export_needs_a_folder_of_its_own(acme: Office, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Conflict):
        await acme.desk.write_export()(await organization_of(acme), tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


async def test_an_export_is_noted_in_the_audit_log(acme: Office, tmp_path: Path) -> None:
    await exported(acme.desk, await organization_of(acme), tmp_path / "out")
    logged = (await acme.client.get("/api/v1/audit-log?type=organization.exported")).json()["data"]
    assert len(logged) == 1


def test_the_commands_take_an_organization_from_one_desk_to_another(tmp_path: Path) -> None:
    old, new = RunningDesk(tmp_path / "old"), RunningDesk(tmp_path / "new")
    for desk in (old, new):
        desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    csv = "id,subject,message,customer_email,created_at\n1,Leak,It drips.,ida@garden.example,2025-03-01\n"
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "tickets.csv").write_text(csv)
    old.command("import", "files", "--org", "acme", str(tmp_path / "tables"))
    done = old.command("export", "--org", "acme", str(tmp_path / "out"))
    assert (done["counts"]["tickets"], done["counts"]["customers"]) == (1, 1)
    moved = new.command("import", "files", "--org", "acme", str(tmp_path / "out"))
    assert (moved["status"], moved["problems"]) == ("completed", [])
    again = new.command("export", "--org", "acme", str(tmp_path / "again"))
    assert again["counts"] == done["counts"]
    for kind in ("tickets", "customers"):
        lines = [(tmp_path / name / f"{kind}.jsonl").read_text() for name in ("out", "again")]
        first, second = (without_ids({kind: [json.loads(text)]}) for text in lines)
        assert first == second
