"""A mail server on this computer that speaks SMTP as it stands on the wire, and fails where it is told to.

In: what it answers to a command, by its first word. Out: what it was handed. Never: sends anything on.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

#: Said instead of an answer: the connection ends, before it or in the middle of it; nothing ever comes; it comes late.
HANGS_UP, BREAKS_OFF, SAYS_NOTHING, IS_SLOW = "hangs up", "breaks off", "says nothing", "is slow"
#: Instead of an answer to a message: it is kept, and the connection ends.
TAKES_IT = "takes it"


class Post:
    """One server. `answers` by command: `RCPT`, `DATA`, `.` for the end of a message, `hello` for its greeting."""

    def __init__(self, answers: dict[str, str] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.answers = answers or {}
        self.tls = tls
        self.port = 0
        self.said: list[str] = []
        self.messages: list[tuple[str, str, bytes]] = []
        self.encrypted: list[bool] = []
        self.named = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self, *, at_once: bool = False) -> AsyncIterator["Post"]:
        """For as long as this lasts; `at_once`: encrypted from the first byte."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls if at_once else None)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for talk in self._talks:
                talk.cancel()
            await asyncio.gather(*self._talks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
                if await self._answer(writer, "hello", "220 here"):
                    await self._talk(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = to = ""
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.said.append(line)
            command = line.split(" ")[0].upper()
            if command == "RCPT":
                self.named.set()
            sender, to = (line if command == "MAIL" else sender), (line if command == "RCPT" else to)
            if not await self._answer(writer, command, self._usual(command)):
                return
            if command == "STARTTLS":
                assert self.tls is not None
                await writer.start_tls(self.tls)
            if command == "DATA" and self.answers.get("DATA", "354").startswith(("354", IS_SLOW)):
                body = await reader.readuntil(b"\r\n.\r\n")
                goes_on = await self._answer(writer, ".", "250 kept")
                if self.answers.get(".", "250").startswith(("250", IS_SLOW, TAKES_IT)):
                    self.encrypted.append(writer.get_extra_info("ssl_object") is not None)
                    self.messages.append((sender, to, body[:-3].replace(b"\r\n..", b"\r\n.")))
                if not goes_on:
                    return
            if command == "QUIT":
                return

    def _usual(self, command: str) -> str:
        offers = "250-here\r\n250-AUTH PLAIN\r\n" + ("250-STARTTLS\r\n" if self.tls else "") + "250 HELP"
        usual = {"EHLO": offers, "DATA": "354 go on", "STARTTLS": "220 go on", "AUTH": "235 known", "QUIT": "221 bye"}
        return usual.get(command, "250 fine")

    async def _answer(self, writer: asyncio.StreamWriter, command: str, usual: str) -> bool:
        """Says whether the conversation goes on."""
        answer = self.answers.get(command, usual)
        if answer in (HANGS_UP, TAKES_IT):
            return False
        if answer == SAYS_NOTHING:
            await asyncio.sleep(60)
        if answer == IS_SLOW:
            await asyncio.sleep(0.2)
        said = usual if answer in (IS_SLOW, BREAKS_OFF) else answer
        writer.write(said.encode()[:2] if answer == BREAKS_OFF else said.encode() + b"\r\n")
        await writer.drain()
        return answer != BREAKS_OFF
