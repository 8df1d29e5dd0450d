"""An organization's export as a folder: a file of JSON lines for each kind, and the files of messages beside them."""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

import anyio
from attrs import evolve, field, frozen

from helpdesk_adapters.imports.lines import FORMAT, MANIFEST, VERSION, line_of
from helpdesk_core.errors import Conflict, NotFound
from helpdesk_core.imports.brought import Brought, BroughtFile, BroughtTicket, Kind
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock
from helpdesk_core.use_cases.importing.export_organization import Exported, ExportOrganization
from helpdesk_core.users import DESK, Actor

FILES: Final = "files"

Watch = Callable[[Mapping[str, int]], Awaitable[None]]
"""Is told how many things of each kind are written."""


async def nobody_watches(counts: Mapping[str, int]) -> None:
    """Does nothing."""


@frozen
class WriteExport:
    """Writes an organization into a new folder, which only its owner may read. The manifest comes last: a folder
    without one is not whole.
    """

    export: ExportOrganization
    blobs: Blobs
    clock: Clock

    async def __call__(
        self,
        organization: Organization,
        folder: Path,
        actor: Actor = DESK,
        watch: Watch = nobody_watches,
    ) -> Exported:
        """Conflict where the folder is there and not empty."""
        await anyio.to_thread.run_sync(_prepare, folder)
        await self.export.begin(organization.id, actor)
        writing = _Writing(organization, folder, self.blobs)
        for kind in Kind:
            await self._kind(kind, writing, watch)
        done = Exported(str(folder), writing.counts, len(writing.sizes), sum(writing.sizes.values()))
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "organization": {"slug": organization.slug, "name": organization.name},
            "exported_at": self.clock().isoformat(),
            "counts": done.counts,
            "files": {"count": done.files, "bytes": done.bytes},
        }
        await anyio.to_thread.run_sync(_write, folder / MANIFEST, json.dumps(manifest, indent=2) + "\n")
        return done

    async def _kind(self, kind: Kind, writing: "_Writing", watch: Watch) -> None:
        writing.counts[kind.value] = 0
        async with await anyio.open_file(
            writing.folder / f"{kind.value}.jsonl", "x", encoding="utf-8"
        ) as lines:
            async for things in self.export.things(writing.organization.id, kind):
                told = [await writing.with_files(thing) for thing in things]
                await lines.write("".join(f"{line_of(thing)}\n" for thing in told))
                writing.counts[kind.value] += len(told)
                await watch(writing.counts)


@frozen
class _Writing:
    organization: Organization
    folder: Path
    blobs: Blobs
    counts: dict[str, int] = field(factory=dict)
    sizes: dict[str, int] = field(factory=dict)
    """Of the files that are written, by their digests."""

    async def with_files(self, thing: Brought) -> Brought:
        """The thing with the places of its files, which lie there from now on."""
        if not isinstance(thing, BroughtTicket) or not any(one.files for one in thing.messages):
            return thing
        messages = []
        for message in thing.messages:
            files = [await self._file(one) for one in message.files]
            messages.append(evolve(message, files=tuple(files)))
        return evolve(thing, messages=tuple(messages))

    async def _file(self, file: BroughtFile) -> BroughtFile:
        digest = file.reference
        if file.problem is not None or not digest:
            return evolve(file, reference="")
        place = f"{FILES}/{digest[:2]}/{digest}"
        if digest not in self.sizes:
            try:
                self.sizes[digest] = await self._copy(digest, self.folder / place)
            except NotFound:
                return evolve(file, reference="", problem="Its bytes are not there any more.")
        return evolve(file, reference=place)

    async def _copy(self, digest: str, path: Path) -> int:
        size = 0
        await anyio.Path(path.parent).mkdir(parents=True, exist_ok=True)
        partly = path.with_suffix(".part")
        async with await anyio.open_file(partly, "wb") as target:
            async for piece in await self.blobs.stream(self.organization.id, digest):
                size += await target.write(piece)
        await anyio.Path(partly).rename(path)
        return size


def _prepare(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is there already and not empty; an export needs a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
