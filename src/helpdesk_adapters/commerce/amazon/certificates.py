"""Signing certificates of SNS: kept in memory and in a folder, else fetched from where the message says.

Whoever asks has checked that the URL is SNS's own. Only what is good is kept, so that a failure is never remembered.
"""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import structlog
from anyio import Semaphore, to_thread
from attrs import Factory, field, frozen

from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.clock import Clock
from helpdesk_core.signatures import sns

LARGEST: Final = 32 * 1024
SECONDS: Final = 5.0
AT_ONCE: Final = 4
"""Certificates that are fetched at the same time: who makes them up must not make the desk call without end."""
MOST: Final = 100
"""Certificates that are kept in memory; SNS has one for each region, and a new one from time to time."""


@frozen
class Certificates:
    """FetchCertificate over the desk's own way into the web, no redirect followed."""

    http: OutgoingHttp
    folder: Path
    clock: Clock
    known: dict[str, str] = Factory(dict)
    line: Semaphore = field(factory=lambda: Semaphore(AT_ONCE), repr=False)

    async def __call__(self, url: str) -> str:
        if (pem := self._remembered(url)) is not None:
            return pem
        async with self.line:
            if (pem := self._remembered(url)) is not None:
                return pem  # somebody has fetched it meanwhile
            pem = await to_thread.run_sync(kept, self.folder, url, self.clock())
            if pem is None:
                pem = await self._fetched(url)
            self._remember(url, pem)
            return pem

    def _remembered(self, url: str) -> str | None:
        pem = self.known.get(url)
        return pem if pem is not None and _is_good(pem, self.clock()) else None

    def _remember(self, url: str, pem: str) -> None:
        if _is_good(pem, self.clock()):
            while len(self.known) >= MOST:
                del self.known[next(iter(self.known))]
            self.known[url] = pem

    async def _fetched(self, url: str) -> str:
        try:
            answer = await self.http.request("GET", url, limit=LARGEST, seconds=SECONDS)
        except GiveUp as error:
            raise TryLater(f"The signing certificate could not be fetched: {error}") from error
        pem = answer.body.decode("ascii", "replace")
        if answer.status != 200 or sns.certificate_of(pem) is None:
            raise TryLater(f"{answer.host} answered {answer.status}, and no certificate of SNS.")
        if _is_good(pem, self.clock()):
            await to_thread.run_sync(self._keep, url, pem)
        return pem

    def _keep(self, url: str, pem: str) -> None:
        try:
            keep(self.folder, url, pem)
        except OSError as error:  # the next process fetches it again
            structlog.get_logger().warning("certificate_not_kept", error=str(error))


def folder_of(settings: Settings) -> Path:
    """Where certificates are kept."""
    return settings.sns_certificate_dir or settings.data_dir / "sns-certificates"


def name_of(url: str) -> str:
    """The name of the file with the certificate that is at this URL."""
    return sha256(url.encode()).hexdigest() + ".pem"


def kept(folder: Path, url: str, now: datetime) -> str | None:
    """The certificate that is in the folder for this URL, if it is good now."""
    try:
        with (folder / name_of(url)).open("rb") as file:
            pem = file.read(LARGEST).decode("ascii", "replace")
    except OSError:
        return None
    return pem if _is_good(pem, now) else None


def keep(folder: Path, url: str, pem: str) -> None:
    """Puts it there, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="ascii", dir=folder, delete=False) as file:
        file.write(pem)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(folder / name_of(url))


def sweep(folder: Path, now: datetime) -> None:
    """Removes certificates that have run out."""
    for path in folder.glob("*.pem"):
        with suppress(OSError):
            found = sns.certificate_of(path.read_text("ascii", "replace")[:LARGEST])
            if found is not None and found.not_after < now:
                path.unlink()


def _is_good(pem: str, now: datetime) -> bool:
    found = sns.certificate_of(pem)
    return found is not None and found.holds(now)
