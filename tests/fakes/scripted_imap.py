"""An IMAP server that misbehaves as it is told: what no well-behaved server can be made to do."""

import asyncio
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from attrs import Factory, define


@define
class Scripted:
    """Messages by UID, and how the server answers about some of them."""

    messages: dict[int, bytes] = Factory(dict)
    uidvalidity: int = 1
    drops_at: set[int] = Factory(set)
    """UIDs at which it drops the line."""
    refuses: set[int] = Factory(set)
    """UIDs that it answers with NO."""
    silent_at: str = ""
    """A command that it never answers."""
    idles: bool = True
    said_before_idling: bytes = b""
    said_with_done: bytes = b""
    """Said in one go with the answer to DONE."""
    token: str | None = None
    log_in_refusal: str | None = None
    commands: list[str] = Factory(list)
    port: int = 0
    idling: list[asyncio.StreamWriter] = Factory(list)

    def settings(self, **more: str) -> Mapping[str, str]:
        known = {"host": "127.0.0.1", "port": str(self.port), "security": "none", "username": "help"}
        secrets = {"access_token": self.token} if self.token else {"password": "a password"}
        return {**known, **secrets, **more}

    def say(self, text: bytes) -> None:
        """To whoever is idling."""
        for writer in self.idling:
            writer.write(text)

    def hang_up(self) -> None:
        """On whoever is idling."""
        for writer in self.idling:
            writer.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        try:
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                self.commands.append(command)
                if self.silent_at and command.startswith(self.silent_at):
                    await asyncio.sleep(60)
                if not await self._answer(tag, command, reader, writer):
                    break
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _answer(
        self, tag: str, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        said, result = "", "OK done"
        if command == "CAPABILITY":
            said = f"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2{' IDLE' if self.idles else ''}\r\n"
        elif command.startswith("LOGIN") and self.log_in_refusal:
            result = self.log_in_refusal
        elif command.startswith("AUTHENTICATE XOAUTH2"):
            if f"Bearer {self.token}\1" not in b64decode(command.split()[-1]).decode():
                writer.write(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n")
                assert await reader.readline() == b"\r\n"
                result = "NO AUTHENTICATE failed."
        elif command.startswith("EXAMINE"):
            next_uid = max(self.messages, default=0) + 1
            said = f"* OK [UIDVALIDITY {self.uidvalidity}] v\r\n* OK [UIDNEXT {next_uid}] n\r\n"
        elif command.startswith("UID SEARCH"):
            said = f"* SEARCH {' '.join(map(str, sorted(self.messages)))}\r\n".replace(" \r", "\r")
        elif command.startswith("UID FETCH"):
            return self._fetch(tag, command, writer)
        elif command == "IDLE":
            return await self._idle(tag, reader, writer)
        writer.write(f"{said}{tag} {result}\r\n".encode())
        return command != "LOGOUT"

    async def _idle(self, tag: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(self.said_before_idling + b"+ idling\r\n")
        self.idling.append(writer)
        done = await reader.readline()
        self.idling.remove(writer)
        self.commands.append(done.decode().strip())
        if self.silent_at == "DONE":
            await asyncio.sleep(60)
        writer.write(self.said_with_done + f"{tag} OK done\r\n".encode())
        return bool(done)

    def _fetch(self, tag: str, command: str, writer: asyncio.StreamWriter) -> bool:
        uids = [int(uid) for uid in command.split()[2].split(",")]
        if "BODY" not in command:
            for uid in uids:
                if uid in self.messages:
                    size = len(self.messages[uid])
                    writer.write(f"* {uid} FETCH (UID {uid} RFC822.SIZE {size})\r\n".encode())
            writer.write(f"{tag} OK done\r\n".encode())
            return True
        if uids[0] in self.drops_at:
            return False
        if uids[0] in self.refuses:
            writer.write(f"{tag} NO this one is broken\r\n".encode())
            return True
        start, length = map(int, re.findall(r"<(\d+)\.(\d+)>", command)[0])
        piece = self.messages[uids[0]][start : start + length]
        writer.write(
            f"* 1 FETCH (UID {uids[0]} BODY[]<{start}> {{{len(piece)}}}\r\n".encode() + piece + b")\r\n"
        )
        writer.write(f"{tag} OK done\r\n".encode())
        return True


@asynccontextmanager
async def scripted_imap(script: Scripted) -> AsyncIterator[Scripted]:
    server = await asyncio.start_server(script.talk, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
