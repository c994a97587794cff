"""What the environment says of the council's Microsoft Teams: who the bot is there, and how it proves it.

In: TEAMS_APP_ID, TEAMS_TENANT_ID, one of TEAMS_APP_PASSWORD, TEAMS_APP_CERTIFICATE and TEAMS_MANAGED_IDENTITY;
TEAMS_AUTH; for a stand-in TEAMS_OPENID_URL, TEAMS_LOGIN_URL and TEAMS_ALLOWED_SERVICE_HOSTS. Out: `Given`, or None.
Never: a secret in an error; an open door to anybody but this very computer.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from bot.errors import ProtocolBotError
from bot.hosts import is_here
from bot.ports import Clock
from deploy.platforms import certificates
from deploy.platforms.addresses import address

APP: Final = "TEAMS_APP_ID"
TENANT: Final = "TEAMS_TENANT_ID"
PASSWORD: Final = "TEAMS_APP_PASSWORD"  # noqa: S105  # its name
CERTIFICATE: Final = "TEAMS_APP_CERTIFICATE"
MANAGED: Final = "TEAMS_MANAGED_IDENTITY"
AUTH: Final = "TEAMS_AUTH"
OPENID: Final = "TEAMS_OPENID_URL"
LOGIN: Final = "TEAMS_LOGIN_URL"
HOSTS: Final = "TEAMS_ALLOWED_SERVICE_HOSTS"

WHERE_APP: Final = "portal.azure.com, the Azure Bot, Configuration: Microsoft App ID"
WHERE_TENANT: Final = "portal.azure.com, the Azure Bot, Configuration: App Tenant ID"
WHERE_VALUE: Final = (
    "portal.azure.com, App registrations, the app, Certificates & secrets: the Value of a client secret, which is "
    "shown only once, right after it is made"
)
#: What stands where a tenant's id belongs.
LIKE: Final = "TENANT"
_PROOFS: Final = (PASSWORD, CERTIFICATE, MANAGED)
#: The same, in small letters.
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: What an id of Microsoft's looks like.
LOOKS: Final = "It looks like 01234567-89ab-cdef-0123-456789abcdef, without quotation marks"
#: A client secret: signs without spaces and without what somebody else's file or form put around it.
_SECRET: Final = re.compile(r"[!#-&(-;=?-_a-~]+")
_SHORTEST: Final = 16  # Microsoft's have 32 signs and more
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f]*:[0-9a-f:.]+")
#: Where nobody is asked who they are, this computer alone is called back.
_HERE: Final = ("localhost", "127.0.0.1", "::1")


class Given(NamedTuple):
    """What the environment gives. Without an app it is the local mode, in which nobody is asked who they are."""

    app: str = ""
    tenant: str = ""
    password: str = ""
    certificate: str = ""
    managed: bool = False
    openid_url: str = ""
    login_url: str = ""
    hosts: tuple[str, ...] = ()

    def __repr__(self) -> str:
        how = "a password" if self.password else "a certificate" if self.certificate else "a managed identity"
        return f"Given({how if self.app else 'local'})"


def given(environ: Mapping[str, str], clock: Clock, host: str) -> Given | None:
    """What it gives; None where Teams is not set up. Raises `ProtocolBotError`, with nothing of a secret in it."""
    told = {name: environ.get(name, "").strip() for name in (APP, TENANT, AUTH, *_PROOFS)}
    managed = _is_on(told[MANAGED])
    proofs = [name for name in _PROOFS if told[name] and (name != MANAGED or managed)]
    if _is_off(told[AUTH]):
        return _local(environ, proofs, host)
    if not (told[APP] or told[TENANT] or proofs):
        return None
    _is_whole(told, proofs)
    return Given(
        app=_id(told[APP], APP, WHERE_APP),
        tenant=_id(told[TENANT], TENANT, WHERE_TENANT),
        password=_password(told[PASSWORD]),
        certificate=certificates.read(told[CERTIFICATE], CERTIFICATE, clock()) if told[CERTIFICATE] else "",
        managed=managed,
        openid_url=address(environ, OPENID, "", "Microsoft's key server"),
        login_url=_login(environ),
        hosts=_hosts(environ.get(HOSTS, "")),
    )


def _is_whole(told: Mapping[str, str], proofs: Collection[str]) -> None:
    """Raises `ProtocolBotError` for half of it, or for more than one way to say who the bot is."""
    for name, where in ((APP, WHERE_APP), (TENANT, WHERE_TENANT)):
        if not told[name]:
            others = [other for other in (APP, TENANT, *proofs) if told[other]]
            raise ProtocolBotError(f"{others[0]} is set, but {name} is not. It is at {where}.")
    if not proofs:
        raise ProtocolBotError(
            f"{APP} is set, but nothing by which Microsoft knows that the bot is that app. Set {PASSWORD} "
            f"({WHERE_VALUE}); or {CERTIFICATE}, or {MANAGED}=on. Without it everybody could speak as the bot."
        )
    if len(proofs) > 1:
        raise ProtocolBotError(f"{' and '.join(proofs)} are both set. Only one of them is needed: take the others out.")
    if told[APP].lower() == told[TENANT].lower():
        raise ProtocolBotError(
            f"{APP} and {TENANT} hold the same. The one is at {WHERE_APP}; the other at {WHERE_TENANT}."
        )


def _local(environ: Mapping[str, str], proofs: Sequence[str], host: str) -> Given:
    """For trying out on this computer: whoever can knock can be anybody."""
    if proofs:
        raise ProtocolBotError(
            f"{AUTH}=off lets anybody on this computer be anybody, and is for trying out; but {proofs[0]} is set too. "
            "Take out the one or the other."
        )
    if not is_here(host):
        raise ProtocolBotError(
            f"{AUTH}=off lets whoever can reach the bot be anybody, so that it may only listen on this computer. Leave "
            f"--host out, or take {AUTH} out."
        )
    hosts = _hosts(environ.get(HOSTS, "")) or _HERE
    if not all(is_here(one) for one in hosts):
        raise ProtocolBotError(f"{HOSTS} may only name this computer with {AUTH}=off: localhost or 127.0.0.1.")
    return Given(hosts=hosts)


def _is_off(text: str) -> bool:
    if text.lower() not in ("", "on", "off"):
        raise ProtocolBotError(f"{AUTH} is on or off. Leave it out, unless you try the bot out on this computer alone.")
    return text.lower() == "off"


def _is_on(text: str) -> bool:
    if text.lower() not in ("", "on", "off"):
        raise ProtocolBotError(
            f"{MANAGED} is on or off. On is for a bot that runs in Azure, with a managed identity of its own; {APP} is "
            "then the client id of that."
        )
    return text.lower() == "on"


def _id(text: str, name: str, where: str) -> str:
    if not UUID.fullmatch(text.lower()):
        raise ProtocolBotError(f"{name} can't be right. {LOOKS}: {where}.")
    return text.lower()


def _password(text: str) -> str:
    """As Microsoft shows it, once. Raises `ProtocolBotError` for what people copy instead."""
    if not text:
        return ""
    if UUID.fullmatch(text.lower()):
        raise ProtocolBotError(
            f"{PASSWORD} holds an id: most likely the Secret ID, which stands beside the Value. The right one is at "
            f"{WHERE_VALUE}. If it is not shown any more, make a new client secret."
        )
    if not _SECRET.fullmatch(text):
        raise ProtocolBotError(
            f"Something else was copied with {PASSWORD}: quotation marks, spaces or a line break. Copy it again: "
            f"{WHERE_VALUE}."
        )
    if len(text) < _SHORTEST:
        raise ProtocolBotError(f"{PASSWORD} is cut off. Copy it again: {WHERE_VALUE}.")
    return text


def _login(environ: Mapping[str, str]) -> str:
    """Where Microsoft gives out tokens; what fetches them takes no plain HTTP, not even on this computer."""
    url = address(environ, LOGIN, "", "Microsoft's login")
    if url.startswith("http:"):
        raise ProtocolBotError(f"{LOGIN} must begin with https://, on this computer too.")
    return url


def _hosts(text: str) -> tuple[str, ...]:
    """Names alone, with commas between. Raises `ProtocolBotError`."""
    found = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not all(_HOST.fullmatch(host) for host in found):
        raise ProtocolBotError(
            f"{HOSTS} takes names of hosts, with commas between, without https:// and without a port, such as "
            "smba.trafficmanager.net. Leave it out, unless Microsoft names another for its public cloud."
        )
    return found
