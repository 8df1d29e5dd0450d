"""Nouns for hypothesis, every field filled: any text a store can hold, any time, any JSON.

Ids and whatever else must be unique are made fresh, so that examples do not meet in a store.
"""

from datetime import UTC, datetime
from typing import Any

from attrs import evolve, fields
from hypothesis import strategies as st

from helpdesk_core.addresses import Address
from helpdesk_core.afterwords import Afterwords, Edit, Piece, ProviderMessage, Reaction, Report
from helpdesk_core.articles import Article, Body
from helpdesk_core.attachments import Attachment, AttachmentState, FileOrigin, StoredFile
from helpdesk_core.budgets import Budget
from helpdesk_core.calls import Fact, Told
from helpdesk_core.commands import PassedOn, TakeEmail
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
    MailHeaders,
    Translation,
    TranslationState,
)
from helpdesk_core.correspondences import Awaited, Correspondence
from helpdesk_core.custom_fields import CustomField, FieldType
from helpdesk_core.customers import Contact, Customer
from helpdesk_core.deliveries import DeliveryTry, WebhookDelivery, WebhookDeliveryState
from helpdesk_core.email import Authentication, Bounce, Fate, Mail, Nature, Undelivered, Understood
from helpdesk_core.email.authentication import Verdict
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import Job, JobKind, JobState
from helpdesk_core.mail_settings import Acknowledgement, MailSettings
from helpdesk_core.messages import BY_MESSAGE, Message, RemoteFile, Sender
from helpdesk_core.notices import Notice
from helpdesk_core.notifications import MailState, Notification, NotificationKind, Way
from helpdesk_core.orders import (
    PERSONAL,
    Fulfillment,
    FulfillmentStatus,
    LineItem,
    Order,
    PostalAddress,
    ShopCustomer,
)
from helpdesk_core.organizations import Organization
from helpdesk_core.people_settings import AssignmentMode, AssignmentScope, PeopleSettings
from helpdesk_core.privacy import Erasure, ErasureState
from helpdesk_core.privacy_requests import Found, PrivacyKind, PrivacyRequest, PrivacyState
from helpdesk_core.quarantine import QuarantinedMail, QuarantineState, Reason
from helpdesk_core.records import Stamp
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.second_factors import SecondFactor
from helpdesk_core.tags import Tag
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.user_links import Purpose, UserLink
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import Actor, ApiKey, Role, Scope, Session, User
from helpdesk_core.webhook_endpoints import DisabledReason, SigningSecret, WebhookEndpoint
from helpdesk_core.webhooks import EventState, WebhookEvent
from helpdesk_core.widget import FormField, Theme, Widget
from tests.contracts.builders import fresh, new_id

ids = st.builds(new_id)
"""Fresh ones: they do not shrink, and need not."""

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
"""Any text but NUL, which no database holds, and half a surrogate pair, which is none."""

names = st.builds(lambda text: fresh(text), texts)
"""Texts that no other thing bears."""

times = st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False, width=32).filter(lambda number: number % 1 != 0)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
documents = st.dictionaries(texts, json_values, max_size=3)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3, unique=True).map(tuple)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def every_field(noun: type[Any], /, **strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """These nouns; a field that was added to it since must be given a strategy here."""
    missing = {field.name for field in fields(noun)} - strategies.keys()
    assert not missing, f"{noun.__name__} has fields that no strategy fills: {missing}"
    return st.builds(noun, **strategies)


organizations = every_field(
    Organization,
    id=ids,
    slug=st.builds(lambda: fresh("org")),
    name=texts,
    created_at=times,
    mail_from=maybe(texts),
    mail_settings=every_field(
        MailSettings,
        signature=texts,
        template=texts,
        acknowledgement=every_field(Acknowledgement, active=st.booleans(), subject=texts, text=texts),
    ),
    language=st.sampled_from(["en", "de", "pt"]),
)
actors = every_field(
    Actor, type=st.sampled_from(["user", "api_key", "customer", "system"]), id=maybe(ids), name=texts
)


def users(organization_id: Any) -> st.SearchStrategy[User]:
    return every_field(
        User,
        id=ids,
        organization_id=st.just(organization_id),
        email=st.builds(lambda: f"{fresh('Agent')}@Desk.example"),
        name=texts,
        role=st.sampled_from(Role),
        created_at=times,
        password_hash=texts,
        disabled_at=maybe(times),
    )


def sessions(user_id: Any) -> st.SearchStrategy[Session]:
    return every_field(
        Session,
        token_hash=names,
        user_id=st.just(user_id),
        created_at=times,
        expires_at=times,
        device=texts,
    )


def user_links(user_id: Any) -> st.SearchStrategy[UserLink]:
    return every_field(
        UserLink,
        token_hash=names,
        user_id=st.just(user_id),
        purpose=st.just(Purpose.RESET),
        created_at=times,
        expires_at=times,
    )


def second_factors(user_id: Any) -> st.SearchStrategy[SecondFactor]:
    return every_field(
        SecondFactor,
        user_id=st.just(user_id),
        sealed_secret=texts,
        created_at=times,
        confirmed_at=maybe(times),
        last_step=maybe(st.integers(0, 2**40)),
        recovery_hashes=some(names),
    )


def settings_of_users(user: User) -> st.SearchStrategy[UserSettings]:
    return every_field(
        UserSettings,
        user_id=st.just(user.id),
        organization_id=st.just(user.organization_id),
        available=st.booleans(),
        away_until=maybe(times),
        ways=st.dictionaries(st.sampled_from(NotificationKind), st.sampled_from(Way)),
        turn=st.integers(0, 2**40),
    )


def settings_of_people(organization_id: Any) -> st.SearchStrategy[PeopleSettings]:
    return every_field(
        PeopleSettings,
        organization_id=st.just(organization_id),
        demands_second_factor=st.booleans(),
        assignment=st.sampled_from(AssignmentMode),
        scope=st.sampled_from(AssignmentScope),
    )


def notifications(user: User, ticket_id: Any) -> st.SearchStrategy[Notification]:
    return every_field(
        Notification,
        id=ids,
        organization_id=st.just(user.organization_id),
        user_id=st.just(user.id),
        kind=st.sampled_from(NotificationKind),
        ticket_id=st.just(ticket_id),
        created_at=times,
        conversation_id=maybe(ids),
        read_at=maybe(times),
        mail=st.sampled_from(MailState),
    )


def api_keys(organization_id: Any) -> st.SearchStrategy[ApiKey]:
    return every_field(
        ApiKey,
        id=ids,
        organization_id=st.just(organization_id),
        name=texts,
        scopes=some(st.sampled_from(Scope)),
        key_hash=names,
        hint=texts,
        created_at=times,
        revoked_at=maybe(times),
    )


def customers(organization_id: Any) -> st.SearchStrategy[Customer]:
    return every_field(
        Customer,
        id=ids,
        organization_id=st.just(organization_id),
        created_at=times,
        updated_at=times,
        name=texts,
        emails=some(st.builds(lambda: f"{fresh('carla')}@mail.example")),
        phones=some(st.builds(lambda: fresh("+1415"))),
        identities=some(every_field(Contact, kind=st.sampled_from(["slack", "whatsapp"]), value=names)),
        company=maybe(texts),
        language=maybe(texts),
        country=maybe(texts),
        city=maybe(texts),
        metadata=documents,
        blocked=st.booleans(),
        merged_into_id=maybe(ids),
        version=st.integers(1, 2**31 - 1),
    )


def tickets(organization_id: Any, customer_id: Any, number: int) -> st.SearchStrategy[Ticket]:
    return every_field(
        Ticket,
        id=ids,
        organization_id=st.just(organization_id),
        number=st.just(number),
        subject=texts,
        channel=st.sampled_from(Channel),
        customer_id=st.just(customer_id),
        created_at=times,
        updated_at=times,
        status=st.sampled_from(Status),
        priority=st.sampled_from(Priority),
        assignee_id=maybe(ids),
        team_id=maybe(ids),
        tags=some(texts),
        custom_fields=documents,
        metadata=documents,
        language=maybe(texts),
        message_count=st.integers(0, 2**31 - 1),
        last_message_at=maybe(times),
        first_response_at=maybe(times),
        resolved_at=maybe(times),
        closed_at=maybe(times),
        merged_into_id=maybe(ids),
        follows_id=maybe(ids),
        subject_key=texts,
        kept_apart=st.booleans(),
        split_from_id=maybe(ids),
        snoozed_until=maybe(times),
        sla_policy_id=maybe(ids),
        first_response_due_at=maybe(times),
        resolution_due_at=maybe(times),
        sla_breached_at=maybe(times),
        sla_breaches=some(texts),
        sla_pauses=some(st.tuples(times, maybe(times))),
        followers=some(texts),
        version=st.integers(1, 2**31 - 1),
    )


authors = every_field(
    Author,
    type=st.sampled_from(AuthorType),
    id=maybe(ids),
    name=texts,
    role=st.sampled_from(AuthorRole),
    avatar_url=maybe(texts),
)
mail_headers = every_field(
    MailHeaders,
    message_id=maybe(names),
    in_reply_to=some(texts),
    references=some(texts),
    from_=maybe(texts),
    reply_to=some(texts),
    to=some(texts),
    cc=some(texts),
    bcc=some(texts),
    subject=maybe(texts),
)


def conversations(organization_id: Any, ticket_id: Any) -> st.SearchStrategy[Conversation]:
    return every_field(
        Conversation,
        id=ids,
        organization_id=st.just(organization_id),
        ticket_id=st.just(ticket_id),
        kind=st.sampled_from(Kind),
        channel=st.sampled_from(Channel),
        author=authors,
        content=documents,
        content_text=texts,
        content_html=texts,
        created_at=times,
        language=maybe(texts),
        delivery=maybe(
            every_field(DeliveryStatus, state=st.sampled_from(DeliveryState), detail=maybe(texts))
        ),
        mail=mail_headers,
        attachment_ids=some(ids),
        external_id=maybe(names),
        warnings=some(texts),
        metadata=documents,
        origin_ticket_id=maybe(ids),
        new_text=maybe(texts),
        new_html=maybe(texts),
        raw_id=maybe(ids),
        redacted_at=maybe(times),
        translation=maybe(
            every_field(
                Translation, language=texts, text=maybe(texts), state=st.sampled_from(TranslationState)
            )
        ),
    )


def attachments(organization_id: Any, ticket_id: Any, conversation_id: Any) -> st.SearchStrategy[Attachment]:
    return every_field(
        Attachment,
        id=ids,
        organization_id=st.just(organization_id),
        filename=texts,
        content_type=texts,
        size=st.integers(0, 2**40),
        created_at=times,
        digest=maybe(texts),
        ticket_id=st.just(ticket_id),
        conversation_id=st.just(conversation_id),
        content_id=maybe(texts),
        inline=st.booleans(),
        state=st.sampled_from(AttachmentState),
        detail=maybe(texts),
        external_id=maybe(texts),
        origin=maybe(every_field(FileOrigin, source=texts, provider=texts, account=texts, reference=texts)),
    )


def articles(organization_id: Any) -> st.SearchStrategy[Article]:
    return every_field(
        Article,
        id=ids,
        organization_id=st.just(organization_id),
        title=texts,
        body=every_field(Body, html=texts, text=texts),
        created_at=times,
        updated_at=times,
        published=st.booleans(),
        section=maybe(texts),
        language=maybe(texts),
        external_id=maybe(names),
        version=st.integers(1, 2**31 - 1),
    )


def ratings(ticket_id: Any, organization_id: Any) -> st.SearchStrategy[SatisfactionRating]:
    return every_field(
        SatisfactionRating,
        id=ids,
        organization_id=st.just(organization_id),
        ticket_id=st.just(ticket_id),
        customer_id=ids,
        assignee_id=maybe(ids),
        score=st.sampled_from(Score),
        comment=texts,
        created_at=times,
        updated_at=times,
        version=st.integers(1, 2**31 - 1),
    )


def erasures(customer_id: Any, organization_id: Any) -> st.SearchStrategy[Erasure]:
    return every_field(
        Erasure,
        id=ids,
        organization_id=st.just(organization_id),
        customer_id=st.just(customer_id),
        state=st.sampled_from(ErasureState),
        erased=st.dictionaries(texts, st.integers(0, 2**31), max_size=3),
        requested_at=times,
        finished_at=maybe(times),
    )


def widgets(organization_id: Any) -> st.SearchStrategy[Widget]:
    return every_field(
        Widget,
        id=ids,
        organization_id=st.just(organization_id),
        name=names,
        created_at=times,
        updated_at=times,
        version=st.integers(1, 2**31 - 1),
        api_key=names,
        allowed_domains=some(texts),
        theme=every_field(
            Theme,
            primary_color=texts,
            header_text=texts,
            position=st.sampled_from(["bottom-right", "bottom-left"]),
        ),
        form_fields=some(
            every_field(
                FormField,
                name=texts,
                label=texts,
                type=st.sampled_from(["text", "email", "phone", "textarea", "checkbox"]),
                required=st.booleans(),
            )
        ),
        allow_file_uploads=st.booleans(),
        active=st.booleans(),
        identity_secret=maybe(texts),
    )


def integrations(organization_id: Any) -> st.SearchStrategy[Integration]:
    return every_field(
        Integration,
        id=ids,
        organization_id=st.just(organization_id),
        provider=texts,
        external_id=names,
        created_at=times,
        updated_at=times,
        settings=st.dictionaries(texts, texts, max_size=3),
        sealed=st.dictionaries(texts, texts, max_size=3),
        state=st.sampled_from(IntegrationState),
    )


def webhook_events(organization_id: Any) -> st.SearchStrategy[WebhookEvent]:
    return every_field(
        WebhookEvent,
        id=ids,
        provider=names,
        external_id=names,
        type=texts,
        raw=st.binary(max_size=50),
        received_at=times,
        state=st.sampled_from(EventState),
        organization_id=maybe(st.just(organization_id)),
        attempts=st.integers(0, 2**31 - 1),
        processed_at=maybe(times),
        error=maybe(texts),
        account=maybe(names),
    )


stamps = every_field(Stamp, at=times, rank=st.integers(0, 9), event_id=texts)


told_of_calls = st.builds(Told, names, st.sampled_from(Fact), names, times, texts)


def records(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Of any kind of record: a strategy for each field is found by its type."""
    common = {
        "provider": names,
        "account": names,
        "external_id": names,
        "created_at": times,
        "stamp": stamps,
    }
    by_type: dict[Any, st.SearchStrategy[Any]] = {
        str: texts,
        str | None: maybe(texts),
        bool: st.booleans(),
        int: st.integers(0, 2**31 - 1),
        int | None: maybe(st.integers(-(2**53), 2**53)),
        datetime: times,
        datetime | None: maybe(times),
        Stamp | None: maybe(stamps),
        Notice: st.sampled_from(Notice),
        tuple[str, ...]: some(texts),
        tuple[Told, ...]: st.lists(told_of_calls, max_size=3).map(tuple),
    }
    own = {f.name: by_type[f.type] for f in fields(kind) if f.name not in common}
    return every_field(kind, **common, **own)


amounts = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
parcels = every_field(
    Fulfillment,
    external_id=texts,
    status=texts,
    created_at=maybe(times),
    tracking_company=texts,
    tracking_number=texts,
    tracking_url=texts,
)
line_items = every_field(
    LineItem,
    external_id=texts,
    title=texts,
    quantity=st.integers(0, 10**6),
    price=maybe(amounts),
    sku=texts,
    variant=texts,
    fulfillment_status=st.sampled_from(FulfillmentStatus),
    status=texts,
    told=maybe(stamps),
)
postal_addresses = every_field(PostalAddress, **{field.name: texts for field in fields(PostalAddress)})


def shop_customers(organization_id: Any, customer_id: Any) -> st.SearchStrategy[ShopCustomer]:
    return every_field(
        ShopCustomer,
        organization_id=st.just(organization_id),
        provider=names,
        account=names,
        external_id=names,
        customer_id=maybe(st.just(customer_id)),
        told_at=times,
        erased_at=maybe(times),
    )


correspondents = st.sampled_from(sorted(BY_MESSAGE))


remote_files = every_field(
    RemoteFile, source=texts, reference=texts, external_id=texts, filename=texts, content_type=texts
)
messages = every_field(
    Message,
    channel=correspondents,
    account=names,
    external_id=names,
    threads=st.lists(names, min_size=1, max_size=2).map(tuple),
    sender=every_field(
        Sender,
        name=texts,
        contacts=st.lists(st.builds(Contact, names, names), max_size=2).map(tuple),
        claimed=st.lists(st.builds(Contact, names, names), max_size=1).map(tuple),
    ),
    at=maybe(times),
    text=texts,
    files=st.lists(remote_files, max_size=1).map(tuple),
    subject=texts,
    by_us=maybe(texts),
    opens=st.booleans(),
    overheard=st.booleans(),
    answers=maybe(names),
    ours=maybe(ids),
    warnings=st.lists(texts, max_size=2).map(tuple),
    marks=st.dictionaries(names, st.one_of(texts, st.booleans(), st.lists(texts, max_size=2)), max_size=2),
)


def correspondences(
    organization_id: Any, customer_id: Any, ticket_id: Any
) -> st.SearchStrategy[Correspondence]:
    return every_field(
        Correspondence,
        organization_id=st.just(organization_id),
        channel=correspondents,
        account=names,
        thread=names,
        customer_id=maybe(st.just(customer_id)),
        ticket_id=maybe(st.just(ticket_id)),
        heard_at=maybe(times),
        delivered_until=maybe(times),
        read_until=maybe(times),
        opted_out=st.booleans(),
        opted_at=maybe(times),
        among_staff=st.booleans(),
        waiting=st.lists(
            every_field(Awaited, conversation_id=ids, part=names, sent_at=times), max_size=3
        ).map(tuple),
        held=st.lists(messages, max_size=2).map(tuple),
        alias_of=maybe(names),
        address=maybe(names),
    )


edits = every_field(Edit, at=times, text=texts)
reactions = every_field(Reaction, by=names, at=times, emoji=texts)
reports = every_field(Report, part=names, state=st.sampled_from(DeliveryState), detail=texts)
pieces = every_field(
    Piece, number=st.integers(1, 255), external_id=names, said_at=times, thread=names, text=texts
)
afterwords = every_field(
    Afterwords,
    edits=st.lists(edits, max_size=3).map(tuple),
    deleted_at=maybe(times),
    reactions=st.lists(reactions, max_size=3).map(tuple),
    reports=st.lists(reports, max_size=3).map(tuple),
    pieces=st.lists(pieces, max_size=3).map(tuple),
)


def provider_messages(organization_id: Any) -> st.SearchStrategy[ProviderMessage]:
    return every_field(
        ProviderMessage,
        organization_id=st.just(organization_id),
        channel=correspondents,
        account=names,
        external_id=names,
        conversation_id=maybe(ids),
        afterwords=afterwords,
        told_at=times,
    )


def orders(organization_id: Any, customer_id: Any) -> st.SearchStrategy[Order]:
    return every_field(
        Order,
        id=ids,
        organization_id=st.just(organization_id),
        provider=names,
        account=names,
        external_id=names,
        number=texts,
        created_at=times,
        updated_at=times,
        stamp=stamps,
        customer_id=maybe(st.just(customer_id)),
        currency=maybe(texts),
        total_price=maybe(amounts),
        financial_status=maybe(texts),
        fulfillment_status=st.sampled_from(FulfillmentStatus),
        status=maybe(texts),
        email=maybe(texts),
        line_items=some(line_items),
        fulfillments=some(parcels),
        shipping_address=maybe(postal_addresses),
        billing_address=maybe(postal_addresses),
        ticket_id=maybe(ids),
        spoken=st.dictionaries(st.sampled_from(PERSONAL), stamps),
        metadata=documents,
        erased_at=maybe(times),
        version=st.integers(1, 2**31 - 1),
    )


def privacy_requests(organization_id: Any, customer_id: Any) -> st.SearchStrategy[PrivacyRequest]:
    return every_field(
        PrivacyRequest,
        id=ids,
        organization_id=st.just(organization_id),
        provider=names,
        account=names,
        kind=st.sampled_from(PrivacyKind),
        request_key=names,
        created_at=times,
        due_at=times,
        state=st.sampled_from(PrivacyState),
        finished_at=maybe(times),
        customer_id=maybe(st.just(customer_id)),
        found=st.sampled_from(Found),
        person=maybe(texts),
        orders=some(texts),
        before=maybe(times),
        erased=st.dictionaries(texts, st.integers(0, 2**31 - 1), max_size=3),
    )


def jobs(organization_id: Any) -> st.SearchStrategy[Job]:
    return every_field(
        Job,
        id=ids,
        kind=st.sampled_from(JobKind),
        payload=documents,
        run_at=times,
        created_at=times,
        organization_id=maybe(st.just(organization_id)),
        state=st.just(JobState.QUEUED),
        attempts=st.integers(0, 10),
        error=maybe(texts),
        finished_at=maybe(times),
    )


def webhook_endpoints(organization_id: Any) -> st.SearchStrategy[WebhookEndpoint]:
    secrets = every_field(SigningSecret, sealed=texts, created_at=times, expires_at=maybe(times))
    return every_field(
        WebhookEndpoint,
        id=ids,
        organization_id=st.just(organization_id),
        name=names,
        created_at=times,
        updated_at=times,
        version=st.integers(1, 9),
        url=texts,
        events=some(texts),
        description=texts,
        active=st.booleans(),
        disabled_reason=maybe(st.sampled_from(DisabledReason)),
        disabled_at=maybe(times),
        failing_since=maybe(times),
        from_seq=st.integers(1, 2**40),
        secrets=st.lists(secrets, max_size=3).map(tuple),
    )


def deliveries(organization_id: Any, endpoint_id: Any) -> st.SearchStrategy[WebhookDelivery]:
    tries = every_field(
        DeliveryTry,
        at=times,
        duration_ms=st.integers(0, 15_000),
        signature=texts,
        status=maybe(st.integers(100, 599)),
        answer=texts,
        error=maybe(texts),
    )
    return every_field(
        WebhookDelivery,
        id=ids,
        organization_id=st.just(organization_id),
        endpoint_id=st.just(endpoint_id),
        event_id=ids,
        seq=st.integers(0, 2**40),
        type=texts,
        created_at=times,
        body=texts,
        state=st.sampled_from(WebhookDeliveryState),
        attempts=st.integers(0, 30),
        next_try_at=maybe(times),
        finished_at=maybe(times),
        tries=st.lists(tries, max_size=3).map(tuple),
    )


def domain_events(organization_id: Any) -> st.SearchStrategy[DomainEvent]:
    return every_field(
        DomainEvent,
        id=ids,
        organization_id=st.just(organization_id),
        type=texts,
        subject_type=texts,
        subject_id=ids,
        actor=actors,
        occurred_at=times,
        recorded_at=times,
        data=documents,
        cause=maybe(texts),
        depth=st.integers(0, 2**31 - 1),
        origin=maybe(texts),
        quiet=st.booleans(),
        seq=st.just(0),
    )


def another(noun: Any, drawn: Any, *same: str) -> Any:
    """`noun` with all the fields of `drawn` but those of `same`: everything changes that can change."""
    return evolve(drawn, **{name: getattr(noun, name) for name in same})


def arranged(organization_id: Any) -> dict[str, st.SearchStrategy[Any]]:
    """The fields that all arrangements have."""
    return {
        "id": ids,
        "organization_id": st.just(organization_id),
        "name": names,
        "created_at": times,
        "updated_at": times,
        "version": st.integers(1, 2**31 - 1),
    }


def tags(organization_id: Any) -> st.SearchStrategy[Tag]:
    return every_field(Tag, **arranged(organization_id), description=texts, color=maybe(texts))


def custom_fields(organization_id: Any) -> st.SearchStrategy[CustomField]:
    return every_field(
        CustomField,
        **arranged(organization_id),
        label=texts,
        type=st.sampled_from(FieldType),
        required=st.booleans(),
        options=some(texts),
        position=st.integers(0, 2**31 - 1),
        active=st.booleans(),
        description=texts,
    )


addresses = every_field(
    Address, email=st.sampled_from(["ida@garden.example", "Otto@mail.example", "ü@ü.example"]), name=texts
)
verdicts = st.sampled_from(Verdict)
stored_files = every_field(
    StoredFile,
    filename=texts,
    content_type=texts,
    size=st.integers(0, 2**40),
    digest=maybe(texts),
    content_id=maybe(texts),
    inline=st.booleans(),
    failure=maybe(texts),
)
mails = every_field(
    Mail,
    from_=maybe(addresses),
    subject=texts,
    text=texts,
    html=maybe(texts),
    parts=st.just(()),  # they are stored files by then
    to=some(addresses),
    cc=some(addresses),
    reply_to=some(addresses),
    recipients=some(texts),
    message_id=maybe(texts),
    in_reply_to=some(texts),
    references=some(texts),
    date=maybe(times),
    headers=st.dictionaries(texts, texts, max_size=3),
    results=some(texts),
    warnings=some(texts),
)
bounces = every_field(
    Bounce,
    fate=st.sampled_from(Fate),
    recipients=some(
        every_field(Undelivered, email=texts, reason=texts, status=maybe(texts), permanent=st.booleans())
    ),
    message_ids=some(texts),
)
understood = every_field(
    Understood,
    content=documents,
    content_html=texts,
    new_text=maybe(texts),
    new_html=maybe(texts),
    nature=st.sampled_from(Nature),
    reason=maybe(texts),
    bounce=maybe(bounces),
    language=maybe(st.sampled_from(["en", "de"])),
)
authentications = every_field(
    Authentication,
    spf=verdicts,
    dkim=verdicts,
    dmarc=verdicts,
    policy=maybe(texts),
    aligned=some(texts),
    authserv_id=maybe(texts),
    by_us=st.booleans(),
    trusted=st.booleans(),
)
arrived_mails = every_field(
    TakeEmail,
    mail=mails,
    received_at=times,
    words=understood,
    files=some(stored_files),
    raw=maybe(stored_files),
    external_id=maybe(texts),
    incomplete=maybe(texts),
    authentication=authentications,
    organization_id=maybe(ids),
    written_at=maybe(times),
    passed_on=maybe(
        every_field(PassedOn, mail=mails, words=understood, files=some(stored_files), note=texts)
    ),
)


def quarantined_mails(organization_id: Any) -> st.SearchStrategy[QuarantinedMail]:
    return every_field(
        QuarantinedMail,
        id=ids,
        organization_id=st.just(organization_id),
        held_at=times,
        sender=texts,
        subject=texts,
        reasons=some(st.sampled_from(Reason)),
        command=maybe(arrived_mails),
        external_id=maybe(texts),
        message_id=maybe(texts),
        state=st.sampled_from(QuarantineState),
        settled_at=maybe(times),
        ticket_id=maybe(ids),
        conversation_id=maybe(ids),
        version=st.integers(1, 2**31 - 1),
    )


def budgets(organization_id: Any) -> st.SearchStrategy[Budget]:
    return every_field(
        Budget,
        organization_id=st.just(organization_id),
        name=names,
        remaining=st.floats(-1e6, 1e6),
        at=times,
    )
