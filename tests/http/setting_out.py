"""Going to a provider to connect an account, and coming back, as an admin's browser does."""

from urllib.parse import parse_qs, urlsplit

import httpx2
from attrs import frozen

from helpdesk_core.integrations import Integration
from tests.http.conftest import PASSWORD, Office

PAGE = "/app/settings/integrations"


@frozen
class Way:
    """The way to one provider and back, in one browser."""

    browser: httpx2.AsyncClient
    out: str
    back: str

    async def there(self, **query: str) -> httpx2.Response:
        answer = await self.browser.get(self.out, params=query)
        assert answer.status_code == 302, answer.text
        return answer

    async def state(self, **query: str) -> str:
        return asked_in(await self.there(**query))["state"]

    async def come_back(self, **query: str) -> str:
        """How it went: what the page is told."""
        answer = await self.browser.get(self.back, params=query)
        assert answer.status_code == 302
        path, _, told = answer.headers["location"].partition("?")
        assert path == PAGE
        return str(told)


def asked_in(answer: httpx2.Response) -> dict[str, str]:
    """What stands in the query of where the browser is sent."""
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def logged_in(browser: httpx2.AsyncClient, email: str) -> None:
    answer = await browser.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200


async def accounts_of(office: Office) -> list[Integration]:
    return [*await office.desk.store().read(lambda view: view.integrations.of(office.id))]


async def the_account(office: Office) -> Integration:
    (account,) = await accounts_of(office)
    return account


def secrets_of(office: Office, account: Integration) -> dict[str, str]:
    return {name: office.desk.vault().unseal(sealed) for name, sealed in account.sealed.items()}
