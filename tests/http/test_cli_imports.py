"""`helpdesk import` in a terminal: it shows how far it is, can be stopped and taken up again, and says how it ended."""

import json
import os
import pty
import select
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from helpdesk_adapters.imports.lines import line_of
from helpdesk_core.imports.brought import KIND_OF, Brought
from tests.http.commands import COMMAND, Commands, commands
from tests.use_cases.moving import THEN, a_customer, a_ticket

MANY = 4000


@pytest.fixture
def desk(tmp_path: Path) -> Commands:
    made = commands(tmp_path)
    made.json("org", "create", "--slug", "acme", "--name", "Acme")
    return made


def folder_of(place: Path, things: list[Brought]) -> str:
    place.mkdir(exist_ok=True)
    for thing in things:
        with (place / f"{KIND_OF[type(thing)].value}.jsonl").open("a", encoding="utf-8") as file:
            file.write(line_of(thing) + "\n")
    return str(place)


def bring(desk: Commands, folder: str, *more: str) -> Any:
    return desk.json("import", "files", "--org", "acme", folder, *more)


def counts(told: Any) -> dict[str, dict[str, Any]]:
    return {one["kind"]: one for one in told["counts"]}


def test_json_is_one_value_and_nothing_else(desk: Commands, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "there", [a_customer(), a_ticket(), a_ticket("t2", status="parked")])
    told = bring(desk, folder)
    assert (told["status"], told["source"], told["dry_run"]) == ("completed", "files", False)
    assert counts(told)["tickets"]["created"] == 2
    assert told["problems"] == [
        {"kind": "tickets", "external_id": "t2", "message": "No status is set for 'parked': it is open."}
    ]
    again = bring(desk, folder)
    assert (counts(again)["tickets"]["created"], counts(again)["tickets"]["skipped"]) == (0, 2)


def test_whichever_way_leads_to_a_folder_it_is_brought_once(desk: Commands, tmp_path: Path) -> None:
    folder = folder_of(desk.folder / "there", [a_customer(), a_ticket()])
    (desk.folder / "link").symlink_to(folder)
    bring(desk, folder)
    for way in ("there", "./there/", "there/../there", f"../{desk.folder.name}/there", "link"):
        tickets = counts(bring(desk, way))["tickets"]
        assert (tickets["created"], tickets["skipped"]) == (0, 1), way


def test_a_dry_run_keeps_nothing(desk: Commands, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "there", [a_customer(), a_ticket(status="parked")])
    dry = bring(desk, folder, "--dry-run")
    assert (dry["dry_run"], counts(dry)["tickets"]["created"]) == (True, 1)
    assert "would be open" in dry["problems"][0]["message"]
    assert counts(bring(desk, folder))["tickets"]["created"] == 1


def test_a_mapping_of_a_file_says_what_words_mean(desk: Commands, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "there", [a_customer(), a_ticket(status="parked")])
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"statuses": {"Parked": "on_hold"}}))
    assert bring(desk, folder, "--mapping", str(mapping))["problems"] == []


@pytest.mark.parametrize(
    "text", ["", "[]", '{"statuses": {"parked": "asleep"}}', '{"words": {}}', '{"statuses": {"": "open"}}']
)
def test_a_mapping_that_is_none_is_refused(desk: Commands, tmp_path: Path, text: str) -> None:
    folder = folder_of(tmp_path / "there", [a_customer()])
    mapping = tmp_path / "mapping.json"
    mapping.write_text(text)
    code, line = desk.run("import", "files", "--org", "acme", folder, "--mapping", str(mapping)).complaint
    assert code == 1
    assert "is no mapping" in line


def test_people_read_a_table_and_what_was_wrong(desk: Commands, tmp_path: Path) -> None:
    done = desk.run(
        "import", "files", "--org", "acme", folder_of(tmp_path / "there", [a_ticket(status="parked")])
    )
    assert done.code == 0
    assert "created" in done.out
    assert "tickets t1: No status is set for 'parked': it is open." in done.out


def test_an_import_that_does_not_end_well_fails(desk: Commands, tmp_path: Path) -> None:
    done = desk.run("import", "files", "--org", "acme", str(tmp_path / "nowhere"))
    assert done.code == 1
    assert "The import is failed: There is no folder" in done.err
    unknown = desk.run("import", "zendesk", "--org", "acme", "--subdomain", "acme")
    assert unknown.code == 1
    assert "not connected" in unknown.err
    code, line = desk.run("import", "files", "--org", "nobody", str(tmp_path)).complaint
    assert code == 1
    assert "nobody" in line


def test_it_is_stopped_by_ctrl_c_and_taken_up_where_it_was(desk: Commands, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "there", [a_customer(), *_many()])
    process = _started(desk, folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _wait_for_tickets(desk)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    told = bring(desk, folder)
    assert told["status"] == "completed"
    assert counts(told)["tickets"]["seen"] == counts(told)["tickets"]["created"] == MANY
    assert _numbers(desk) == MANY


def test_a_terminal_shows_how_far_it_is(desk: Commands, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "there", [a_customer(), *_many(1000)])
    ours, theirs = pty.openpty()
    process = _started(desk, folder, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    deadline = monotonic() + 60
    while monotonic() < deadline:
        if select.select([ours], [], [], 1)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            shown += piece
            if not piece:
                break
    assert process.wait(timeout=30) == 0
    text = shown.decode(errors="replace")
    assert "tickets" in text
    assert "1000" in text.replace(",", "")
    assert "/s" in text


def _started(desk: Commands, folder: str, **streams: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [COMMAND, "import", "files", "--org", "acme", folder],
        env={**desk._environment(), "TERM": "xterm", "COLUMNS": "120"},
        cwd=desk.folder,
        stdin=subprocess.DEVNULL,
        **streams,
    )


def _wait_for_tickets(desk: Commands) -> None:
    deadline = monotonic() + 60
    while _numbers(desk) == 0:
        assert monotonic() < deadline
        sleep(0.02)


def _numbers(desk: Commands) -> int:
    [path] = desk.data.glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as raw:
        [count] = raw.execute("SELECT count(*) FROM tickets").fetchone()
    return int(count)


def _many(count: int = MANY) -> list[Brought]:
    return [
        a_ticket(f"t{number}", created_at=THEN, updated_at=THEN + timedelta(minutes=number))
        for number in range(count)
    ]
