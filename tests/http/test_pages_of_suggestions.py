"""The suggested reply on a ticket's page."""

import re
from typing import Any

import httpx2
import pytest
from attrs import define
from dependency_injector import providers

from helpdesk_core.users import Role
from tests.fakes.suggesting import ScriptedSuggester, Shelf
from tests.http.conftest import PASSWORD, Office


@define
class Desktop:
    """An agent's browser at a desk that knows something."""

    office: Office
    browser: httpx2.AsyncClient

    async def page(self, path: str = "/app/tickets/1") -> str:
        return (await self.browser.get(path)).text

    async def sends(self, path: str, **form: str) -> httpx2.Response:
        return await self.browser.post(path, data=form)

    async def suggestions(self) -> list[dict[str, Any]]:
        (ticket,) = (await self.office.client.get("/api/v1/tickets")).json()["data"]
        answer = await self.office.client.get(f"/api/v1/tickets/{ticket['id']}/suggestions")
        return list(answer.json()["data"])


@pytest.fixture
async def desktop(acme: Office, visitor: httpx2.AsyncClient) -> Desktop:
    shelf = Shelf()
    shelf.put("Kettles <that> leak", "Descale the kettle.")
    acme.desk.retrieve_quotes.override(providers.Object(shelf))
    acme.desk.suggester.override(providers.Object(ScriptedSuggester((("Please <b>descale</b> it.",),))))
    email = await acme.user(Role.AGENT)
    await visitor.post("/app/login", data={"email": email, "password": PASSWORD})
    await acme.ticket()
    return Desktop(acme, visitor)


async def test_an_agent_has_an_answer_suggested_takes_it_and_sends_it(desktop: Desktop) -> None:
    assert "Suggest an answer" in await desktop.page()
    asked = await desktop.sends("/app/tickets/1/suggestions")
    assert (asked.status_code, asked.headers["location"]) == (303, "/app/tickets/1#suggestion")
    page = await desktop.page()
    assert "Please &lt;b&gt;descale&lt;/b&gt; it." in page
    assert "Kettles &lt;that&gt; leak" in page
    link = re.search(r'href="(/app/tickets/1\?suggestion=[^"#]+)', page)
    assert link is not None
    taken = await desktop.page(link[1])
    assert ">Please &lt;b&gt;descale&lt;/b&gt; it.</textarea>" in taken
    hidden = re.search(r'name="suggestion_id" value="([^"]+)"', taken)
    assert hidden is not None
    text = "Please <b>descale</b> it."
    sent = await desktop.sends("/app/tickets/1/messages", kind="reply", text=text, suggestion_id=hidden[1])
    assert sent.status_code == 303
    assert [one["state"] for one in await desktop.suggestions()] == ["used"]
    again = await desktop.sends("/app/tickets/1/messages", kind="reply", text=text, suggestion_id=hidden[1])
    assert again.status_code == 422
    assert "was used already" in again.text


async def test_an_agent_puts_a_suggestion_away(desktop: Desktop) -> None:
    await desktop.sends("/app/tickets/1/suggestions")
    (made,) = await desktop.suggestions()
    url = f"/app/tickets/1/suggestions/{made['id']}/dismiss"
    for _ in range(2):
        assert (await desktop.sends(url)).status_code == 303
    assert [one["state"] for one in await desktop.suggestions()] == ["dismissed"]
    assert "Please" not in await desktop.page()


async def test_where_nothing_is_known_there_is_nothing_to_take(desktop: Desktop) -> None:
    desktop.office.desk.retrieve_quotes.override(providers.Object(Shelf()))
    await desktop.sends("/app/tickets/1/suggestions")
    page = await desktop.page()
    assert "No answer is known" in page
    assert "Take it" not in page
    (gap,) = await desktop.suggestions()
    assert "></textarea>" in await desktop.page(f"/app/tickets/1?suggestion={gap['id']}")


@pytest.mark.parametrize("named", ["", "seven", "019d61f0-6c00-7000-8000-0000000000aa"])
async def test_a_suggestion_that_is_not_there_begins_no_answer(desktop: Desktop, named: str) -> None:
    page = await desktop.page(f"/app/tickets/1?suggestion={named}")
    assert "</textarea>" in page
    assert 'name="suggestion_id"' not in page


async def test_a_stranger_can_neither_ask_nor_dismiss(desktop: Desktop, other: Office) -> None:
    await desktop.sends("/app/tickets/1/suggestions")
    (made,) = await desktop.suggestions()
    desktop.browser.cookies.clear()
    url = f"/app/tickets/1/suggestions/{made['id']}/dismiss"
    for path in ("/app/tickets/1/suggestions", url):
        answer = await desktop.sends(path)
        assert answer.headers["location"].startswith("/app/login")
    email = await other.user(Role.AGENT)
    await desktop.sends("/app/login", email=email, password=PASSWORD)
    assert (await desktop.sends(url)).status_code == 404
    assert [one["state"] for one in await desktop.suggestions()] == ["offered"]
