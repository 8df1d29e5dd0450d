"""What is missing for a desk that works, and how to mend it. Looks only: makes no store, no key, no folder."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from attrs import frozen

from helpdesk_adapters.ai.checkup import model_answers
from helpdesk_adapters.ai.embedding import INSTALL, installed
from helpdesk_adapters.desk import KEY_FACT, Checkable, Openable
from helpdesk_adapters.email.checkup import mail_in, mail_out
from helpdesk_adapters.email.held import breaker, mail_held
from helpdesk_adapters.email.imap.checkup import mailbox
from helpdesk_adapters.secrets.keys import FILE, Keyring
from helpdesk_adapters.secrets.vault import FernetVault
from helpdesk_adapters.settings import FIELDS, BadSetting, Settings
from helpdesk_adapters.upkeep.findings import Finding, Verdict, fine, problem, warning
from helpdesk_adapters.upkeep.vectors import where_vectors_are_compared
from helpdesk_core.errors import Refusal
from helpdesk_core.integrations import TROUBLE, Integration, IntegrationState
from helpdesk_core.jobs import JobState
from helpdesk_core.mailboxes import is_to_be_fetched
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import EventFilter, JobFilter
from helpdesk_core.ports.secrets import SecretLost
from helpdesk_core.ports.store import Store, View
from helpdesk_core.webhooks import EventState, WebhookProvider

GIB = 1024**3
LITTLE_SPACE, NO_SPACE = 1 * GIB, GIB // 10
LONG_IN_LINE = timedelta(minutes=5)
"""A job that is still waiting so long after it was due: nobody runs them."""


@frozen
class Doctor:
    """Looks at everything in turn; what fails is a finding, never an exception."""

    settings: Settings
    store: Store
    providers: Mapping[str, WebhookProvider]
    clock: Clock
    blobs: Callable[[], Blobs]
    """Builds them, and may fail at it."""

    async def __call__(self) -> Sequence[Finding]:
        return [
            self._settings(),
            self._data_folder(),
            self._secret_key(),
            *await self._store(),
            await self._files(),
            await mail_out(self.settings),
            mail_in(self.settings),
            _knowledge(),
            await model_answers(self.settings),
        ]

    def _settings(self) -> Finding:
        given = [
            field.metadata["name"] for field in FIELDS if getattr(self.settings, field.name) != field.default
        ]
        if self.settings.public_url is None:
            return warning(
                "settings",
                "HELPDESK_PUBLIC_URL is not set, so links lead to this machine.",
                "Set it to the address that browsers and webhooks use, such as https://desk.example.com",
            )
        address = urlsplit(self.settings.public_url)
        if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
            return warning(
                "settings",
                "HELPDESK_PUBLIC_URL is not https, so passwords travel in the open.",
                "Put a proxy with a certificate in front, and name it in HELPDESK_TRUSTED_PROXIES",
            )
        return fine("settings", f"{len(given)} set: {', '.join(given)}")

    def _data_folder(self) -> Finding:
        folder = self.settings.data_dir
        existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            advice = "Let the desk's user write there, or set HELPDESK_DATA_DIR to another folder"
            return problem("data folder", f"{existing} cannot be written.", advice)
        free = shutil.disk_usage(existing).free
        told = f"{folder} can be written, {free / GIB:.1f} GiB are free."
        advice = "Make room: a full disk stops every change"
        if free < NO_SPACE:
            return problem("data folder", told, advice)
        return warning("data folder", told, advice) if free < LITTLE_SPACE else fine("data folder", told)

    def _secret_key(self) -> Finding:
        if self.settings.secret_key:
            return fine("secret key", "HELPDESK_SECRET_KEY is set.")
        path = self.settings.data_dir / FILE
        if not self.settings.database.startswith("sqlite"):
            advice = "Set HELPDESK_SECRET_KEY, to the same on every machine"
            return warning("secret key", "It is on this machine alone, and the database is shared.", advice)
        if not path.exists():
            return fine("secret key", f"None yet; the first start makes {path}.")
        if path.stat().st_mode & 0o077:
            return warning("secret key", f"{path} can be read by others.", f"Run: chmod 600 {path}")
        return fine("secret key", f"{path}, readable by its owner only.")

    async def _store(self) -> Sequence[Finding]:
        from helpdesk_adapters.storage.sql.revision import MigrationsDue

        if not isinstance(self.store, Openable):
            return [fine("store", "In memory.")]
        try:
            await self.store.open()
        except MigrationsDue as due:
            if due.found is None:
                return [warning("store", "There is none yet.", "Run: helpdesk serve")]
            return [problem("store", f"It is at version {due.found}.", "Run: helpdesk db upgrade")]
        except (Refusal, OSError) as error:
            return [problem("store", str(error), "Check HELPDESK_DATABASE_URL, and that the database runs")]
        try:
            found = await self.store.read(self._contents)
            return [*found, await where_vectors_are_compared(self.store)]
        finally:
            await self.store.close()

    async def _files(self) -> Finding:
        try:
            blobs = self.blobs()
            if isinstance(blobs, Checkable):
                await blobs.check()
        except BadSetting as error:
            return problem(
                "files", str(error), "Mend the setting, or unset it to keep files in the data folder"
            )
        except Refusal as error:
            return problem(
                "files", str(error), "Check HELPDESK_STORAGE_URL, the AWS_… settings and the network"
            )
        if self.settings.storage_url is None:
            return fine("files", "In the data folder.")
        return fine("files", f"In {self.settings.storage_url.partition('?')[0]}, which answers.")

    async def _contents(self, view: View) -> Sequence[Finding]:
        findings = [fine("store", "It is up to date.")]
        known = await view.facts.get(KEY_FACT)
        keys = self._keys()
        if known is not None and known not in keys.fingerprints:
            told = "The store was written with another secret key."
            findings.append(
                problem("secret key", told, f"Restore the key: HELPDESK_SECRET_KEY, or the file {FILE}")
            )
        findings += [await self._queue(view), await self._inbox(view), await mail_held(view)]
        organizations = await view.organizations.all()
        if not organizations:
            advice = "Run: helpdesk org create --slug acme --name 'Acme Ltd'"
            findings.append(warning("organizations", "There is none yet.", advice))
        for organization in organizations:
            findings += await breaker(organization, self.clock(), view)
            for integration in await view.integrations.of(organization.id):
                findings.append(await self._integration(integration, organization, FernetVault(keys), view))
        return findings

    async def _queue(self, view: View) -> Finding:
        counts = await view.jobs.counts()
        dead, failed = counts.get(JobState.DEAD, 0), counts.get(JobState.FAILED, 0)
        oldest = await view.jobs.page(JobFilter(JobState.QUEUED), Page(1, "created_at"))
        if oldest.items and oldest.items[0].run_at < self.clock() - LONG_IN_LINE:
            told = f"A job has been due since {oldest.items[0].run_at:%Y-%m-%d %H:%M}Z, and nobody runs it."
            return problem("queue", told, "Start: helpdesk serve (or helpdesk worker)")
        if dead:
            told = f"{dead} rest as dead, {failed} will be tried again."
            return warning(
                "queue", told, "See: helpdesk jobs list --state dead; then: helpdesk jobs retry ID"
            )
        return fine(
            "queue", f"{counts.get(JobState.QUEUED, 0)} wait, {failed} will be tried again, none is dead."
        )

    async def _inbox(self, view: View) -> Finding:
        resting = [
            state.value
            for state in (EventState.DEAD, EventState.UNMATCHED)
            if (await view.inbox.page(EventFilter(state=state), Page(1, "-received_at"))).items
        ]
        if resting:
            told = f"Events of providers rest as {' and as '.join(resting)}."
            advice = f"See: helpdesk events list --state {resting[0]}; then: helpdesk events replay ID"
            return warning("webhook inbox", told, advice)
        return fine("webhook inbox", "No event of a provider waits for anybody.")

    async def _integration(
        self, integration: Integration, organization: Organization, vault: FernetVault, view: View
    ) -> Finding:
        name = f"{integration.provider} {integration.external_id} of {organization.slug}"
        again = (
            f"helpdesk integration connect --org {organization.slug} {integration.provider} --external-id …"
        )
        try:
            for sealed in integration.sealed.values():
                vault.unseal(sealed)
        except SecretLost:
            return problem(
                name, "Its credentials were sealed under a key that is gone.", f"Connect it again: {again}"
            )
        if integration.state is IntegrationState.DISCONNECTED:
            return warning(name, "It is disconnected.", f"Connect it again: {again}")
        if integration.provider == "imap" and is_to_be_fetched(integration.settings, integration.sealed):
            return await mailbox(name, integration, view)
        provider = self.providers.get(integration.provider)
        if provider is not None and not self.settings.secrets_of(provider.secret_setting):
            told = f"Its webhooks are refused, since {provider.secret_setting} is not set."
            return problem(
                name, told, f"Set {provider.secret_setting} to the secret that {provider.name} shows"
            )
        if TROUBLE in integration.settings:
            return problem(name, integration.settings[TROUBLE], f"Connect it again: {again}")
        if "topic_ended_at" in integration.settings:
            told = "Its topic was told to send nothing more."
            return warning(name, told, "Subscribe the desk's address to the topic again")
        return fine(name, "Connected, its credentials can be read.")

    def _keys(self) -> Keyring:
        path = self.settings.data_dir / FILE
        if self.settings.secret_key or not path.exists():
            return Keyring(self.settings.secret_key)
        return Keyring((path.read_text(encoding="ascii").strip(),))


def _knowledge() -> Finding:
    """Its words are always found; the extra is a matter of choice, so that a desk without it lacks nothing."""
    if installed():
        return fine("knowledge", "Found by its words and by its meaning.")
    return Finding(
        "knowledge", Verdict.OK, "Found by its words alone.", f"To find it by its meaning too: {INSTALL}"
    )
