"""Widgets over the API."""

import pytest

from helpdesk_core.users import Scope
from tests.http.conftest import Office

PATH = "/api/v1/widgets"


async def test_a_widget_is_set_up_with_a_key_of_its_own(acme: Office) -> None:
    made = await acme.client.post(
        PATH,
        json={
            "name": "Shop",
            "allowed_domains": ["Shop.Example.", "shop.example", "bücher.example"],
            "theme": {"primary_color": "#aa0000", "header_text": "Hello", "position": "bottom-left"},
            "form_fields": [{"name": "order", "label": "Order number", "required": True}],
        },
    )
    assert made.status_code == 201, made.text
    widget = made.json()
    assert len(widget["api_key"]) >= 22, "128 bits"
    assert widget["allowed_domains"] == ["shop.example", "xn--bcher-kva.example"]
    assert widget["theme"]["position"] == "bottom-left"
    assert widget["form_fields"] == [
        {"name": "order", "label": "Order number", "type": "text", "required": True}
    ]
    assert (await acme.client.get(f"{PATH}/{widget['id']}")).json() == widget
    found = await acme.desk.store().read(lambda view: view.widgets.by_public_key(widget["api_key"]))
    assert found is not None
    assert found.organization_id == acme.id


async def test_a_rotated_key_takes_the_place_of_the_old_one(acme: Office) -> None:
    widget = (await acme.client.post(PATH, json={"name": "Shop"})).json()
    turned = (await acme.client.post(f"{PATH}/{widget['id']}/rotate-key")).json()
    assert turned["api_key"] != widget["api_key"]
    assert turned["preview_url"].endswith(turned["api_key"])
    without = dict.fromkeys(("api_key", "preview_url", "updated_at"))
    assert {**turned, **without} == {**widget, **without}
    assert await acme.desk.store().read(lambda view: view.widgets.by_public_key(widget["api_key"])) is None


async def test_a_change_keeps_key_and_theme(acme: Office) -> None:
    widget = (await acme.client.post(PATH, json={"name": "Shop", "theme": {"header_text": "Hi"}})).json()
    path = f"{PATH}/{widget['id']}"
    changed = (await acme.client.patch(path, json={"active": False, "allowed_domains": ["a.example"]})).json()
    assert (changed["api_key"], changed["theme"]) == (widget["api_key"], widget["theme"])
    assert (changed["active"], changed["allowed_domains"]) == (False, ["a.example"])
    assert (await acme.client.patch(path, json={"api_key": "mine"})).status_code == 422


@pytest.mark.parametrize(
    "domain", ["https://shop.example", "shop.example/a", "shop example", "-a.example", "*.a.b", "a..b"]
)
async def test_what_is_no_domain_is_refused(acme: Office, domain: str) -> None:
    answer = await acme.client.post(PATH, json={"name": "Shop", "allowed_domains": ["ok.example", domain]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "allowed_domains[1]"


async def test_two_questions_of_one_name_are_refused(acme: Office) -> None:
    fields = [{"name": "order", "label": "Order"}, {"name": "order", "label": "Again"}]
    answer = await acme.client.post(PATH, json={"name": "Shop", "form_fields": fields})
    assert answer.status_code == 422


async def test_widgets_are_the_business_of_their_own_admins(acme: Office, other: Office) -> None:
    widget = (await acme.client.post(PATH, json={"name": "Shop"})).json()
    path = f"{PATH}/{widget['id']}"
    for foreign in (
        other.client.get(path),
        other.client.patch(path, json={"name": "Mine"}),
        other.client.delete(path),
        other.client.post(f"{path}/rotate-key"),
    ):
        assert (await foreign).status_code == 404
    async with await acme.client_with(Scope.WRITE) as writer:
        assert (await writer.post(PATH, json={"name": "B"})).status_code == 403
        assert (await writer.post(f"{path}/rotate-key")).status_code == 403
    assert (await acme.client.get(path)).json() == widget
