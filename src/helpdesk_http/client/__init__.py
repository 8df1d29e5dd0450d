"""A typed client of the API, for programs in Python.

    async with Client("https://desk.example", key) as desk:
        ticket = await desk.tickets.create(subject="…", message="…", customer={"email": "ida@garden.example"})
        async for one in desk.tickets.list(status=Status.OPEN):
            print(one.number, one.subject)

It is made from the same declarations as the API and its contract, and imports nothing of the server.
"""

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.client import Client
from helpdesk_http.client.pages import Page, Pages
from helpdesk_http.client.problems import ApiProblem, UnexpectedAnswer
from helpdesk_http.client.streams import ServerEvent, Stream

__all__ = [
    "UNSET",
    "ApiProblem",
    "Client",
    "Page",
    "Pages",
    "ServerEvent",
    "Stream",
    "UnexpectedAnswer",
    "Unset",
]
