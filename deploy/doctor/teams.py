"""Microsoft Teams: whether Microsoft knows the bot and can be known itself, the app package, and where people are.

In: the environment, the settings, the places that Teams told the bot of. Out: findings. Never: a chat opened, a
message; a secret in a finding.
"""

import asyncio
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.teams import PLATFORM
from bot.bot import opens
from bot.errors import ProtocolBotError
from deploy.doctor.findings import TEAMS as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import PATIENCE, Ground, not_set_up
from deploy.on_platforms import PACKAGE
from deploy.platforms import certificates, teams, teams_given
from deploy.platforms.addresses import address
from deploy.platforms.slack_hosted import URL
from deploy.platforms.teams_given import Given
from deploy.running.chats import line
from storage.database import engine
from storage.teams_places import SqlPlaces

_GUIDE: Final = "deploy/guide/teams.md says how, step by step."
_STEP: Final = (
    "Have the app installed for everybody: deploy/guide/teams.md, step 3. Then they see it, or write to it once."
)
#: Days that making and uploading another certificate may take at a council.
_SOON: Final = timedelta(days=30)
#: Bytes of a manifest: Microsoft takes no larger one.
_LONGEST: Final = 1 << 20


async def findings(ground: Ground) -> list[Finding]:
    """All of them."""
    try:
        given = teams_given.given(ground.environ, lambda: ground.now, "127.0.0.1")
    except ProtocolBotError as why:
        return [AREA.wrong("set-up", *parted(str(why)))]
    if given is None:
        return list(not_set_up(AREA, ground, PLATFORM, f"a tenant of Teams, but {teams_given.APP} is not set", _GUIDE))
    try:
        teams.installed()
    except ProtocolBotError as why:
        return [AREA.wrong("set-up", *parted(str(why)))]
    found = [*_mode(given), *_certificate(given, ground), *_packages(given, ground)]
    asked = (
        [_untried_offline()] if ground.offline else await asyncio.gather(_token(given, ground), _keys(given, ground))
    )
    try:
        found += _tenants(given, ground)
        found += await _people(ground)
    except ProtocolBotError as why:
        found.append(AREA.wrong("tenants", *parted(str(why))))
    return [*asked, *found]


def _untried_offline() -> Finding:
    return AREA.untried("token", "Microsoft is not asked, as --offline says.")


def _mode(given: Given) -> Iterator[Finding]:
    if not given.app:
        told = f"{teams_given.AUTH}=off: nobody is asked who they are."
        yield AREA.look(
            "set-up", told, f"That is for trying out on this computer alone. Else take {teams_given.AUTH} out."
        )


# ---------------------------------------------------------------- Microsoft


async def _token(given: Given, ground: Ground) -> Finding:
    """Fetched as the bot itself does when it starts; no database is needed for it."""
    if not given.app:
        return AREA.untried("token", "Without an app there is no token to be had.")
    nowhere = engine("sqlite://")  # in memory, and never opened
    chat = teams.carrier(given, (), nowhere, lambda: ground.now, opens)
    try:
        async with asyncio.timeout(2 * PATIENCE):
            await chat.open(PATIENCE)
        await chat.close()
    except ProtocolBotError as why:
        return AREA.wrong("token", *parted(str(why)))
    except TimeoutError:
        return AREA.untried("token", "Microsoft's login did not answer in time.", "Is this computer online?")
    return AREA.fine("token", "Microsoft knows the bot, and gave it a token.")


async def _keys(given: Given, ground: Ground) -> Finding:
    """By which the bot knows Microsoft when it is called."""
    from adapters.teams.app import OPENID_URL
    from adapters.teams.calls import session
    from adapters.teams.trust import Keys

    if not given.app:
        return AREA.untried("keys", "Nobody is asked who they are, so that no keys are needed.")
    async with session() as connections:
        keys = Keys(connections, address(ground.environ, teams_given.OPENID, OPENID_URL, "Microsoft's key server"))
        await keys.warm()
        if keys.ready:
            return AREA.fine("keys", "The keys by which Microsoft's requests are known can be had.")
    told = "The keys by which Microsoft's requests are known can't be had: whoever writes to the bot is not heard."
    return AREA.wrong("keys", told, "Let this computer reach login.botframework.com by https.")


def _certificate(given: Given, ground: Ground) -> Iterator[Finding]:
    if given.certificate:
        until = certificates.until(given.certificate)
        told = f"The certificate of {teams_given.CERTIFICATE} ends on {until.date()}."
        if until - ground.now < _SOON:
            yield AREA.look("certificate", told, "Make a new one in time, and upload it: deploy/guide/teams.md.")
        else:
            yield AREA.fine("certificate", told)
    elif given.password:
        why = "When the client secret ends, only the Azure portal says: App registrations, Certificates & secrets."
        yield AREA.untried("secret-ends", why, "Put the day before it into a calendar.")


# ---------------------------------------------------------------- the package


def _packages(given: Given, ground: Ground) -> Iterator[Finding]:
    """App packages that lie here; which one was uploaded only the admin centre says."""
    files = [file for file in (PACKAGE, ground.data / PACKAGE.name) if file.is_file()]
    for file in files:
        yield from _package(file, given, ground)
    if not files and given.app:
        why = f"No app package ({PACKAGE}) lies here, so that it could not be compared."
        yield AREA.untried("package", why)


def _package(file: Path, given: Given, ground: Ground) -> Iterator[Finding]:
    from adapters.teams.manifest import VERSION

    anew = "Make it anew with a higher --version (protocol-bot manifest teams), and upload that."
    made = _manifest(file)
    if made is None:
        yield AREA.look("package", f"{file} can't be read as an app package.", anew)
        return
    version, host = str(made.get("version", "")), urlsplit(ground.environ.get(URL, "").strip()).hostname
    if str(made.get("id", "")).lower() != given.app:
        yield AREA.wrong("package", f"{file} is for another app than {teams_given.APP}.", anew)
    elif _numbers(version) < _numbers(VERSION):
        told = f"{file} has the version {version}; the bot's own is {VERSION}."
        yield AREA.look("package", told, anew)
    elif host and host not in (made.get("validDomains") or ()):
        yield AREA.wrong("package", f"{file} is for another address than {URL}.", anew)
    else:
        yield AREA.fine("package", f"{file} fits, with the version {version}.")


def _manifest(file: Path) -> dict[str, Any] | None:
    try:
        with zipfile.ZipFile(file) as there, there.open("manifest.json") as inside:
            made = json.loads(inside.read(_LONGEST))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return made if isinstance(made, dict) else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


# ---------------------------------------------------------------- tenants and people


def _tenants(given: Given, ground: Ground) -> Iterator[Finding]:
    """Raises `ProtocolBotError` for a tenant, or an account in one, that can't be right."""
    held = teams.tenants(ground.every, strict=bool(given.app))
    if ground.unread:
        return
    if given.tenant and given.tenant not in held:
        told = f"The tenant {given.tenant} belongs to no council."
        mend = f"Add this line to the settings of the council it belongs to:  {line(PLATFORM, given.tenant)}"
        yield (AREA.look if held else AREA.wrong)("tenants", told, mend)
    for tenant, council in held.items():
        if any(own.council == council for own in ground.councils):
            yield AREA.fine("tenants", f"The tenant {tenant} is this council's.", council)


async def _people(ground: Ground) -> list[Finding]:
    """Whether Teams told the bot of a chat with the clerk and with the chair, if they are told things there."""
    held = {tenant: council for tenant, council in ground.whose(PLATFORM).items() if council in ground.books}
    listed = [(tenant, council, *one) for tenant, council in held.items()
              for one in dict.fromkeys(ground.needed(council, PLATFORM, tenant))]  # fmt: skip
    if listed and ground.memory is None:
        return [
            AREA.untried("people", "Whether the clerk and the chair have the app is not known without the database.")
        ]
    found = []
    for tenant, council, office, account in listed:
        assert ground.memory is not None  # noqa: S101  # looked at above
        begins = f"{office[:1].upper()}{office[1:]}"
        if await SqlPlaces(ground.memory, held).chat(tenant, account) is not None:
            found.append(AREA.fine("people", f"{begins} has a chat with the bot.", council))
        else:
            told = f"Teams told the bot of no chat with {office} yet: perhaps the app is not installed for them."
            found.append(AREA.look("people", told, _STEP, council))
    return found
