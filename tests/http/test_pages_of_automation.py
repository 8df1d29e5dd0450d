"""The rooms for macros, rules and service levels: what is written in them is read as people say it, and stays."""

from collections.abc import Sequence

from helpdesk_core.users import Role, User
from tests.http.conftest import Office
from tests.http.test_pages_everywhere import logged_in

NEW_MACRO = "/app/settings/macros/new"


async def test_people_and_teams_are_named_and_not_numbered(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    await acme.user(email="mia@acme.example")
    mia = next(one for one in await people(acme) if one.email == "mia@acme.example")
    team = (await acme.client.post("/api/v1/teams", json={"name": "Billing"})).json()
    form = {
        "name": "To Mia",
        "active": "on",
        "actions-0-do": "assign",
        "actions-0-value": "Mia@acme.example",
        "actions-1-do": "assign_team",
        "actions-1-value": "billing",
    }
    assert (await admin.post(NEW_MACRO, data=form)).status_code == 303
    macro = (await acme.client.get("/api/v1/macros")).json()["data"][0]
    assert [one["value"] for one in macro["actions"]] == [str(mia.id), team["id"]]
    shown = (await admin.get(f"/app/settings/macros/{macro['id']}")).text
    assert ">mia@acme.example</textarea>" in shown
    assert ">Billing</textarea>" in shown
    assert str(mia.id) not in shown


async def test_a_line_without_its_action_is_refused_and_stays(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    form = {"name": "Thanks", "actions-0-do": "", "actions-0-value": "Thank you for your patience."}
    refused = await admin.post(NEW_MACRO, data=form)
    assert refused.status_code == 422
    assert ">Thank you for your patience.</textarea>" in refused.text
    assert (await acme.client.get("/api/v1/macros")).json()["data"] == []


async def test_nothing_to_be_done_is_told_in_words(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    assert "needs one at least" in (await admin.post(NEW_MACRO, data={"name": "Empty"})).text


async def test_holidays_without_opening_hours_are_refused_and_not_lost(acme: Office) -> None:
    admin = await logged_in(acme, Role.ADMIN)
    form = {"name": "All", "normal-first": "60", "holidays": "2027-01-01"}
    refused = await admin.post("/app/settings/sla/new", data=form)
    assert refused.status_code == 422
    assert 'value="2027-01-01"' in refused.text


async def people(office: Office) -> Sequence[User]:
    return await office.desk.store().read(lambda view: view.users.of(office.id))
