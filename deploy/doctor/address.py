"""The bot's public address: whether the world can call it there, and believes it.

In: PROTOCOL_BOT_URL. Out: findings. Never: anything asked there but what everybody may: how the bot
is stays inside.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import SplitResult

import aiohttp

from adapters.slack.manifest import INSTALL
from adapters.slack.manifest import PATH as EVENTS
from adapters.teams.addresses import proxy
from adapters.teams.manifest import ABOUT
from bot.hosts import is_here
from deploy.doctor import wire
from deploy.doctor.findings import ADDRESS as AREA
from deploy.doctor.findings import Finding
from deploy.doctor.ground import PATIENCE, Ground
from deploy.platforms import pages, slack, slack_hosted, teams_given
from deploy.platforms.addresses import server
from deploy.platforms.slack_hosted import URL

_HTTPS: Final = 443
#: Whoever renews certificates by itself does so thirty days before their end.
_SOON: Final = timedelta(days=21)
_RENEW: Final = "Renew the certificate; a proxy such as Caddy does so by itself, once its name leads to it."
_PROXY: Final = "See that the name leads to the proxy, and that the proxy hands on to the bot."
#: What a proxy says when nothing answers behind it.
_NOBODY: Final = (502, 503, 504)


async def findings(ground: Ground) -> list[Finding]:
    """All of them."""
    url = ground.environ.get(URL, "").strip().rstrip("/")
    called = list(_called(ground))
    if not url:
        return [_none(called)]
    where = _read(url)
    if where is None:
        told = f"{URL} can't be read, or does not begin with https://."
        return [AREA.wrong("set-up", told, "Write it like https://protocol.example.org.")]
    if not called:
        return [AREA.untried("answers", "Nothing that is set up is called from outside.")]
    if ground.offline:
        return [AREA.untried("answers", "The public address is not asked, as --offline says.")]
    return list(await asyncio.gather(_certificate(where, ground.now), *(_answers(url, path) for path in called)))


def _called(ground: Ground) -> Iterator[str]:
    """A path for each platform that calls the bot, at which everybody is told something of ours."""

    def is_set(name: str) -> bool:
        return bool(ground.environ.get(name, "").strip())

    if is_set(slack_hosted.CLIENT):
        yield INSTALL
    elif is_set(slack.SECRET) and not is_set(slack.APP):
        yield EVENTS
    if is_set(teams_given.APP):
        yield ABOUT


def _none(called: list[str]) -> Finding:
    """Slack can do without; Teams can't."""
    if called:
        told = f"{URL} is not set, so that what calls the bot from outside could not be tried."
        return AREA.look(
            "set-up", told, f"Set it to the bot's own address, such as {URL}=https://protocol.example.org."
        )
    return AREA.untried("set-up", f"{URL} is not set, and nothing that is set up needs it.")


def _read(url: str) -> SplitResult | None:
    read = server(url)
    return read if read and (read.scheme == "https" or is_here(read.hostname or "")) else None


# ---------------------------------------------------------------- the certificate


async def _certificate(where: SplitResult, now: datetime) -> Finding:
    """As anybody sees it who calls the bot."""
    if where.scheme == "http":
        return AREA.untried("certificate", "An address of this very computer needs no certificate.")
    if proxy(where.geturl()):
        return AREA.untried("certificate", "This computer goes out by a proxy, so that the certificate can't be seen.")
    try:
        until = await _until(where.hostname or "", where.port or _HTTPS)
    except ssl.SSLCertVerificationError as why:
        told = f"The certificate of {where.hostname} is not believed ({why.verify_message.rstrip('.')})."
        return AREA.wrong("certificate", told, _RENEW)
    except ssl.SSLError as why:
        told = f"What answers at {where.hostname} makes no encrypted connection ({type(why).__name__})."
        return AREA.wrong("certificate", told, _RENEW)
    except (OSError, TimeoutError):
        return AREA.untried("certificate", f"{where.hostname} can't be reached from here, so that none was seen.")
    days = (until - now).days
    told = f"The certificate of {where.hostname} is believed, and good for {days} days more."
    return AREA.look("certificate", told, _RENEW) if until - now < _SOON else AREA.fine("certificate", told)


async def _until(host: str, port: int) -> datetime:
    async with asyncio.timeout(PATIENCE):
        _, line = await asyncio.open_connection(host, port, ssl=ssl.create_default_context(), server_hostname=host)
    try:
        shown = line.get_extra_info("peercert") or {}
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    finally:
        line.close()
        with suppress(OSError, TimeoutError):  # how it ends is nothing to us
            await asyncio.wait_for(line.wait_closed(), 1.0)


# ---------------------------------------------------------------- who answers


async def _answers(url: str, path: str) -> Finding:
    """Many a network lets nobody inside call its own public address, so that what can't be reached may yet be there."""
    try:
        async with wire.session() as connections:
            answer = await wire.asked(connections, f"{url}{path}")
    except (OSError, TimeoutError, aiohttp.ClientError, ValueError):
        told = f"{path} at the public address can't be reached from here; some networks can't call themselves."
        mend = f"Open {url}{path} on a telephone, not by the council's network. If nothing answers there: {_PROXY}"
        return AREA.look("answers", told, mend)
    if _is_ours(path, answer):
        return AREA.fine("answers", f"Protocol Bot answers at the public address, at {path}.")
    if answer.status in _NOBODY:
        told = f"At the public address no bot answers behind the proxy, at {path} (HTTP {answer.status})."
        return AREA.look("answers", told, "Start the bot. If it runs, see where the proxy looks for it.")
    told = f"What answers at the public address, at {path}, is no Protocol Bot (HTTP {answer.status})."
    return AREA.wrong("answers", told, _PROXY)


def _is_ours(path: str, answer: wire.Answer) -> bool:
    """By a sign that hardly anything else gives: Slack's door takes one method, and pages have headers of ours."""
    if path == EVENTS:
        return answer.status == 405 and answer.headers.get("Allow", "") == "POST"
    return answer.status == 200 and all(answer.headers.get(name) == text for name, text in pages.HEADERS.items())
