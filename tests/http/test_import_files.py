"""Files move in: JSON lines and CSV, with whatever people put into them."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpdesk_adapters.imports import csv_rows
from helpdesk_adapters.imports import folder as folder_source
from helpdesk_core.attachments import AttachmentState
from helpdesk_core.imports.progress import Import, Problem
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, TicketFilter
from helpdesk_core.use_cases.importing.order_import import Order
from helpdesk_core.users import DESK
from tests.due_jobs import run_jobs
from tests.http.conftest import Office

AT = "2025-03-01T09:00:00Z"
CUSTOMERS = "id,name,email,phone,company,blocked,loyalty\n"
TICKETS = "id,subject,message,status,customer_email,customer_name,created_at,tags,field:size,shelf\n"


async def brought(acme: Office, folder: Path, **more: Any) -> tuple[Import, list[Problem]]:
    order = Order("files", str(folder), foreground=True, **more)
    import_ = await acme.desk.order_import()(acme.id, DESK, order)
    done = await acme.desk.run_import()(acme.id, import_.id, 1)
    assert done is not None
    await run_jobs(acme.desk)
    problems = await acme.desk.store().read(lambda view: view.imports.problems(acme.id, done.id))
    return done, list(problems)


async def tickets_of(acme: Office) -> dict[str, Any]:
    answer = await acme.client.get("/api/v1/tickets?limit=100&include=customer,conversations")
    return {one["metadata"]["imported"]["id"]: one for one in answer.json()["data"]}


async def customers_of(acme: Office) -> dict[str, Any]:
    answer = await acme.client.get("/api/v1/customers?limit=100")
    return {one["name"]: one for one in answer.json()["data"]}


def write(folder: Path, **files: str | bytes) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


async def test_tables_of_customers_and_tickets_come_over(acme: Office, tmp_path: Path) -> None:
    write(
        tmp_path,
        customers__csv=CUSTOMERS
        + "17,Ida Fern,ida@garden.example; ida@home.example,+14155550123,Garden,no,gold\n",
        tickets__csv=TICKETS
        + f'1,Leak,"It drips.\nAll day.",solved,ida@garden.example,,{AT},vip;hot,L,B2\n'
        + f"2,Other,Hi,open,olaf@mill.example,Olaf,{AT},,,\n",
    )
    done, problems = await brought(acme, tmp_path)
    assert problems == []
    assert (done.tallies["customers"].created, done.tallies["tickets"].created) == (2, 2)
    customers = await customers_of(acme)
    assert customers.keys() == {"Ida Fern", "Olaf"}
    ida = customers["Ida Fern"]
    assert ida["emails"] == ["ida@garden.example", "ida@home.example"]
    assert (ida["phones"], ida["company"], ida["metadata"]) == (
        ["+14155550123"],
        "Garden",
        {"loyalty": "gold"},
    )
    leak = (await tickets_of(acme))["1"]
    assert (leak["status"], leak["tags"], leak["custom_fields"]) == (
        "resolved",
        ["vip", "hot"],
        {"size": "L"},
    )
    assert (leak["customer"]["name"], leak["metadata"]["shelf"]) == ("Ida Fern", "B2")
    assert [one["content_text"] for one in leak["conversations"]] == ["It drips.\nAll day."]


async def test_assignees_and_teams_of_a_table_come_over_once(acme: Office, tmp_path: Path) -> None:
    head = "id,subject,customer_email,assignee_email,team,created_at\n"
    rows = "".join(f"{n},Leak,ida@garden.example,vera@oak.example,Workshop,{AT}\n" for n in range(3))
    done, problems = await brought(acme, write(tmp_path, tickets__csv=head + rows))
    assert problems == []
    assert [done.tallies[kind].seen for kind in ("teams", "users", "customers")] == [1, 1, 1]
    ticket = (await tickets_of(acme))["0"]
    assert ticket["assignee_id"] is not None
    assert ticket["team_id"] is not None


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("divider", [",", ";", "\t"])
async def test_tables_are_read_as_spreadsheets_write_them(
    acme: Office, tmp_path: Path, mark: bytes, divider: str
) -> None:
    text = "id,name,email\r\n1,Ída Førn,ida@garden.example\r\n".replace(",", divider)
    _, problems = await brought(acme, write(tmp_path, customers__csv=mark + text.encode()))
    assert problems == []
    assert (await customers_of(acme)).keys() == {"Ída Førn"}


async def test_bad_rows_are_told_by_their_lines_and_the_others_come_over(
    acme: Office, tmp_path: Path
) -> None:
    rows = [
        b"1,Good,good@oak.example,,,no,\n",
        b'2,"Two\nlines",two@oak.example,,,no,\n',  # lines 3 and 4
        b"3,M\xfcller,latin@oak.example,,,no,\n",
        b",Nobody,,,,no,\n",
        b"4,Long,long@oak.example,,,no,,,,too,many\n",
        b"5,Perhaps,perhaps@oak.example,,,maybe,\n",
        b"\n",
        b"6,Short\n",
        b"7,Last,last@oak.example,,,yes,",
    ]
    folder = write(tmp_path, customers__csv=CUSTOMERS.encode() + b"".join(rows))
    done, problems = await brought(acme, folder)
    assert [one.external_id for one in problems] == ["line 5", "line 6", "line 7", "line 8"]
    assert "UTF-8" in problems[0].told
    tally = done.tallies["customers"]
    assert (tally.created, tally.failed) == (4, 4)
    customers = await customers_of(acme)
    assert {" ".join(name.split()) for name in customers} == {"Good", "Two lines", "Short", "Last"}


async def test_a_quote_that_never_ends_spoils_one_row(acme: Office, tmp_path: Path) -> None:
    rows = '1,"Open,open@oak.example,,,no,\n2,Good,good@oak.example,,,no,\n3,Fine,fine@oak.example,,,no,\n'
    _, problems = await brought(acme, write(tmp_path, customers__csv=CUSTOMERS + rows))
    assert [one.external_id for one in problems] == ["line 2"]
    assert (await customers_of(acme)).keys() == {"Good", "Fine"}


async def test_what_looks_like_a_formula_stays_a_text(acme: Office, tmp_path: Path) -> None:
    rows = '1,"=HYPERLINK(""http://evil.example"")",a@oak.example,,@SUM(1),no,+1\n'
    await brought(acme, write(tmp_path, customers__csv=CUSTOMERS + rows))
    [customer] = (await customers_of(acme)).values()
    assert customer["name"] == '=HYPERLINK("http://evil.example")'
    assert (customer["company"], customer["metadata"]) == ("@SUM(1)", {"loyalty": "+1"})


async def test_cells_of_a_megabyte_come_over(acme: Office, tmp_path: Path) -> None:
    words = "drip " * 199_000
    row = f'1,Leak,"{words}",open,ida@garden.example,,{AT},,,\n'
    done, problems = await brought(acme, write(tmp_path, tickets__csv=TICKETS + row))
    assert (done.tallies["tickets"].created, problems) == (1, [])
    [found] = (await acme.desk.store().read(lambda v: v.tickets.page(acme.id, TicketFilter(), Page()))).items
    said = await acme.desk.store().read(lambda v: v.conversations.of_ticket(acme.id, found.id, Page()))
    assert said.items[0].content_text.strip() == words.strip()


@pytest.mark.parametrize("text", ["", "\n", '"id,name\n', "\ufeff"])
async def test_a_table_without_names_of_columns_is_refused(acme: Office, tmp_path: Path, text: str) -> None:
    done, _ = await brought(acme, write(tmp_path, customers__csv=text))
    assert done.state.value == "failed"
    assert "customers.csv" in (done.detail or "")


async def test_times_that_are_none_are_told(acme: Office, tmp_path: Path) -> None:
    rows = "1,A,,open,a@oak.example,,yesterday,,,\n2,B,,open,a@oak.example,,,,,\n"
    rows += "3,C,,open,a@oak.example,,2025-03-01 10:00,,,\n"
    _, problems = await brought(acme, write(tmp_path, tickets__csv=TICKETS + rows))
    assert [one.external_id for one in problems if one.kind == "tickets"] == ["line 2", "line 3"]
    assert (await tickets_of(acme))["3"]["created_at"] == "2025-03-01T10:00:00.000Z"


async def test_large_tables_and_long_lists_are_read_page_by_page(
    acme: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_source, "AT_ONCE", 7)
    rows = "".join(f"{n},C{n},c{n}@oak.example,,,no,\n" for n in range(50))
    lines = "".join(
        json.dumps({"id": str(n), "subject": f"T{n}", "created_at": AT, "updated_at": AT}) + "\n"
        for n in range(50)
    )
    done, problems = await brought(
        acme, write(tmp_path, customers__csv=CUSTOMERS + rows, tickets__jsonl=lines)
    )
    assert problems == []
    assert (done.tallies["customers"].created, done.tallies["tickets"].created) == (50, 50)


async def test_a_page_of_large_lines_ends_before_it_fills_the_memory(
    acme: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_source, "LARGEST_PAGE", 60)
    monkeypatch.setattr(csv_rows, "LARGEST_PAGE", 60)
    rows = "".join(f"{n},C{n},c{n}@oak.example,,,no,\n" for n in range(20))
    lines = [json.dumps({"id": str(n), "created_at": AT, "updated_at": AT}) for n in range(20)]
    lines[13] = "{oops"
    done, problems = await brought(
        acme, write(tmp_path, customers__csv=CUSTOMERS + rows, tickets__jsonl="\n".join(lines))
    )
    assert [one.external_id for one in problems] == ["line 14"]
    assert (done.tallies["customers"].created, done.tallies["tickets"].created) == (20, 19)


async def test_bad_json_lines_are_told_by_their_numbers(
    acme: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_source, "LONGEST_LINE", 200)
    good = '{"id": "1", "name": "Ida"}'
    lines = [
        good,
        "{oops",
        "[]",
        '{"id": "2", "nmae": "Olaf"}',
        '{"id": "' + "x" * 900 + '"}',
        "",
        "\udcff",
        good,
    ]
    text = "\n".join(lines[:-2]).encode() + b"\n\xff\xfe\n" + good.replace("1", "9").encode()
    done, problems = await brought(acme, write(tmp_path, customers__jsonl=text))
    assert [one.external_id for one in problems] == [f"line {n}" for n in (2, 3, 4, 5, 7)]
    assert done.tallies["customers"].created == 2


async def test_where_there_are_json_lines_a_table_is_not_looked_at(acme: Office, tmp_path: Path) -> None:
    write(tmp_path, customers__jsonl='{"id": "1", "name": "Ida"}\n', customers__csv="id,name\n2,Olaf\n")
    await brought(acme, tmp_path)
    assert (await customers_of(acme)).keys() == {"Ida"}


async def test_a_folder_that_is_not_there_and_an_export_of_the_future_are_refused(
    acme: Office, tmp_path: Path
) -> None:
    gone, _ = await brought(acme, tmp_path / "nowhere")
    manifest = json.dumps({"format": "helpdesk-export", "version": 99})
    later, _ = await brought(acme, write(tmp_path, manifest__json=manifest))
    assert (gone.state.value, later.state.value) == ("failed", "failed")
    assert "format 99" in (later.detail or "")


def a_ticket_with(reference: str, **more: Any) -> str:
    file = {"id": "f", "filename": "notes.txt", "size": 5, "reference": reference, **more}
    message = {"id": "m", "said": "inbound", "speaker": "customer", "created_at": AT, "files": [file]}
    return json.dumps({"id": "1", "created_at": AT, "updated_at": AT, "messages": [message]}) + "\n"


async def the_file(acme: Office) -> tuple[AttachmentState, str | None]:
    [ticket] = (await acme.desk.store().read(lambda v: v.tickets.page(acme.id, TicketFilter(), Page()))).items
    [file] = await acme.desk.store().read(lambda view: view.attachments.of_ticket(acme.id, ticket.id))
    return file.state, file.detail


async def test_files_beside_the_lines_come_over(acme: Office, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "one").write_bytes(b"words")
    await brought(acme, write(tmp_path, tickets__jsonl=a_ticket_with("files/one")))
    assert await the_file(acme) == (AttachmentState.STORED, None)


@pytest.mark.parametrize(
    "reference",
    [
        "../secret.txt",
        "files/../../secret.txt",
        "/etc/hostname",
        "link.txt",
        "files/gone",
        "files",
        "a\0b",
        "",
    ],
)
async def test_what_is_not_inside_of_the_folder_is_no_file_of_it(
    acme: Office, tmp_path: Path, reference: str
) -> None:
    (tmp_path / "secret.txt").write_bytes(b"words")
    folder = tmp_path / "export"
    (folder / "files").mkdir(parents=True)
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    await brought(acme, write(folder, tickets__jsonl=a_ticket_with(reference)))
    state, detail = await the_file(acme)
    assert state is AttachmentState.FAILED
    assert detail


async def test_a_folder_behind_a_link_does_not_lead_out(acme: Office, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_bytes(b"words")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "files").symlink_to(tmp_path / "elsewhere")
    await brought(acme, write(folder, tickets__jsonl=a_ticket_with("files/secret.txt")))
    assert (await the_file(acme))[0] is AttachmentState.FAILED


async def test_a_dry_run_keeps_nothing(acme: Office, tmp_path: Path) -> None:
    row = f"1,Leak,Hi,open,ida@garden.example,Ida,{AT},,,\n"
    done, _ = await brought(acme, write(tmp_path, tickets__csv=TICKETS + row), dry=True)
    assert (done.tallies["tickets"].created, done.tallies["customers"].created) == (1, 1)
    found = await acme.desk.store().read(lambda v: v.customers.page(acme.id, CustomerFilter(), Page()))
    assert (list(found.items), await tickets_of(acme)) == ([], {})
