"""Nothing of another organization is there, by whatever door one asks for it."""

from typing import Any
from uuid import UUID

import pytest

from helpdesk_http.annotations import kind_of, members_of
from helpdesk_http.operations import Operation
from tests.http.conftest import Office
from tests.http.furnished import API, WITH_IDS, WRITING, Furnished

NOT_THE_SAME_TWICE = {"export_customer", "export_privacy_request", "link_to_attachment"}
"""Reading that is written down in the log, or whose answer is good for an hour from now."""


async def test_there_is_something_of_every_kind_to_ask_for(acme: Office) -> None:
    theirs = Furnished(acme)
    await theirs.fill()
    missing = {name for one in WITH_IDS for name in one.segments if name not in theirs.ids}
    assert missing == set()


async def test_with_a_foreign_id_every_operation_finds_nothing_and_changes_nothing(
    acme: Office, other: Office
) -> None:
    theirs = Furnished(acme)
    await theirs.fill()
    before = await everything(theirs)
    answers = {}
    for operation in WITH_IDS:
        answer = await theirs.ask(operation, other.client)
        answers[f"{operation.method} {operation.path}"] = answer.status_code
    assert {what: status for what, status in answers.items() if status != 404} == {}
    assert await everything(theirs) == before


async def test_a_foreign_id_in_a_body_is_no_way_in_either(acme: Office, other: Office) -> None:
    theirs, ours = Furnished(acme), Furnished(other)
    await theirs.fill()
    await ours.fill()
    before = await everything(theirs)
    taken = {}
    for operation in WRITING:
        for name in named_ids(operation):
            known = theirs.body_of(operation) or {}
            body = {**(ours.body_of(operation) or {}), name: known.get(name, theirs.ids.get(name))}
            if body[name] is None or not operation.segments.keys() <= ours.ids.keys():
                continue
            answer = await other.client.request(operation.method, ours.path_of(operation), json=body)
            if answer.status_code < 400:
                taken[f"{operation.method} {operation.path} {name}"] = answer.status_code
    assert taken == {}
    assert await everything(theirs) == before


async def test_a_list_shows_nothing_of_anybody_else(acme: Office, other: Office) -> None:
    theirs = Furnished(acme)
    await theirs.fill()
    shown = {}
    for operation in API:
        if (
            operation.method == "GET"
            and not operation.segments
            and operation.answer_media == "application/json"
        ):
            answer = await other.client.get(operation.path)
            found = [name for name, id_ in theirs.ids.items() if id_ in answer.text]
            if found:
                shown[operation.path] = found
    assert shown == {}


def named_ids(operation: Operation) -> list[str]:
    if operation.body is None or operation.body is bytes:
        return []
    return [member.wire for member in members_of(operation.body) if UUID in kind_of(member.annotation).arms]


async def everything(theirs: Furnished) -> dict[str, Any]:
    """What the organization itself sees, by address."""
    seen = {}
    for operation in API:
        plain = operation.method == "GET" and operation.answer_media == "application/json"
        if (
            plain
            and operation.name not in NOT_THE_SAME_TWICE
            and operation.segments.keys() <= theirs.ids.keys()
        ):
            path = theirs.path_of(operation)
            seen[path] = (await theirs.office.client.get(path)).text
    return seen


@pytest.mark.parametrize("operation", WITH_IDS, ids=lambda one: one.name)
async def test_what_is_no_id_names_nothing(acme: Office, operation: Operation) -> None:
    path = operation.path.format_map(dict.fromkeys(operation.segments, "..%2F1"))
    body = Furnished(acme).body_of(operation)
    assert (await acme.client.request(operation.method, path, json=body)).status_code == 404
