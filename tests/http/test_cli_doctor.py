"""What the doctor finds, and that looking changes nothing."""

from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container
from helpdesk_adapters.ids import new_id, system_clock
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.upkeep.findings import Finding, Verdict
from helpdesk_core.budgets import full, tripped
from helpdesk_core.ids import JobId, WebhookEventId
from helpdesk_core.jobs import Job, JobKind, JobState
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.mail.spare_answers import BREAKER, OF_ORGANIZATION
from helpdesk_core.webhooks import EventState, WebhookEvent
from tests.fakes.model_server import model_server, refuses, says
from tests.fakes.smtp_server import receiving
from tests.http.commands import commands


def found(desk: Container) -> dict[str, Finding]:
    return {finding.name: finding for finding in anyio.run(desk.doctor())}


def settings_of(folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        public_url="https://desk.example",
        inbound_email_domain="in.example",
        resend_webhook_secret=("whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==",),
        resend_api_key="re_key",
    )


def furnished(settings: Settings) -> Container:
    """A desk with an organization and two accounts."""
    desk = Container(settings=settings)

    async def furnish() -> None:
        await desk.migrations().create()
        async with desk.desk().opened():
            organization = await desk.create_organization()("acme", "Acme Ltd")
            connect = desk.connect_integration()
            await connect(organization.id, "resend", "help@acme.example", {})
            await connect(organization.id, "imap", "box@acme.example", {"password": "hunter2"})

    anyio.run(furnish)
    return desk


def test_a_desk_that_is_set_up_well_has_nothing_to_mend(tmp_path: Path) -> None:
    desk = furnished(settings_of(tmp_path / "data"))
    findings = found(desk)
    assert {finding.state for finding in findings.values()} == {Verdict.OK}
    assert findings.keys() >= {
        "settings", "data folder", "secret key", "store", "queue", "webhook inbox", "mail out", "mail in",
        "resend help@acme.example of acme", "imap box@acme.example of acme",
    }  # fmt: skip


def test_a_desk_that_is_not_there_yet_is_no_problem_and_is_not_made_by_looking(tmp_path: Path) -> None:
    findings = found(Container(settings=Settings(data_dir=tmp_path / "data")))
    assert {finding.state for finding in findings.values()} == {Verdict.OK, Verdict.WARNING}
    assert {name for name, finding in findings.items() if finding.state is Verdict.WARNING} == {
        "settings",
        "store",
        "mail out",
        "mail in",
    }
    assert all(finding.advice for finding in findings.values() if finding.state is not Verdict.OK)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_not_the_stores_is_found_before_the_start_refuses_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data")
    furnished(settings)
    findings = found(Container(settings=evolve(settings, secret_key=("another key",))))
    assert findings["secret key"].state is Verdict.PROBLEM
    assert findings["imap box@acme.example of acme"].state is Verdict.PROBLEM
    assert findings["resend help@acme.example of acme"].state is Verdict.OK


def test_an_account_whose_webhooks_nobody_could_prove_is_a_problem(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data")
    furnished(settings)
    findings = found(Container(settings=evolve(settings, resend_webhook_secret=())))
    account = findings["resend help@acme.example of acme"]
    assert (account.state, "RESEND_WEBHOOK_SECRET" in account.advice) == (Verdict.PROBLEM, True)
    assert findings["mail in"].state is Verdict.WARNING


def test_jobs_and_events_that_rest_and_jobs_that_nobody_runs_are_found(tmp_path: Path) -> None:
    desk = furnished(settings_of(tmp_path / "data"))
    now = system_clock()
    dead = Job(JobId(new_id()), JobKind.SEND_REPLY, {}, now, now, state=JobState.DEAD)
    event = WebhookEvent(WebhookEventId(new_id()), "resend", "evt_1", "email.received", b"{}", now)

    async def rest(work: Work) -> None:
        await work.jobs.add(dead)
        await work.inbox.admit(event)
        await work.inbox.replace(evolve(event, state=EventState.UNMATCHED))

    async def wait_in_vain(work: Work) -> None:
        long_ago = now - timedelta(hours=1)
        await work.jobs.add(Job(JobId(new_id()), JobKind.SEND_REPLY, {}, long_ago, long_ago))

    async def change(unit: object) -> None:
        async with desk.desk().opened():
            await desk.store().transact(unit)  # type: ignore[arg-type]

    anyio.run(change, rest)
    findings = found(desk)
    assert {findings[name].state for name in ("queue", "webhook inbox")} == {Verdict.WARNING}
    assert "helpdesk jobs list --state dead" in findings["queue"].advice
    assert "helpdesk events list --state unmatched" in findings["webhook inbox"].advice
    anyio.run(change, wait_in_vain)
    assert found(desk)["queue"].state is Verdict.PROBLEM


@pytest.mark.parametrize(
    ("address", "state"),
    [("smtp://127.0.0.1:{port}", Verdict.OK), ("smtp://ada:wrong@127.0.0.1:{port}", Verdict.PROBLEM)],
    ids=["open", "wrong-password"],
)
def test_the_mail_server_is_asked_without_sending_anything(
    tmp_path: Path, address: str, state: Verdict
) -> None:
    logins = {"ada": "right"} if "ada" in address else None
    with receiving(logins=logins) as mailbox:
        settings = evolve(settings_of(tmp_path), smtp_url=address.format(port=mailbox.port))
        finding = found(Container(settings=settings))["mail out"]
        assert (finding.state, mailbox.delivered) == (state, [])
    assert "wrong" not in finding.message


def test_a_database_that_machines_share_asks_for_a_key_that_they_share(tmp_path: Path) -> None:
    settings = evolve(settings_of(tmp_path / "data"), database_url="postgresql://127.0.0.1:1/desk")
    findings = found(Container(settings=settings))
    assert findings["store"].state is Verdict.PROBLEM
    assert findings["secret key"].state is Verdict.WARNING
    assert (
        found(Container(settings=evolve(settings, secret_key=("shared",))))["secret key"].state is Verdict.OK
    )


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1", "smtp://127.0.0.1:99999", "smtp://"])
def test_a_mail_server_that_does_not_answer_is_a_problem(tmp_path: Path, url: str) -> None:
    finding = found(Container(settings=evolve(settings_of(tmp_path), smtp_url=url)))["mail out"]
    assert finding.state is Verdict.PROBLEM
    assert "SMTP_URL" in finding.advice


def test_the_command_tells_programs_and_people_and_fails_where_there_is_a_problem(tmp_path: Path) -> None:
    desk = commands(tmp_path)
    told = desk.json("doctor")
    assert told["ok"]
    assert all(check.keys() == {"name", "state", "message", "advice"} for check in told["checks"])
    sick = desk.having(SMTP_URL="smtp://127.0.0.1:1").run("doctor")
    assert (sick.code, sick.err) == (1, f"helpdesk: 1 of {len(told['checks'])} checks found a problem\n")
    assert "problem  mail out: 127.0.0.1:1" in sick.out
    assert "→ Check SMTP_URL" in sick.out


def test_a_bad_setting_is_what_the_doctor_finds_first(tmp_path: Path) -> None:
    sick = commands(tmp_path).having(HELPDESK_COLOUR="blue").run("doctor", "--json")
    assert sick.code == 1
    assert "HELPDESK_COLOUR is not a setting" in sick.out


def test_mail_that_could_not_be_proven_or_fetched_is_a_problem(tmp_path: Path) -> None:
    good = settings_of(tmp_path / "data")
    furnished(good)
    for broken in (evolve(good, resend_webhook_secret=("short",)), evolve(good, resend_api_key=None)):
        assert found(Container(settings=broken))["mail in"].state is Verdict.PROBLEM


def test_mail_that_is_held_and_automatic_mail_that_was_stopped_are_told(tmp_path: Path) -> None:
    desk = furnished(settings_of(tmp_path / "data"))
    assert found(desk)["quarantine"].message == "No mail is held."
    spam = b"X-Spam-Flag: YES\r\nFrom: s@spam.example\r\nTo: acme@in.example\r\nSubject: Win\r\n\r\nNow.\r\n"

    async def flood() -> None:
        async with desk.desk().opened():
            await desk.receive_email()(spam)
            acme = await desk.store().read(lambda view: view.organizations.by_slug("acme"))
            assert acme is not None
            resting = tripped(full(acme.id, BREAKER, OF_ORGANIZATION, now), OF_ORGANIZATION, now)
            await desk.store().transact(lambda work: work.budgets.put(resting))

    now = system_clock()
    anyio.run(flood)
    findings = found(desk)
    assert findings["quarantine"].state is Verdict.OK
    assert findings["quarantine"].message.startswith("1 held")
    assert findings["automatic mail of acme"].state is Verdict.WARNING


def test_a_model_is_asked_whether_it_is_there(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data")
    assert found(Container(settings=settings))["model"].state is Verdict.OK
    with model_server() as server:
        for order, state, told in (
            (says("Yes."), Verdict.OK, "small answers."),
            (refuses(401), Verdict.WARNING, "refuses the desk's key"),
            (refuses(404), Verdict.WARNING, "does not know the model"),
        ):
            server.orders(order)
            desk = Container(settings=evolve(settings, ai_base_url=server.base, ai_model="small"))
            finding = found(desk)["model"]
            assert finding.state is state
            assert told in finding.message
    half = Container(settings=evolve(settings, ai_base_url="http://127.0.0.1:9/v1"))
    assert found(half)["model"].advice == "Set HELPDESK_AI_MODEL"
