"""Articles of the knowledge base over HTTP."""

from typing import Any

import pytest

from helpdesk_core.users import Scope
from tests.http.conftest import Office


async def an_article(office: Office, **fields: Any) -> dict[str, Any]:
    body = {"title": "Sending a kettle back", "body": "<p>You have <b>30 days</b>.</p>", **fields}
    answer = await office.client.post("/api/v1/articles", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_an_article_is_written_read_changed_listed_and_deleted(acme: Office) -> None:
    made = await an_article(acme, published=True, section="Returns", language="en", external_id="kb-1")
    path = f"/api/v1/articles/{made['id']}"
    assert made == {
        "id": made["id"],
        "title": "Sending a kettle back",
        "body": "<p>You have <b>30 days</b>.</p>",
        "body_text": "You have 30 days.",
        "published": True,
        "section": "Returns",
        "language": "en",
        "external_id": "kb-1",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }
    assert (await acme.client.get(path)).json() == made
    changed = await acme.client.patch(path, json={"title": "Kettles", "published": False, "section": None})
    assert changed.status_code == 200
    wanted = {**made, "title": "Kettles", "published": False, "section": None}
    assert changed.json() == {**wanted, "updated_at": changed.json()["updated_at"]}
    assert (await acme.client.get("/api/v1/articles")).json()["data"] == [changed.json()]
    assert (await acme.client.delete(path)).status_code == 204
    assert (await acme.client.get(path)).status_code == 404
    assert (await acme.client.delete(path)).status_code == 404
    assert (await acme.client.patch(path, json={"title": "x"})).status_code == 404


async def test_a_body_is_html_that_is_sanitized_or_plain_text(acme: Office) -> None:
    html = await an_article(acme, body='<p onclick="x()">Call<script>alert(1)</script> us</p>')
    assert (html["body"], html["body_text"]) == ("<p>Call us</p>", "Call us")
    plain = await an_article(acme, body=None, body_text="1 < 2\n\n<b>no markup</b>")
    assert plain["body"] == "<p>1 &lt; 2</p><p>&lt;b&gt;no markup&lt;/b&gt;</p>"
    assert plain["body_text"] == "1 < 2\n\n<b>no markup</b>"
    path = f"/api/v1/articles/{plain['id']}"
    assert (await acme.client.patch(path, json={"body_text": "Later."})).json()["body"] == "<p>Later.</p>"
    assert (await acme.client.patch(path, json={"body": ""})).json()["body_text"] == ""


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"title": "Kettles"}, "body"),
        ({"title": "Kettles", "body": "x", "body_text": "x"}, "body_text"),
        ({"title": " ", "body": "x"}, "title"),
        ({"title": "Kettles", "body": "x", "language": "english"}, "language"),
        ({"title": "Kettles", "body": 1}, "body"),
    ],
)
async def test_what_does_not_fit_is_refused(acme: Office, body: dict[str, Any], path: str) -> None:
    answer = await acme.client.post("/api/v1/articles", json=body)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]


async def test_an_external_id_belongs_to_one_article_of_the_organization(acme: Office, other: Office) -> None:
    await an_article(acme, external_id="kb-1")
    second = await an_article(acme, external_id="kb-2")
    again = await acme.client.post(
        "/api/v1/articles", json={"title": "Again", "body": "x", "external_id": "kb-1"}
    )
    assert again.status_code == 409
    moved = await acme.client.patch(f"/api/v1/articles/{second['id']}", json={"external_id": "kb-1"})
    assert moved.status_code == 409
    await an_article(other, external_id="kb-1")


async def test_a_list_is_filtered_searched_and_paged(acme: Office) -> None:
    kettles = await an_article(acme, published=True, section="Returns")
    teapots = await an_article(acme, title="Teapots", body="<p>Crème, not kettles</p>", language="fr")
    lids = await an_article(acme, title="Lids", body="<p>They fit.</p>", section="Returns")

    async def ids(query: str) -> list[str]:
        answer = await acme.client.get(f"/api/v1/articles?{query}")
        assert answer.status_code == 200, answer.text
        return [article["id"] for article in answer.json()["data"]]

    assert await ids("") == [lids["id"], teapots["id"], kettles["id"]]
    assert await ids("published=true") == [kettles["id"]]
    assert await ids("section=Returns&published=false") == [lids["id"]]
    assert await ids("language=fr") == [teapots["id"]]
    assert await ids("q=kettle") == [teapots["id"], kettles["id"]]
    assert await ids("q=creme") == [teapots["id"]]
    assert await ids("q=kettle&section=Returns") == [kettles["id"]]
    assert await ids("q=strong") == []
    first = await acme.client.get("/api/v1/articles?limit=2&sort=created_at")
    assert [one["id"] for one in first.json()["data"]] == [kettles["id"], teapots["id"]]
    rest = await acme.client.get(
        "/api/v1/articles", params={"limit": 2, "sort": "created_at", "cursor": first.json()["next_cursor"]}
    )
    assert [one["id"] for one in rest.json()["data"]] == [lids["id"]]


async def test_an_article_is_found_by_its_new_words_and_no_more_by_its_old_ones(acme: Office) -> None:
    made = await an_article(acme)
    await acme.client.patch(f"/api/v1/articles/{made['id']}", json={"title": "Teapots"})
    found = await acme.client.get("/api/v1/articles?q=teapots")
    assert [one["id"] for one in found.json()["data"]] == [made["id"]]
    assert (await acme.client.get("/api/v1/articles?q=kettle")).json()["data"] == []


async def test_the_log_tells_what_happens_to_articles_without_their_words(acme: Office) -> None:
    made = await an_article(acme)
    path = f"/api/v1/articles/{made['id']}"
    await acme.client.patch(path, json={"published": True})
    await acme.client.patch(path, json={"published": True})
    await acme.client.delete(path)
    events = (await acme.desk.store().read(lambda view: view.log.since(acme.id, 0, 100))).events
    told = [(event.type, dict(event.data)) for event in events if event.subject_type == "article"]
    assert told == [
        ("article.created", {"published": False}),
        ("article.updated", {"published": True, "changed": ["published"]}),
        ("article.published", {"published": True}),
        ("article.deleted", {"published": True}),
    ]


async def test_articles_of_others_are_not_found_and_writing_needs_the_scope(
    acme: Office, other: Office
) -> None:
    made = await an_article(acme)
    path = f"/api/v1/articles/{made['id']}"
    assert (await other.client.get(path)).status_code == 404
    assert (await other.client.patch(path, json={"title": "Mine"})).status_code == 404
    assert (await other.client.delete(path)).status_code == 404
    assert (await other.client.get("/api/v1/articles?q=kettle")).json()["data"] == []
    reader = await acme.client_with(Scope.READ)
    assert (await reader.get(path)).status_code == 200
    assert (await reader.post("/api/v1/articles", json={"title": "x", "body": "x"})).status_code == 403
