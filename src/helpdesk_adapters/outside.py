"""The list of the outside things of a desk: its settings, time and chance, stores, and those whom it calls."""

from dependency_injector import containers, providers

from helpdesk_adapters import factories, ids
from helpdesk_adapters.live import Live
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_adapters.secrets.keys import keyring
from helpdesk_adapters.secrets.one_time_codes import PyotpCodes
from helpdesk_adapters.secrets.passwords import Argon2Passwords
from helpdesk_adapters.secrets.vault import FernetVault
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.joined import JoiningStore


class Outside(containers.DeclarativeContainer):
    """What the verbs of a desk are plugged into."""

    settings = providers.Dependency(instance_of=Settings)

    # Time, chance, keys
    clock = providers.Object(ids.system_clock)
    new_id = providers.Object(ids.new_id)
    new_token = providers.Object(ids.new_token)
    jitter = providers.Object(ids.jitter)
    keys = providers.Singleton(keyring, settings.provided.secret_key, settings.provided.data_dir)
    domain = providers.Singleton(factories.mail_domain, settings, keys)
    vault = providers.Singleton(FernetVault, keys)
    one_time_codes = providers.Singleton(PyotpCodes)
    passwords = providers.Singleton(Argon2Passwords)
    offload = providers.Singleton(ThreadOffload)

    # Outside things
    database = providers.Singleton(factories.store, settings)
    store = providers.Singleton(JoiningStore, database)
    blobs = providers.Singleton(factories.blobs, settings, clock)
    file_links = providers.Singleton(factories.file_links, keys)
    engine = providers.Singleton(factories.engine, database, clock, jitter, new_id)
    http = providers.Singleton(factories.outgoing_http, settings)
    resend = providers.Singleton(factories.resend, settings, http)
    mail_sender = providers.Singleton(factories.mail_sender, settings, resend)
    mail_sources = providers.Dict(resend=resend)
    webhook_calls = providers.Singleton(factories.outgoing_webhooks, http)
    live = providers.Singleton(Live, store, database)
    rate_limits = providers.Singleton(factories.rate_limits, settings)
    webhook_providers = providers.Object(factories.WEBHOOK_PROVIDERS)
    account_kinds = providers.Object(factories.ACCOUNT_KINDS)
