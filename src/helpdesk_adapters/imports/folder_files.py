"""Files that lie in the folder of an import."""

import json
from pathlib import Path

import anyio
from attrs import frozen

from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.messages import FetchedFile, OpenAccount


def folder_files(settings: Settings, http: OutgoingHttp) -> "FolderFiles":
    """The source of these files."""
    return FolderFiles()


def reference_in(folder: Path, name: str) -> str:
    """What a file needs to be found again: the folder of the import, and its place in it."""
    return json.dumps({"folder": str(folder), "name": name})


@frozen
class FolderFiles:
    """A FileSource over folders. What lies outside of the folder, or behind a link, is none of its files."""

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it."""
        named = json.loads(reference)
        return await anyio.to_thread.run_sync(_read, Path(named["folder"]), str(named["name"]), limit)


def _read(folder: Path, name: str, limit: int) -> FetchedFile:
    path = _contained(folder, name)
    try:
        if not path.is_file():
            raise GiveUp(f"There is no file {name[:200]!r} in the folder any more.")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise GiveUp(f"The file {name[:200]!r} cannot be read: {error.strerror or error}.") from error
    if len(content) > limit:
        raise GiveUp(f"The file {name[:200]!r} has more than {limit} bytes.")
    return FetchedFile(content)


def _contained(folder: Path, name: str) -> Path:
    """The file's place, or GiveUp where that is not inside of the folder itself."""
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve()) and path == (folder.resolve() / name)
    except (OSError, ValueError, RuntimeError) as error:
        raise GiveUp(f"{name[:200]!r} is no name of a file.") from error
    if not inside:
        raise GiveUp(f"{name[:200]!r} is not inside of the folder.")
    return path
