"""The sample desk: an outdoor shop, and what it was asked in the last days."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from textwrap import dedent

from anyio import to_thread
from attrs import frozen

from helpdesk_adapters.demo.furniture import furnish
from helpdesk_adapters.demo.history import tell_history
from helpdesk_adapters.demo.teller import File, Letter, Teller, picture
from helpdesk_core.email import OutgoingMail, compose
from helpdesk_core.ids import NewId, TicketId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.mail import Accepted
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.use_cases.people.manage_api_keys import CreateApiKey
from helpdesk_core.use_cases.people.manage_people import CreateOrganization, CreateUser
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.widget.arrange_widgets import check_widget
from helpdesk_core.users import DESK, Role, Scope, User
from helpdesk_core.widget import FRONT_WIDGET, Theme, Widget

JONAS = "Jonas Lindqvist <jonas.lindqvist@mail.example>"


@frozen
class Sample:
    """What a visitor of the sample desk has to know."""

    organization: Organization
    email: str
    password: str
    api_key: str
    widget_key: str


@frozen
class Staff:
    """Who works in the shop."""

    ada: User
    noor: User


@frozen
class FurnishSampleDesk:
    """Fills an empty store with the sample desk; AlreadyTaken where it is there already."""

    store: Store
    blobs: Blobs
    domain: MailDomain
    passwords: Passwords
    clock: Clock
    new_id: NewId
    new_token: NewToken

    async def __call__(self) -> Sample:
        create_organization = CreateOrganization(self.store, self.clock, self.new_id)
        shop = await create_organization("harbour-pine", "Harbour & Pine")
        create_user = CreateUser(self.store, self.passwords, self.clock, self.new_id)
        password = self.new_token()[:12]
        ada = await create_user(shop.id, "ada@harbour-pine.example", "Ada Brandt", Role.ADMIN, password)
        noor = await create_user(
            shop.id, "noor@harbour-pine.example", "Noor Haddad", Role.AGENT, self.new_token()
        )
        create_key = CreateApiKey(self.store, self.clock, self.new_id, self.new_token)
        _, key = await create_key(shop.id, "sample", (Scope.ADMIN,))
        widget = await self._widget(shop)
        await furnish(self.store, self.clock, self.new_id, shop.id, (ada, noor))
        teller = Teller(self.store, self.blobs, self.domain, self.new_id, shop, self.clock())
        await tell_history(teller, (ada, noor))
        await tell_everything(teller, Staff(ada, noor))
        return Sample(shop, ada.email, password, key, widget.api_key)

    async def _widget(self, shop: Organization) -> Widget:
        """The shop's widget, which the front page shows."""
        check = partial(check_widget, self.new_token)
        arrange = Arrange(self.store, self.clock, self.new_id, Widget, lambda work: work.widgets, check)
        theme = Theme(primary_color="#1d6b4f", header_text="Harbour & Pine")
        widget = await arrange.add(shop.id, DESK, {"name": "Shop", "theme": theme})
        await self.store.transact(lambda work: work.facts.put(FRONT_WIDGET, widget.api_key))
        return widget


@frozen
class MailOnPaper:
    """A MailSender that keeps every mail as a file instead of sending it."""

    folder: Path

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        """The same key again writes the same file again."""
        await to_thread.run_sync(self._write, compose(mail), f"{key.rpartition('/')[2]}.eml")
        return Accepted()

    def _write(self, raw: bytes, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(raw)


async def tell_everything(tell: Teller, staff: Staff) -> None:
    """The stories in the order in which they began, so that the tickets are numbered as their dates say."""
    sizes = await the_size_of_a_jacket(tell, staff)
    await the_broken_pole(tell, staff)
    await the_parcel_from_spain(tell, staff)
    await the_invoice(tell, staff)
    await the_jacket_again(tell, sizes)
    await the_double_charge(tell, staff)
    await today(tell, staff)


async def the_size_of_a_jacket(tell: Teller, staff: Staff) -> str:
    """Asked, answered, closed; the answer's Message-ID."""
    asked = _letter(
        JONAS,
        "Fjell jacket: M or L?",
        """
        Hello,

        I am 182 cm and usually between M and L. Which one would you take for wearing a fleece underneath?

        Jonas
        """,
    )
    ticket = _known(await tell.mail(_ago(days=9, hours=3), asked))
    advice = "Hello Jonas,\n\ntake the L: it is cut narrow, and a fleece needs the room.\n\nNoor"
    sent = await tell.answer(_ago(days=9, hours=1), ticket, staff.noor, advice, Status.RESOLVED)
    await tell.change(_ago(days=8), ticket, staff.noor, TicketChange(tags=("sizes",)))
    await tell.change(_ago(days=4), ticket, staff.ada, TicketChange(status=Status.CLOSED))
    return sent


async def the_jacket_again(tell: Teller, answered: str) -> None:
    """An answer to what is closed: a new ticket, which links back."""
    late = _letter(
        JONAS,
        "Re: Fjell jacket: M or L?",
        """
        Hello Noor,

        the L arrived and fits, but the left pocket has no zip at all. Could you send me another one?

        Jonas
        """,
        answers=answered,
    )
    await tell.mail(_ago(days=2, hours=5), late)


async def the_broken_pole(tell: Teller, staff: Staff) -> None:
    """A thread of several messages and people, with a photo."""
    mira = "Mira Okafor <mira@okafor.example>"
    asked = _letter(
        mira,
        "Tent pole snapped on the second night",
        """
        Hi there,

        we bought the Skerry 3 in May (order HP-19377). On its second night out a pole broke right at the joint, in
        hardly any wind. A photo is attached. We leave for Lofoten on the 28th: can you send a new pole by then?

        Thank you
        Mira Okafor
        """,
        files=(File("pole.png", "image/png", picture()),),
    )
    ticket = _known(await tell.mail(_ago(days=5, hours=6), asked))
    tags = TicketChange(priority=Priority.HIGH, assignee_id=staff.noor.id, tags=("warranty", "tents"))
    await tell.change(_ago(days=5, hours=5), ticket, staff.ada, tags)
    question = (
        "Hello Mira,\n\nthat should not happen, I am sorry. A new pole is on us. "
        "Is the number on the joint SK3-A or SK3-B?\n\nNoor"
    )
    sent = await tell.answer(_ago(days=5, hours=2), ticket, staff.noor, question, Status.PENDING)
    reply = _letter(
        mira,
        "Re: Tent pole snapped on the second night",
        """
        It says SK3-B. My brother Chidi is in copy, he can take the parcel while I am at work.

        Mira

        > that should not happen, I am sorry. A new pole is on us.
        > Is the number on the joint SK3-A or SK3-B?
        """,
        answers=sent,
        cc="Chidi Okafor <chidi@okafor.example>",
    )
    await tell.mail(_ago(days=1, hours=4), reply)
    brother = _letter(
        "Chidi Okafor <chidi@okafor.example>",
        "RE: Tent pole snapped on the second night",
        "Hello, Chidi here. I am at home until noon every day this week, please ring twice.",
        answers=sent,
    )
    await tell.mail(_ago(hours=22), brother)
    await tell.note(
        _ago(hours=21), ticket, staff.noor, "Two SK3-B left in the shop. One set aside, label printed."
    )


async def the_parcel_from_spain(tell: Teller, staff: Staff) -> None:
    """Another language, waiting for the customer."""
    asked = _letter(
        "Tomás Herrera <tomas.herrera@correo.example>",
        "¿Dónde está mi pedido HP-20102?",
        """
        Buenos días:

        Hice el pedido hace nueve días y el seguimiento no cambia desde el lunes. ¿Me pueden decir dónde está?

        Un saludo,
        Tomás
        """,
    )
    ticket = _known(await tell.mail(_ago(days=3, hours=8), asked))
    answer = (
        "Hola Tomás:\n\nel transportista pide confirmar su dirección. "
        "¿Es correcta «Calle Mayor 14, 3.º B, Oviedo»?\n\nAda"
    )
    await tell.answer(_ago(days=3, hours=6), ticket, staff.ada, answer, Status.PENDING)
    change = TicketChange(assignee_id=staff.ada.id, tags=("delivery",), language="es")
    await tell.change(_ago(days=3, hours=6), ticket, staff.ada, change)


async def the_invoice(tell: Teller, staff: Staff) -> None:
    """A mail in HTML, answered and done."""
    asked = _letter(
        "Yuki Tanaka <accounts@tanaka-guides.example>",
        "Invoice for HP-19840 with our company name, please",
        "Please send the invoice for HP-19840 again, made out to Tanaka Guides Ltd.",
        html="<p>Please send the invoice again, made out to:</p><table><tr><td>Company</td><td><b>Tanaka Guides Ltd</b>"
        "</td></tr><tr><td>Order</td><td>HP-19840</td></tr></table><p>Kind regards<br>Yuki Tanaka</p>",
    )
    ticket = _known(await tell.mail(_ago(days=2, hours=9), asked))
    answer = "Dear Yuki,\n\nyou have it in your inbox now, made out to Tanaka Guides Ltd.\n\nAda"
    await tell.answer(_ago(days=2, hours=8), ticket, staff.ada, answer, Status.RESOLVED)
    await tell.change(_ago(days=2, hours=8), ticket, staff.ada, TicketChange(tags=("billing",)))


async def the_double_charge(tell: Teller, staff: Staff) -> None:
    """Urgent, on hold, with a note among colleagues."""
    asked = _letter(
        "Priya Raman <priya.raman@mail.example>",
        "Charged twice!!",
        "My card shows 189.00 twice for one pair of boots (HP-20377). Please sort this out today.\n\nPriya Raman",
    )
    ticket = _known(await tell.mail(_ago(hours=26), asked))
    change = TicketChange(priority=Priority.URGENT, assignee_id=staff.ada.id, tags=("billing",))
    await tell.change(_ago(hours=25), ticket, staff.noor, change)
    note = "The second one is only reserved, not captured. Our bank lets go of it tonight; let us look again tomorrow."
    await tell.note(_ago(hours=25), ticket, staff.noor, note)
    answer = (
        "Hello Priya,\n\nonly one payment was taken, the other is reserved and will vanish by tomorrow. "
        "I keep an eye on it.\n\nAda"
    )
    await tell.answer(_ago(hours=24), ticket, staff.ada, answer, Status.ON_HOLD)


async def today(tell: Teller, staff: Staff) -> None:
    """What nobody has looked at yet, over several channels, and what was kept out."""
    await tell.open(
        _ago(hours=19),
        Opening("Do you repair zips?", Channel.CONTACT_FORM, custom_fields={"product": "Birk trousers"}),
        Requester(email="lena.vogt@post.example", name="Lena Vogt"),
        "The zip of my Birk trousers (2021) is stuck for good. Do you repair that, and what does it cost?",
    )
    repaired = "Is my repaired jacket ready? It was due on Friday. Marit Aas"
    await message(tell, 5.5, Channel.SMS, "Marit Aas +4791234567", repaired)
    await tell.open(
        _ago(hours=5),
        Opening("Parcel HP-20418 came back", Channel.API, tags=("delivery",), metadata={"order": "HP-20418"}),
        Requester(email="sven.dahl@mail.example", name="Sven Dahl"),
        "The carrier returned the parcel: nobody at home, three times.",
    )
    islands = "Hola, ¿enviáis también a las Islas Canarias? Gracias"
    await tell.block(_ago(hours=4), staff.ada, "@rank-higher.example")
    spam = _letter(
        "SEO Team <hello@rank-higher.example>", "First page in 7 days", "We have a special offer for you."
    )
    await message(tell, 3.2, Channel.WHATSAPP, "Lucía Romero +34600123456", islands)
    await tell.mail(_ago(hours=3), spam)
    school = _letter(
        "Olu Adeyemi <o.adeyemi@northfield-school.example>",
        "Quote for 24 sleeping bags",
        """
        Dear Harbour & Pine,

        we are looking for 24 sleeping bags for a class trip in October, comfort 0 °C. The list with the sizes is
        attached. Could you make us an offer, with delivery to the school?

        Olu Adeyemi
        Northfield School
        """,
        files=(File("sizes.csv", "text/csv", b"size,number\nS,9\nM,11\nL,4\n"),),
    )
    await tell.mail(_ago(hours=2), school)
    dog = "Hi! Does the Skerry 3 fit two people and a large dog?"
    await message(tell, 1.4, Channel.WIDGET, "Tom Baker tom.baker@mail.example", dog)
    wash = _letter(
        "Hanna Novak <hanna@novak.example>",
        "Washing the Dun 400",
        "Can the sleeping bag go into the machine, and may it be spun?\n\nHanna",
    )
    sale = "Do you take part in the Friday sale?"
    await message(tell, 0.6, Channel.MESSENGER, "Anna Holm anna.holm@post.example", sale)
    await tell.mail(_ago(minutes=12), wash)
    club = "The club needs 12 harnesses by June."
    await message(tell, 0.1, Channel.SLACK, "Pat Murphy pat@climbing-club.example", club)


async def message(tell: Teller, hours: float, channel: Channel, sender: str, words: str) -> None:
    """A first message over one of the channels; `sender` is a name and a phone number or an e-mail address."""
    name, _, address = sender.rpartition(" ")
    phone, email = (address, None) if address.startswith("+") else (None, address)
    subject = words if len(words) < 50 else f"{words[:47].rpartition(' ')[0]}…"
    requester = Requester(name=name, phone=phone, email=email)
    await tell.open(_ago(hours=hours), Opening(subject, channel), requester, words)


def _letter(
    sender: str,
    subject: str,
    text: str,
    answers: str | None = None,
    html: str | None = None,
    cc: str | None = None,
    files: tuple[File, ...] = (),
) -> Letter:
    return Letter(sender, subject, dedent(text).strip() + "\n", answers, html, cc, files)


def _ago(days: float = 0, hours: float = 0, minutes: float = 0) -> timedelta:
    return timedelta(days=days, hours=hours, minutes=minutes)


def _known(ticket: TicketId | None) -> TicketId:
    if ticket is None:
        raise ValueError("The sample desk has not taken one of its own letters.")
    return ticket
