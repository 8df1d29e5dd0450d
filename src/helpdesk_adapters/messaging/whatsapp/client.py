"""WhatsApp's Cloud API: messages sent (developers.facebook.com/docs/whatsapp/cloud-api/reference/messages)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import evolve, frozen

from helpdesk_adapters.messaging.forms import multipart
from helpdesk_adapters.messaging.meta.graph import Graph, Problem, problem_in, raise_common
from helpdesk_adapters.messaging.pieces import Longest, fits, pieces
from helpdesk_adapters.messaging.sending import require_sure
from helpdesk_adapters.messaging.whatsapp.people import GROUP, is_user_id
from helpdesk_adapters.messaging.whatsapp.problems import sentence_of
from helpdesk_adapters.web import Answer
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import OutgoingFile, OutgoingMessage, Template
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount, SentPart

WINDOW: Final = timedelta(hours=24)
LONGEST: Final = Longest(units=4096)
LONGEST_CAPTION: Final = Longest(units=1024)
MIB: Final = 1024 * 1024

PACED: Final = frozenset({130429, 131056})
"""Too many messages within a moment, of the number or to the customer: later they go through."""
PACE: Final = timedelta(seconds=10)
LOCKED: Final = frozenset({0, 10, 368, 131005, 131031, 131042, 131045, 133010})
"""The account may not send, whatever it is: somebody has to see to it. Then what waits leaves."""
_KINDS: Final = (
    ("image", ("image/jpeg", "image/png"), 5 * MIB),
    ("video", ("video/mp4", "video/3gpp"), 16 * MIB),
    ("audio", ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MIB),
)
"""Files that are shown as what they are, and how large they may be; any other is sent as a document."""


@frozen
class WhatsAppMessages:
    """A MessageSender. WhatsApp has no look-up: what may have left is told by the status that bears our mark."""

    graph: Graph
    window: timedelta | None = WINDOW

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """As MessageSender has it: the text in pieces of 4,096 characters, then each file; short words stand under a
        single file.
        """
        if message.template is not None:
            if message.files:
                raise GiveUp("A template is sent without files: send them once the customer has answered.")
            return [evolve(message, key=f"{message.key}/0")]
        files = [evolve(message, text="", files=(file,)) for file in message.files]
        texts = [
            evolve(message, text=text, files=()) for text in pieces(message.text.strip(), LONGEST) if text
        ]
        if len(files) == 1 and len(texts) == 1 and _takes_caption(message.files[0], message.text):
            files, texts = [evolve(files[0], text=message.text.strip())], []
        if not texts and not files:
            raise GiveUp("There is nothing in the answer that could be sent.")
        return [evolve(part, key=f"{message.key}/{n}") for n, part in enumerate((*texts, *files))]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        """As MessageSender has it."""
        require_sure(part, "WhatsApp")
        body = {
            "messaging_product": "whatsapp",
            **_addressed(part.thread),
            **await self._content(part, account),
            "biz_opaque_callback_data": str(part.conversation_id),
        }
        answer = await self.graph.post(f"{account.external_id}/messages", account, json=body)
        _raise_for(answer)
        sent = object_in(answer.body).get("messages")
        first = sent[0] if isinstance(sent, list) and sent and isinstance(sent[0], dict) else {}
        if not isinstance(first.get("id"), str):
            raise MayHaveLeft("WhatsApp has answered without the id of the message.")
        return SentPart(first["id"])

    async def _content(self, part: OutgoingMessage, account: OpenAccount) -> dict[str, Any]:
        if part.template is not None:
            return {"type": "template", "template": _filled(part.template)}
        if not part.files:
            return {"type": "text", "text": {"body": part.text, "preview_url": False}}
        file = part.files[0]
        kind = kind_of(file)
        told: dict[str, Any] = {"id": await self._uploaded(file, account)}
        told |= {"caption": part.text} if part.text else {}
        told |= {"filename": file.filename} if kind == "document" else {}
        return {"type": kind, kind: told}

    async def _uploaded(self, file: OutgoingFile, account: OpenAccount) -> str:
        """The id under which WhatsApp keeps the file for thirty days; one that is never sent does no harm."""
        fields = {"messaging_product": "whatsapp", "type": file.content_type}
        form, content_type = multipart(fields, "file", file, await file.read())
        answer = await self.graph.post(
            f"{account.external_id}/media", account, content=form, content_type=content_type, once=False
        )
        _raise_for(answer)
        kept = object_in(answer.body).get("id")
        if not isinstance(kept, str) or not kept:
            raise TryLater("WhatsApp took a file without saying under which id.")
        return kept


def kind_of(file: OutgoingFile) -> str:
    """As what WhatsApp shows it."""
    found = (kind for kind, types, most in _KINDS if file.content_type in types and file.size <= most)
    return next(found, "document")


def refuse(problem: Problem) -> None:
    """Raises what this error means."""
    if problem.code in LOCKED and problem.status < 500 and problem.message:
        raise AccountRefused(sentence_of(problem.code, problem.message), problem.after)
    if problem.code in PACED:
        raise TryLater(sentence_of(problem.code, problem.message), problem.after or PACE)
    raise_common(problem, "WhatsApp")
    raise GiveUp(sentence_of(problem.code, problem.message or f"status {problem.status}"))


def _raise_for(answer: Answer) -> None:
    problem = problem_in(answer)
    if problem is not None:
        refuse(problem)


def _addressed(thread: str) -> dict[str, str]:
    """To whom: a number, an id in the place of one, or a group."""
    if thread.startswith(GROUP):
        return {"recipient_type": "group", "to": thread.removeprefix(GROUP)}
    return {"recipient_type": "individual", "recipient" if is_user_id(thread) else "to": thread}


def _filled(template: Template) -> dict[str, Any]:
    """The template with its variables, in the order in which its text has them."""
    told: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if template.variables:
        parameters = [{"type": "text", "text": text} for text in template.variables]
        told["components"] = [{"type": "body", "parameters": parameters}]
    return told


def _takes_caption(file: OutgoingFile, text: str) -> bool:
    return kind_of(file) != "audio" and fits(text.strip(), LONGEST_CAPTION)
