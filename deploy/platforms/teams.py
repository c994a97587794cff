"""The council's Microsoft Teams, from the environment: secrets stand in no file of the council's.

In: what the environment gives (`teams_given`), the councils' settings. Out: Teams as a platform, or none.
Never: a tenant served that no council's settings name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.teams import PLATFORM
from adapters.teams.render import Opens, Sentences
from bot.bot import opens
from bot.errors import ProtocolBotError
from bot.ports import Clock
from bot.settings import Settings
from bot.words import Words
from deploy.platforms import pages
from deploy.platforms.teams_given import LIKE, LOOKS, UUID, WHERE_TENANT, Given, given
from deploy.running.chats import Made, Served
from deploy.running.languages import of_all, of_workspaces
from storage.teams_places import SqlPlaces

if TYPE_CHECKING:
    from adapters.teams.app import App, Teams


def prepared(environ: Mapping[str, str], clock: Clock, host: str) -> Made | None:
    """Teams, to be served; None where it is not set up. `host`: where the bot listens.

    Raises `ProtocolBotError` for half of it, what can't be used, and where what speaks with Teams is not installed.
    """
    found = given(environ, clock, host)
    if found is None:
        return None
    installed()

    def made(memory: AsyncEngine, councils: Sequence[Settings], _keys: Path) -> Served:
        chat = carrier(found, councils, memory, clock, opens)
        here, shown = named(found, councils), pages.routes(of_all(councils))
        return Served(PLATFORM, chat, "Microsoft Teams tenant", LIKE, lambda: here, pages=shown)

    return made


def carrier(found: Given, councils: Sequence[Settings], memory: AsyncEngine, clock: Clock, opens: Opens) -> "Teams":
    """Teams for these councils. Raises `ProtocolBotError` for a tenant or an account that can't be right."""
    from adapters.teams.app import Teams

    held, words = tenants(councils, strict=bool(found.app)), of_workspaces(PLATFORM, councils)
    return Teams(
        app(found) if found.app else None,
        frozenset(held),
        lambda tenant: sentences(words(tenant)),
        SqlPlaces(memory, held),
        opens,
        clock,
        **reached(found),
    )


def app(found: Given) -> "App":
    """What Microsoft is told by."""
    from adapters.teams.app import App

    return App(
        id=found.app,
        tenant=found.tenant,
        password=found.password,
        certificate=found.certificate,
        managed=found.managed,
    )


def reached(found: Given) -> dict[str, Any]:
    """Where Microsoft is, as far as the environment says so; else it is where it always is."""
    told = {"openid_url": found.openid_url, "login_url": found.login_url, "hosts": found.hosts}
    return {name: value for name, value in told.items() if value}


def installed() -> None:
    """Raises `ProtocolBotError` with the mend where what speaks with Teams is not."""
    try:
        import adapters.teams.app  # noqa: F401  # it is enough that it can be
    except ModuleNotFoundError as missing:
        raise not_installed(missing) from None


def not_installed(missing: ModuleNotFoundError) -> ProtocolBotError:
    """The mend, where it is what Teams needs that is missing; what was missing else."""
    if (missing.name or "").partition(".")[0] not in (
        "botbuilder",
        "botframework",
        "msal",
        "msrest",
        "jwt",
        "requests",
    ):
        raise missing
    return ProtocolBotError(
        "What speaks with Microsoft Teams is not installed. In a checkout: sh deploy/setup.sh. "
        "Elsewhere: pip install 'council-protocol-bot[teams]'."
    )


def sentences(words: Words) -> Sentences:
    """What the adapter says of its own, in a council's words."""
    return Sentences(
        name=words("teams-name"),
        open_form=words("teams-open-form"),
        form_ready=words("teams-form-ready"),
        form_sent=words("teams-form-sent"),
        moment=words("teams-moment"),
        soon=words("teams-soon"),
        taken=words("teams-taken"),
        choose=words("teams-choose"),
        not_all=words("teams-not-all"),
        go_on=words("teams-go-on"),
        from_start=words("teams-from-start"),
        failed=words("teams-failed"),
        unshown=words("teams-unshown"),
        no_council=words("teams-no-council"),
        elsewhere=words("teams-elsewhere"),
        not_installed=words("teams-not-installed"),
        ask_again=words("teams-ask-again"),
        typed=words("teams-typed"),
        answered=words("teams-answered"),
        needed=words("teams-needed"),
    )


# ---------------------------------------------------------------- which tenants


def tenants(councils: Iterable[Settings], *, strict: bool = True) -> dict[str, str]:
    """Each tenant and the council it belongs to. Raises `ProtocolBotError` for an id that Teams would never send.

    `strict`: a tenant is a UUID, as Microsoft's are; a stand-in may have others.
    """
    found: dict[str, str] = {}
    for own in councils:
        for id in _ids(own):
            if id != id.lower():
                raise ProtocolBotError(
                    f"{own.council}: its settings write an id of {PLATFORM} with capital letters. Write ids of tenants "
                    "and people in small letters, as protocol-bot accounts teams prints them."
                )
        for tenant in _tenants(own):
            if strict and not UUID.fullmatch(tenant):
                raise ProtocolBotError(
                    f"{own.council}: its settings name a tenant of {PLATFORM} that can't be one. {LOOKS}: "
                    f"{WHERE_TENANT}."
                )
            found[tenant] = own.council
    return found


def _ids(own: Settings) -> Iterator[str]:
    yield from _tenants(own)
    for person in own.people:
        yield from (account for account in person.accounts if account.startswith(f"{PLATFORM}:"))


def _tenants(own: Settings) -> Iterator[str]:
    """The council's own, and those that accounts name: `teams:TENANT:ID`."""
    if named := own.workspaces.get(PLATFORM):
        yield named
    for account in (account for person in own.people for account in person.accounts):
        platform, _, rest = account.partition(":")
        tenant, apart, _ = rest.rpartition(":")
        if platform == PLATFORM and apart:
            yield tenant


def named(own: Given, councils: Iterable[Settings]) -> dict[str, str]:
    """The tenants that are served and the one that the app is registered in, and what each is called in a line.

    One council's own app is registered in its own tenant. One that many share may be in a tenant that is no council's.
    """
    held = tenants(councils, strict=False)
    shared = len(held) > 1 and own.tenant not in held
    found = {tenant: tenant for tenant in ([own.tenant] if own.tenant and not shared else [])}
    away = f", with an app that is registered in {own.tenant}" if own.tenant else ""
    return found | {tenant: f"{tenant}{away}" for tenant in held if tenant != own.tenant}
