"""Integrations over the API."""

from typing import Any

import pytest
from dependency_injector import providers

from helpdesk_core.commands import Nothing
from helpdesk_core.use_cases.accounts.connect_integration import AccountKind
from helpdesk_core.users import Scope
from tests.http.conftest import Office

PATH = "/api/v1/integrations"
MAIL = b"From: ida@garden.example\r\nTo: %s\r\nSubject: Hi\r\nMessage-ID: <%d@x>\r\n\r\nHi."


@pytest.fixture
def shop(desk: Any) -> dict[str, Any]:
    """A kind of account with a setting and two secrets, as it is connected."""
    kinds = {
        **desk.account_kinds(),
        "shop": AccountKind("shop", frozenset({"region"}), frozenset({"token", "second"})),
    }
    desk.account_kinds.override(providers.Object(kinds))
    return {
        "provider": "shop",
        "external_id": "Kettles.shop.example",
        "settings": {"region": "eu"},
        "secrets": {"token": "s3cret-t0ken"},
    }


async def test_secrets_are_kept_and_never_shown(acme: Office, shop: dict[str, Any]) -> None:
    made = await acme.client.post(PATH, json=shop)
    assert made.status_code == 201, made.text
    account = made.json()
    assert (account["external_id"], account["settings"]) == ("kettles.shop.example", {"region": "eu"})
    assert (account["secrets"], account["state"]) == (["token"], "connected")
    path = f"{PATH}/{account['id']}"
    for answer in (made, await acme.client.get(path), await acme.client.get(PATH)):
        assert "s3cret" not in answer.text
    kept = await acme.desk.store().read(lambda view: view.integrations.known("shop", "kettles.shop.example"))
    assert kept is not None
    assert acme.desk.vault().unseal(kept.sealed["token"]) == "s3cret-t0ken"


async def test_connecting_again_and_changing_keep_what_is_not_named(
    acme: Office, shop: dict[str, Any]
) -> None:
    first = (await acme.client.post(PATH, json=shop)).json()
    again = await acme.client.post(PATH, json={**shop, "settings": {}, "secrets": {"second": "x"}})
    assert (again.json()["id"], again.json()["secrets"]) == (first["id"], ["second", "token"])
    assert again.json()["settings"] == {"region": "eu"}
    path = f"{PATH}/{first['id']}"
    changed = await acme.client.patch(path, json={"settings": {"region": None}, "secrets": {"token": None}})
    assert (changed.json()["settings"], changed.json()["secrets"]) == ({}, ["second"])
    for body in ({"settings": {"token": "x"}}, {"secrets": {"region": "x"}}, {"settings": {"colour": "red"}}):
        assert (await acme.client.patch(path, json=body)).status_code == 422, body
    assert (await acme.client.post(PATH, json={**shop, "provider": "unheard-of"})).status_code == 422


async def test_a_disconnected_account_owns_no_mail_until_it_is_connected_again(acme: Office) -> None:
    body = {"provider": "resend", "external_id": "support@kettles.example"}
    account = (await acme.client.post(PATH, json=body)).json()
    path = f"{PATH}/{account['id']}"

    async def arrives(number: int) -> bool:
        outcome = await acme.desk.receive_email()(MAIL % (b"support@kettles.example", number))
        return not (isinstance(outcome, Nothing) and outcome.unmatched)

    assert await arrives(1)
    assert (await acme.client.delete(path)).status_code == 204
    assert not await arrives(2)
    listed = (await acme.client.get(PATH, params={"state": "disconnected"})).json()["data"]
    assert [one["id"] for one in listed] == [account["id"]]
    assert (await acme.client.patch(path, json={"settings": {}})).status_code == 409
    assert (await acme.client.delete(path)).status_code == 204
    back = (await acme.client.post(PATH, json=body)).json()
    assert (back["id"], back["state"]) == (account["id"], "connected")
    assert await arrives(3)


async def test_an_account_belongs_to_one_organization_and_its_admins(
    acme: Office, other: Office, shop: dict[str, Any]
) -> None:
    account = (await acme.client.post(PATH, json=shop)).json()
    path = f"{PATH}/{account['id']}"
    assert (await other.client.post(PATH, json=shop)).status_code == 409
    for foreign in (
        other.client.get(path),
        other.client.patch(path, json={"settings": {"region": "us"}}),
        other.client.delete(path),
    ):
        assert (await foreign).status_code == 404
    async with await acme.client_with(Scope.WRITE) as writer:
        assert (await writer.get(PATH)).status_code == 403
        assert (await writer.post(PATH, json=shop)).status_code == 403
    assert (await acme.client.get(path)).json() == account
