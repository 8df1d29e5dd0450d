"""Who a mail is proven to be from: what receiving servers wrote down about it (RFC 8601), and what that is worth."""

import re
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any

from attrs import frozen

from helpdesk_core.email.mail import Mail

LONGEST_RESULTS = 10_000
"""Characters of one Authentication-Results field that are read."""


class Verdict(StrEnum):
    """What a check said (RFC 8601 §2.7). `none`: there was nothing to check, or nobody did."""

    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


@frozen
class Authentication:
    """What is known of a mail's sender.

    Whatever the verdicts say, they are proof only where they are `trusted`: anybody can write such a field into a mail.
    """

    spf: Verdict = Verdict.NONE
    dkim: Verdict = Verdict.NONE
    dmarc: Verdict = Verdict.NONE
    policy: str | None = None
    """What the domain of From asks for where DMARC fails: `none`, `quarantine` or `reject`; None: not told."""
    aligned: tuple[str, ...] = ()
    """The domains of From that a check vouches for, in lower case."""
    authserv_id: str | None = None
    """The server that says so; None where that is the desk, or a server that leaves its name out."""
    by_us: bool = False
    """The desk itself looked at the signatures."""
    trusted: bool = False

    def proves(self, address: str) -> bool:
        """Whether a mail with this address in From is proven to come from where its domain sends mail."""
        return self.trusted and domain_of(address) in self.aligned

    @property
    def speaks_against(self) -> bool:
        """A check has failed, so that the mail may be forged. It may also have been passed on by a list, say."""
        return self.dmarc is Verdict.FAIL or (
            not self.aligned and (Verdict.FAIL in (self.spf, self.dkim) or self.spf is Verdict.SOFTFAIL)
        )

    @property
    def unwanted(self) -> bool:
        """The domain of From asks not to let in what fails, and this failed. Nobody fakes that to their own harm."""
        return self.dmarc is Verdict.FAIL and self.policy in ("quarantine", "reject")


UNKNOWN = Authentication()


def read_authentication(mail: Mail, trusted: Collection[str] = ()) -> Authentication:
    """What the mail's Authentication-Results say. Total.

    `trusted` are the names (authserv-ids, in lower case) of receiving servers that can be believed: servers that take
    out fields that others have forged in their name. Of those the topmost is read, and what the same server wrote
    further down about methods that it leaves out; where there is none, the topmost of whatever server, as a hint.
    """
    results = [found for found in map(_results, mail.results) if found is not None]
    believed = next((one for one in results if one[0] in trusted), None)
    first = believed or next(iter(results), None)
    if first is None:
        return _of_received_spf(mail)
    said: dict[str, list[Mapping[str, str]]] = {}
    for server, methods in results:
        if server == first[0]:
            for method, told in methods.items():
                said.setdefault(method, told)
    return _judged(said, _from_domain(mail), first[0], trusted=believed is not None)


def as_told(known: Authentication) -> dict[str, Any]:
    """What is kept with a message, and shown."""
    return {
        "spf": known.spf.value,
        "dkim": known.dkim.value,
        "dmarc": known.dmarc.value,
        "policy": known.policy,
        "aligned": list(known.aligned),
        "server": known.authserv_id,
        "by_us": known.by_us,
        "trusted": known.trusted,
    }


def domain_of(address: str) -> str:
    """What stands behind the last `@`, in lower case."""
    return address.rpartition("@")[2].strip(" <>.").lower()


def related(one: str, other: str) -> bool:
    """Whether two domains belong together: the same, or one within the other (RFC 7489 §3.1, relaxed, but that sisters
    are told apart, as there is no list of public suffixes here).
    """
    if one == other:
        return bool(one)
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return "." in shorter and longer.endswith(f".{shorter}")


def _judged(
    said: Mapping[str, list[Mapping[str, str]]], sender: str, server: str, *, trusted: bool
) -> Authentication:
    spf, dmarc = _first(said, "spf"), _first(said, "dmarc")
    signed = [one for one in said.get("dkim", ()) if _verdict(one) is Verdict.PASS]
    dkim = signed[0] if signed else _first(said, "dkim")
    vouched = [_signer(one) for one in signed]
    if _verdict(spf) is Verdict.PASS:
        vouched.append(domain_of(spf.get("smtp.mailfrom", "")))
    if _verdict(dmarc) is Verdict.PASS:
        vouched = [domain_of(dmarc.get("header.from", ""))]
    aligned = any(related(domain, sender) for domain in vouched) and _verdict(dmarc) is not Verdict.FAIL
    return Authentication(
        spf=_verdict(spf),
        dkim=_verdict(dkim),
        dmarc=_verdict(dmarc),
        policy=dmarc.get("policy"),
        aligned=(sender,) if aligned else (),
        authserv_id=server or None,
        trusted=trusted,
    )


def _first(said: Mapping[str, list[Mapping[str, str]]], method: str) -> Mapping[str, str]:
    return next(iter(said.get(method, ())), {})


def _verdict(told: Mapping[str, str]) -> Verdict:
    return _WORDS.get(told.get("result", ""), Verdict.NONE)


def _signer(told: Mapping[str, str]) -> str:
    return domain_of(told.get("header.d") or told.get("header.i", ""))


def _from_domain(mail: Mail) -> str:
    return domain_of(mail.from_.email) if mail.from_ is not None else ""


def _of_received_spf(mail: Mail) -> Authentication:
    """RFC 7208 §9.1: the older field, which anybody may have written; a hint only."""
    word = mail.headers.get("received-spf", "").strip()[:20].partition(" ")[0].lower()
    return Authentication(spf=_WORDS.get(word, Verdict.NONE))


def _results(value: str) -> tuple[str, dict[str, list[Mapping[str, str]]]] | None:
    """The server's name in lower case (empty: Microsoft's leave it out), and what it says, by method."""
    pieces = list(_pieces(value[:LONGEST_RESULTS]))
    head = pieces[0][0].split() if pieces else []
    if not head:
        return None
    named = "=" not in pieces[0][0]
    methods: dict[str, list[Mapping[str, str]]] = {}
    for text, comments in pieces[1 if named else 0 :]:
        found = _METHOD.match(text)
        if found is None:
            continue
        told = {"result": found[2].lower()}
        for name, quoted, plain in _PROPERTY.findall(text, found.end()):
            told.setdefault(name.lower(), (quoted or plain).lower())
        policy = _POLICY.search(comments) or _POLICY.search(text)
        if policy is not None:
            told["policy"] = policy[1].lower().removeprefix("o")
        methods.setdefault(found[1].lower(), []).append(told)
    return head[0].strip('"').lower() if named else "", methods


def _pieces(value: str) -> Iterator[tuple[str, str]]:
    """What stands between the semicolons, and the comments in it (RFC 5322 §3.2.2: they nest). Linear."""
    text: list[str] = []
    comments: list[str] = []
    depth, quoted = 0, False
    for token in _TOKEN.findall(value):
        if token == '"' and not depth:
            quoted = not quoted
        if not quoted and token == "(":
            depth += 1
        elif not quoted and token == ")":
            depth = max(depth - 1, 0)
        elif not quoted and not depth and token == ";":
            yield "".join(text), " ".join(comments)
            text, comments = [], []
        else:
            (comments if depth else text).append(token)
    if text:
        yield "".join(text), " ".join(comments)


_TOKEN = re.compile(r'[^"();\\]+|\\.?|["();]', re.DOTALL)
_METHOD = re.compile(r"\s*([A-Za-z0-9-]{1,40})(?:\s*/\s*\d{1,9})?\s*=\s*([A-Za-z]{1,20})")
_PROPERTY = re.compile(r'([a-z]{1,20}\.[A-Za-z0-9_-]{1,60})\s*=\s*(?:"([^"]*)"|([^\s;"]+))')
_POLICY = re.compile(
    r"(?i)(?:\bp|\bpolicy\.dmarc|\bpolicy\.published-domain-policy|\baction)=(none|quarantine|o?reject)\b"
)
"""Gmail and OpenDMARC tell the domain's policy in a comment, Microsoft what it did about the mail as `action`."""
_WORDS = {
    **{verdict.value: verdict for verdict in Verdict},
    "hardfail": Verdict.FAIL,
    "policy": Verdict.NEUTRAL,
    "bestguesspass": Verdict.NONE,
    "error": Verdict.TEMPERROR,
}
