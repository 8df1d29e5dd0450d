"""What an organization puts under and around its answers, and the images inside them."""

from typing import Any

from helpdesk_core.attachments import Attachment, AttachmentState
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.email import MailPart, OutgoingMail, compose, parse_mail, split_reply
from helpdesk_core.ids import AttachmentId
from helpdesk_core.jobs import TryLater
from helpdesk_core.richtext import check_document, sanitize_html
from helpdesk_core.use_cases.mail.change_mail_settings import MailChange
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import DESK, Actor
from tests.use_cases.conftest import Bench
from tests.use_cases.test_answers import NOOR, a_ticket, post
from tests.use_cases.test_mail_in import a_mail, done

TEMPLATE = "<table><tr><td>{{organization.name}} &amp; co<div>{{content}}</div>To {{customer.name}}</td></tr></table>"


async def writing(bench: Bench, **change: Any) -> None:
    assert bench.acme is not None
    await bench.desk.change_mail_settings()(bench.acme.id, DESK, MailChange(**change))


async def sent(bench: Bench) -> OutgoingMail:
    await bench.run_jobs()
    ((_, mail),) = bench.post.sent
    return mail


def inside(mail: OutgoingMail) -> str:
    """What is shown of the HTML."""
    assert mail.html is not None
    head, _, rest = mail.html.partition("<body>\n")
    assert head.startswith("<!DOCTYPE html>")
    return rest.removesuffix("\n</body>\n</html>\n")


async def test_an_answer_of_nobody_in_particular_is_what_was_written(bench: Bench) -> None:
    await post(bench, await a_ticket(bench))
    mail = await sent(bench)
    assert mail.text == "Here is a new one."
    assert inside(mail) == "<p>Here is a new one.</p>"
    assert not mail.automatic


async def test_the_signature_stands_under_both_texts_and_is_known_as_one(bench: Bench) -> None:
    ticket_id = await a_ticket(bench)
    await writing(bench, signature="{{agent.name}} <agent>\n{{organization.name}}")
    await post(bench, ticket_id)
    mail = await sent(bench)
    assert mail.text == "Here is a new one.\n\n-- \nNoor <agent>\nAcme"
    assert inside(mail) == "<p>Here is a new one.</p><p>-- <br>Noor &lt;agent&gt;<br>Acme</p>"
    assert split_reply(parse_mail(compose(mail)).text).new == "Here is a new one."


async def test_the_template_stands_around_the_html_and_leaves_the_text_alone(bench: Bench) -> None:
    ticket_id = await a_ticket(bench)
    await writing(bench, template=TEMPLATE, signature="Acme")
    await post(bench, ticket_id)
    mail = await sent(bench)
    assert mail.text == "Here is a new one.\n\n-- \nAcme"
    assert inside(mail) == (
        "<table><tbody><tr><td>Acme &amp; co<div><p>Here is a new one.</p><p>-- <br>Acme</p></div>"
        "To Ida</td></tr></tbody></table>"
    )


async def test_a_customers_name_is_never_markup_and_cannot_take_the_answers_place(bench: Bench) -> None:
    await bench.begin()
    sender = '"{{content}} <b>x</b> onclick=\'" <ida@garden.example>'
    ticket_id = (await done(bench, a_mail(sender=sender))).ticket_id
    await writing(bench, template="<p>{{customer.name}}</p>{{content}}")
    await post(bench, ticket_id)
    mail = await sent(bench)
    assert inside(mail) == ("<p>{{content}} &lt;b&gt;x&lt;/b&gt; onclick='</p><p>Here is a new one.</p>")
    assert sanitize_html(inside(mail)) == inside(mail)


async def test_a_retry_sends_what_the_first_try_sent(bench: Bench) -> None:
    """The other side may have it already, and knows it by its key: another mail under that key is refused."""
    ticket_id = await a_ticket(bench)
    await writing(bench, signature="Old")
    answer = await post(bench, ticket_id)
    bench.post.failures = [TryLater("nobody knows whether it arrived")]
    await bench.run_jobs()
    await writing(bench, signature="New", template="<p>{{content}}</p>")
    bench.clock.pass_(seconds=10)
    assert (await sent(bench)).text == "Here is a new one.\n\n-- \nOld"
    kept = await bench.desk.store().read(
        lambda view: view.conversations.get(answer.organization_id, answer.id)
    )
    assert kept is not None
    assert "dress" not in kept.metadata
    bench.post.sent.clear()
    await post(bench, ticket_id)
    assert (await sent(bench)).text == "Here is a new one.\n\n-- \nNew"


async def an_upload(bench: Bench, name: str, content: bytes) -> Attachment:
    assert bench.acme is not None
    file = Attachment(
        id=AttachmentId(bench.desk.new_id()()),
        organization_id=bench.acme.id,
        filename=name,
        content_type="image/png",
        size=len(content),
        created_at=bench.clock(),
        digest=await bench.desk.blobs().put(bench.acme.id, content),
        state=AttachmentState.STORED,
    )
    await bench.desk.store().transact(lambda work: work.attachments.add(file))
    return file


async def illustrated(bench: Bench, *shown: Attachment, beside: tuple[Attachment, ...] = ()) -> Conversation:
    ticket_id = (await done(bench, a_mail())).ticket_id
    images = [{"type": "image", "attrs": {"src": f"cid:{file.id}", "alt": file.filename}} for file in shown]
    content = check_document({"type": "doc", "content": images})
    draft = Draft(
        content=content, author=agent_author(NOOR), attachment_ids=tuple(one.id for one in (*shown, *beside))
    )
    assert bench.acme is not None
    return await bench.desk.post_conversation()(bench.acme.id, ticket_id, NOOR, Kind.REPLY, draft)


async def test_an_image_that_the_text_shows_travels_inside_it(bench: Bench) -> None:
    await bench.begin()
    image = await an_upload(bench, "seal.png", b"\x89PNG one")
    other = await an_upload(bench, "plan.png", b"\x89PNG two")
    await illustrated(bench, image, beside=(other,))
    mail = await sent(bench)
    assert inside(mail) == f'<img src="cid:{image.id}@desk.example" alt="seal.png">'
    assert mail.attachments == (
        MailPart("seal.png", "image/png", b"\x89PNG one", f"{image.id}@desk.example", inline=True),
        MailPart("plan.png", "image/png", b"\x89PNG two"),
    )
    back = parse_mail(compose(mail))
    assert back.html is not None
    assert f'src="cid:{image.id}@desk.example"' in back.html
    assert [(part.filename, part.inline) for part in back.parts] == [("seal.png", True), ("plan.png", False)]


async def test_what_a_rule_says_is_automatic_and_no_response(bench: Bench) -> None:
    ticket_id = await a_ticket(bench)
    assert bench.acme is not None
    rule = Actor("system", None, "Polite rule")
    draft = Draft(content={"type": "doc", "content": []}, author=agent_author(rule))
    await bench.desk.post_conversation()(bench.acme.id, ticket_id, rule, Kind.REPLY, draft)
    mail = await sent(bench)
    assert (mail.automatic, mail.from_.name) == (True, "Acme")
    organization_id = bench.acme.id
    ticket = await bench.desk.store().read(lambda view: view.tickets.get(organization_id, ticket_id))
    assert ticket is not None
    assert ticket.first_response_at is None
