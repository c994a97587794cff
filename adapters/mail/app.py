"""E-mail's network: one message to one address, through the council's own mail server.

In: notices. Out: SMTP (RFC 5321), encrypted unless the server is on this computer.
Never: hears anything; sends to a place or to two people; writes an address, a sentence or a server's reply into a
log or an error.
"""

import asyncio
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from typing import Final, Literal

from msgspec import Struct

from adapters.mail import PLATFORM, render
from bot.addresses import is_address
from bot.conversation import Notice, Person, Send
from bot.errors import NotDelivered
from bot.hosts import is_here

#: Seconds for a whole message, from the first packet to the server's word that it has it. Shorter than the outbox
#: waits, so that it is known here how far it came.
_PATIENCE: Final = 20.0
#: RFC 5321 section 4.3.2: done; and what an address may be answered with that is taken.
_DONE: Final = 250
_TAKEN: Final = (250, 251)
#: RFC 5321 section 4.2.3, where a server tells no more: no such mailbox, not here, no such name.
_NO_MAILBOX: Final = (550, 551, 553)
#: RFC 3463 section 2, at the beginning of what a server says after its code.
_ENHANCED = re.compile(rb"([245])\.(\d{1,3})\.(\d{1,3})(?!\S)")
#: RFC 3463 section 3.2: an address that is none, of whoever sends; section 3.3: a mailbox that takes no mail.
_OF_THE_SENDER: Final = (7, 8)
_DISABLED: Final = (2, 1)


class Server(Struct, frozen=True, kw_only=True):
    """The council's mail server. `trusted` is a file of certificates to trust instead of the system's.

    `encrypted`: from the first byte (port 465), after STARTTLS (587), or not, where the server is on this computer.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    encrypted: Literal["at-once", "starttls", "here"] = "starttls"
    trusted: str | None = None

    def __repr__(self) -> str:
        """Without the password."""
        return f"Server({self.host!r}, {self.port})"


class Mail:
    """E-mail as a platform that only carries notices out. `words`: around a message, by the council it is of."""

    def __init__(
        self,
        server: Server,
        sender: str,
        words: Callable[[str], render.Sentences],
        clock: Callable[[], datetime],
        *,
        patience: float = _PATIENCE,
    ) -> None:
        if not is_address(sender):
            raise ValueError("the address to send from is no e-mail address")
        self._server = server
        self._sender = sender
        self._words = words
        self._clock = clock
        self._patience = patience

    async def deliver(self, notice: Notice, key: str) -> None:
        """Hand it to the mail server. Raises `NotDelivered`; once the server said that it has it, no more is known."""
        if not isinstance(notice, Send) or notice.to.platform != PLATFORM:
            raise NotDelivered("E-mail goes to one person.", again=False)
        if not is_address(notice.to.id):
            raise NotDelivered("That is no e-mail address.", again=False, unreachable=True)
        words = self._words(notice.to.tenant)
        try:
            letter = render.message(notice.post, notice.to.id, self._sender, key, self._clock(), words)
        except ValueError:
            raise NotDelivered("That can’t be put into a message.", again=False) from None
        await self._talk(notice.to.id, letter)

    async def reaches(self, who: Person) -> str:
        """Asks the server whether it takes mail for this address, and sends none.

        The very question that a delivery begins with, so that no delivery tells what this would not have told.
        Raises `NotDelivered` where the server can't say.
        """
        if not is_address(who.id):
            return "bad-address"
        try:
            await self._talk(who.id, None)
        except NotDelivered as refused:
            if refused.unreachable:
                return "refused"
            raise
        return ""

    async def greeted(self, patience: float) -> None:
        """Connect, encrypt, be let in and go, with nobody named. Raises `NotDelivered` where that can't be done."""
        await self._talk("", None, patience)

    async def _talk(self, to: str, letter: EmailMessage | None, patience: float | None = None) -> None:
        """In a thread, for smtplib waits; whoever stops waiting for it ends the connection."""
        call = _Call(self._server, self._sender, patience or self._patience)
        try:
            await asyncio.to_thread(call.make, to, letter)
        except asyncio.CancelledError:
            call.hang_up()
            raise


class _Call:
    """One conversation with the server. It has one deadline, whatever the server does."""

    def __init__(self, server: Server, sender: str, patience: float) -> None:
        self._server = server
        self._sender = sender
        self._until = time.monotonic() + patience
        self._line: smtplib.SMTP | None = None
        self._handed_over = False

    def make(self, to: str, letter: EmailMessage | None) -> None:
        """All of it; for nobody (`to` is empty) it ends once the server lets the bot in.

        Raises `NotDelivered`, and nothing else that a server or a network can bring about.
        """
        try:
            with self._connected() as line:
                self._let_in(line)
                if to:
                    self._name_them(line, to)
                if letter is not None:
                    self._hand_over(line, letter)
        except smtplib.SMTPResponseException as refused:  # before anybody was named: ours, and can be mended
            raise NotDelivered(f"The mail server answered {refused.smtp_code}.", again=True) from None
        except (smtplib.SMTPException, OSError, ValueError) as failed:
            why = f"The mail server could not be spoken to ({type(failed).__name__})."
            raise NotDelivered(why, again=True, unsure=self._handed_over) from None

    def hang_up(self) -> None:
        """Ends it from another thread: whoever waits there for the server waits no more."""
        self._until = 0.0
        if self._line is not None and self._line.sock is not None:
            with suppress(OSError):
                self._line.sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        named = self._sender.rpartition("@")[2]
        there, left = (self._server.host, self._server.port), self._left()
        if self._server.encrypted == "at-once":
            line: smtplib.SMTP = smtplib.SMTP_SSL(*there, named, timeout=left, context=self._trust())
        else:
            line = smtplib.SMTP(*there, named, timeout=left)
        self._line = line
        try:
            yield line
        finally:
            with suppress(smtplib.SMTPException, OSError):
                self._hurry(line).quit()
            line.close()

    def _let_in(self, line: smtplib.SMTP) -> None:
        """Greeted, encrypted, known."""
        self._hurry(line).ehlo_or_helo_if_needed()
        if self._server.encrypted == "starttls":
            self._hurry(line).starttls(context=self._trust())
        elif self._server.encrypted == "here" and not _is_here(line.sock):
            raise NotDelivered("A mail server on another computer is not spoken to without encryption.", again=True)
        if self._server.user:
            self._hurry(line).login(self._server.user, self._server.password)

    def _name_them(self, line: smtplib.SMTP, to: str) -> None:
        code, _ = self._hurry(line).mail(self._sender)
        if code != _DONE:
            raise smtplib.SMTPResponseException(code, "")
        code, told = self._hurry(line).rcpt(to)
        if code not in _TAKEN:
            never = _is_final(code, told)
            raise NotDelivered(f"The mail server answered {code} to the address.", again=not never, unreachable=never)

    def _hand_over(self, line: smtplib.SMTP, letter: EmailMessage) -> None:
        """From here on nobody can say whether the server has it, until it says so itself.

        Whatever it refuses here is the message or the bot, for it has just taken the address: both can be mended.
        """
        self._handed_over = True
        try:
            code, _ = self._hurry(line).data(letter.as_bytes())
        except smtplib.SMTPDataError as refused:
            code = refused.smtp_code
        if code != _DONE:
            raise NotDelivered(f"The mail server answered {code} to the message.", again=True, unsure=code < 0)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.trusted)

    def _hurry(self, line: smtplib.SMTP) -> smtplib.SMTP:
        """The line, which waits no longer than there is left."""
        if line.sock is not None:
            line.sock.settimeout(self._left())
        return line

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _is_final(code: int, told: bytes) -> bool:
    """Whether a server says for good that there is no such person there.

    Else what it refuses is the bot: no relaying (5.7.1), the bot's server on some list, a rule about who may send.
    That can be mended, and tells nothing of the person.
    """
    if not 500 <= code < 600:  # RFC 5321 section 4.2.1
        return False
    enhanced = _ENHANCED.match(told)
    if enhanced is None:
        return code in _NO_MAILBOX
    kind, subject, detail = map(int, enhanced.groups())
    return kind == 5 and ((subject == 1 and detail not in _OF_THE_SENDER) or (subject, detail) == _DISABLED)


def _is_here(line: socket.socket | None) -> bool:
    """Whether the other end is on this computer: nobody listens in between."""
    return line is not None and is_here(line.getpeername()[0])
