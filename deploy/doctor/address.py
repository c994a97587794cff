"""The bot's public address: whether the world can call it there, and believes it.

In: PROTOCOL_BOT_URL. Out: findings. Never: anything asked there but how the bot is.
"""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

import aiohttp

from adapters.teams.addresses import proxy
from bot.hosts import is_here
from deploy.doctor import wire
from deploy.doctor.findings import ADDRESS as AREA
from deploy.doctor.findings import Finding
from deploy.doctor.ground import PATIENCE, Ground
from deploy.doctor.running import is_ours
from deploy.platforms import slack, teams_given
from deploy.platforms.slack_hosted import URL

_HTTPS: Final = 443
#: Whoever renews certificates by itself does so thirty days before their end.
_SOON: Final = timedelta(days=21)
_RENEW: Final = "Renew the certificate; a proxy such as Caddy does so by itself, once its name leads to it."
_PROXY: Final = "See that the name leads to the proxy, and that the proxy hands on to the bot."


async def findings(ground: Ground) -> list[Finding]:
    """All of them."""
    url = ground.environ.get(URL, "").strip().rstrip("/")
    if not url:
        return [_none(ground)]
    where = _read(url)
    if where is None:
        told = f"{URL} can't be read, or does not begin with https://."
        return [AREA.wrong("set-up", told, "Write it like https://protocol.example.org.")]
    if ground.offline:
        return [AREA.untried("answers", "The public address is not asked, as --offline says.")]
    certificate, there, here = await asyncio.gather(
        _certificate(where, ground.now), _health(f"{url}/healthz"), _health(f"{ground.url}healthz")
    )
    return [certificate, *_answers(there, here)]


def _none(ground: Ground) -> Finding:
    """Slack can do without; Teams can't."""
    calls = bool(ground.environ.get(teams_given.APP, "").strip()) or bool(
        ground.environ.get(slack.SECRET, "").strip() and not ground.environ.get(slack.APP, "").strip()
    )
    if calls:
        told = f"{URL} is not set, so that what calls the bot from outside could not be tried."
        return AREA.look(
            "set-up", told, f"Set it to the bot's own address, such as {URL}=https://protocol.example.org."
        )
    return AREA.untried("set-up", f"{URL} is not set, and nothing that is set up needs it.")


def _read(url: str) -> SplitResult | None:
    with suppress(ValueError):
        read = urlsplit(url)
        if read.port is not None and not read.port:
            return None
        plain = read.scheme == "http" and is_here(read.hostname or "")
        if read.hostname and (read.scheme == "https" or plain) and not read.query and read.username is None:
            return read
    return None


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
    except (OSError, TimeoutError) as why:
        told = f"No encrypted connection to {where.hostname} can be made ({type(why).__name__})."
        return AREA.wrong("certificate", told, _PROXY)
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


class _Health(NamedTuple):
    """`status` 0: nothing answered."""

    status: int
    body: Any


async def _health(url: str) -> _Health:
    try:
        async with wire.session() as connections:
            told = await wire.asked(connections, url)
            return _Health(told.status, told.body)
    except (OSError, TimeoutError, aiohttp.ClientError, ValueError):
        return _Health(0, None)


def _answers(there: _Health, here: _Health) -> Iterator[Finding]:
    if not there.status:
        yield AREA.wrong("answers", "Nothing answers at the public address.", _PROXY)
    elif not is_ours(there.body):
        told = f"What answers at the public address is no Protocol Bot (HTTP {there.status})."
        yield AREA.wrong("answers", told, _PROXY)
    else:
        yield AREA.fine("answers", "Protocol Bot answers at the public address.")
        yield _same(there.body, here.body)


def _same(there: Mapping[str, Any], here: Any) -> Finding:
    """By the workspaces that it serves: replicas behind one address have the same."""
    if not is_ours(here):
        return AREA.untried("same", "Whether it is this bot is not known, because no bot answers here (--url).")
    if "workspaces" not in there or "workspaces" not in here:
        if there["well"] == here["well"]:
            why = "Whether it is this very bot it does not say: to whoever comes from outside, only whether it is well."
            return AREA.untried("same", why)
        told = "The bot at the public address and the one here do not agree on whether all is well."
        return AREA.look("same", told, f"Compare {URL} with where the bot is; an older one may still run elsewhere.")
    if _served(there) == _served(here):
        return AREA.fine("same", "It serves the same workspaces as the bot here.")
    told = "The bot at the public address serves other workspaces than the one here."
    return AREA.wrong("same", told, f"Compare {URL} with where the bot is; an older one may still run elsewhere.")


def _served(body: Mapping[str, Any]) -> set[tuple[str, str]]:
    states = [one for one in body["workspaces"] if isinstance(one, Mapping)]
    return {(str(one.get("platform")), str(one.get("team"))) for one in states}
