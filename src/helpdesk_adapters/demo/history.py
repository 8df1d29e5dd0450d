"""What the sample desk was asked in the weeks before: enough for lists, searches, reports and suggested answers."""

from datetime import timedelta
from typing import Final

from attrs import frozen

from helpdesk_adapters.demo.teller import Teller
from helpdesk_core.satisfaction import Score
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.users import User

PEOPLE: Final = (
    ("Amara Nwosu", "amara.nwosu@mail.example"),
    ("Bjørn Solheim", "bjorn@solheim.example"),
    ("Chloé Martin", "chloe.martin@courriel.example"),
    ("Daniel Weber", "d.weber@post.example"),
    ("Elif Kaya", "elif.kaya@mail.example"),
    ("Farid Haddad", "farid@haddad.example"),
    ("Giulia Conti", "giulia.conti@posta.example"),
    ("Henrik Lund", "henrik.lund@mail.example"),
    ("Ines Carvalho", "ines@carvalho.example"),
    ("Jakub Nowak", "jakub.nowak@poczta.example"),
    ("Keiko Sato", "keiko.sato@mail.example"),
    ("Liam O'Connor", "liam@oconnor.example"),
)


@frozen
class Matter:
    """Something that is asked again and again, and how it was answered."""

    subject: str
    question: str
    answer: str
    tag: str
    channel: Channel = Channel.CONTACT_FORM


MATTERS: Final = (
    Matter(
        "Where is my parcel?",
        "I ordered ten days ago and the tracking has not moved since Monday. Can you see where it is?",
        "the carrier was waiting for a better address; I have added the door code. Parcels that rest there move on "
        "within one working day, and you get a new tracking mail.",
        "delivery",
    ),
    Matter(
        "How do I send something back?",
        "The trousers are too wide. How do I return them, and who pays for it?",
        "you have 60 days. The label is in your order under Returns; sending back is free from within the EU. "
        "The money is with you within five days of its arrival.",
        "returns",
    ),
    Matter(
        "Waterproofing an old tent",
        "Our tent is eight years old and the floor lets water through. Can that be mended?",
        "wash it with plain soap, let it dry, then brush two thin coats of seam grip silicone onto the floor. "
        "It takes an evening and holds for about three seasons.",
        "care",
        Channel.EMAIL,
    ),
    Matter(
        "Gift card does not work",
        "The shop says that my gift card is not valid, but it is from last Christmas.",
        "gift cards hold for three years. Yours had a zero read as the letter O; I have put the value on your "
        "account, so it counts with your next order by itself.",
        "billing",
    ),
    Matter(
        "Which sleeping bag for spring?",
        "Two weeks in the hills in April, nights around zero. Is the Dun 400 warm enough?",
        "with a liner, yes: its comfort ends at plus two. If you are cold at night, take the Dun 600, which "
        "weighs 180 g more.",
        "advice",
        Channel.EMAIL,
    ),
    Matter(
        "Changing the address",
        "I have moved. Can the order still go to the new address?",
        "as long as it says “being packed” you can change it yourself under My orders. I have done it for "
        "this one.",
        "delivery",
    ),
    Matter(
        "Broken zip",
        "The zip of my jacket came off its track after two years. Do you repair it?",
        "we do, for as long as there are parts: send it in with the form under Repairs. A zip costs 24 euros and "
        "takes about ten days.",
        "repairs",
    ),
    Matter(
        "Invoice with a tax number",
        "Please put our tax number onto the invoice.",
        "it is there now; you find the new invoice under My orders. Put the number into your account, and it "
        "stands on every one from now on.",
        "billing",
        Channel.API,
    ),
)
OLDEST, NEWEST = 46, 11
"""Days ago."""


async def tell_history(tell: Teller, agents: tuple[User, ...]) -> None:
    """A ticket or two a day, fewer at weekends; answered within hours, most of them rated well."""
    place = 0
    for days in range(OLDEST, NEWEST - 1, -1):
        weekend = (tell.today - timedelta(days=days)).weekday() >= 5
        for turn in range(1 if weekend else 2 + days % 2):
            matter, person = MATTERS[place * 5 % len(MATTERS)], PEOPLE[place * 7 % len(PEOPLE)]
            ago = timedelta(days=days) - timedelta(hours=2 * turn + place % 3)
            await _tell_one(tell, matter, person, ago, agents[place % len(agents)], place)
            place += 1


async def _tell_one(
    tell: Teller, matter: Matter, person: tuple[str, str], ago: timedelta, agent: User, place: int
) -> None:
    name, email = person
    priority = Priority.HIGH if place % 9 == 4 else Priority.NORMAL
    opening = Opening(matter.subject, matter.channel, priority, tags=(matter.tag,))
    ticket = await tell.open(ago, opening, Requester(email=email, name=name), matter.question)
    first = name.split()[0]
    later = ago - timedelta(minutes=25 + 37 * (place % 11))
    await tell.change(later, ticket.id, agent, TicketChange(assignee_id=agent.id))
    words = f"Hello {first},\n\n{matter.answer}\n\n{agent.name.split()[0]}"
    await tell.answer(later, ticket.id, agent, words, Status.RESOLVED)
    done = later - timedelta(hours=3 + place % 20)
    if place % 4 == 0:
        await tell.rate(done, ticket.id, Score.BAD if place % 20 == 16 else Score.GOOD)
    if place % 3 == 0:
        await tell.change(done - timedelta(days=2), ticket.id, agent, TicketChange(status=Status.CLOSED))
