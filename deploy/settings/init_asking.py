"""The questions of `init`: each explained in a line, each answer checked at once as the settings themselves are.

In: what was given as options, answers at a terminal. Out: `Settings`. Never: asks what was given; takes an answer that
`protocol-bot check` would refuse; writes anything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple, TypeAlias

from msgspec.structs import replace

from bot.addresses import EMAIL
from bot.pack import Nation
from bot.routing import CONDUCT_BODY
from bot.settings import GROUP, OFFICES, Body, Group, Office, Settings, Someone
from content import load, settings_together
from content.settings import problems, whose_law
from deploy.settings.made_up import ombudsman
from deploy.settings.yaml_words import one_line, short_id

#: What an answer makes of the settings. Raises `Wrong`.
Takes: TypeAlias = Callable[[Settings, str], Settings]
#: The chats that can be chosen, and what people call them.
CHATS: Final[Mapping[str, str]] = {"slack": "Slack", "teams": "Microsoft Teams"}
_WORKSPACES: Final[Mapping[str, str]] = {
    "slack": "Open Slack in a browser: it stands in the address, https://app.slack.com/client/T0123ABCD/, and begins "
    "with T. Enter: later.",
    "teams": "portal.azure.com, Microsoft Entra ID, Overview: Tenant ID, in small letters. Enter: later.",
}
_LATER: Final = "Enter: nobody yet."
#: What stands in accounts and addresses, and in nobody's name.
_NO_NAME: Final = frozenset("@:0123456789")
_EXAMPLE: Final = "Ruth Ellison, U0123ABCD, ruth@example.org"


class Wrong(Exception):
    """An answer that will not do: why, and the mend."""


class Question(NamedTuple):
    """`option` is what gives the answer without asking, `usual` what it is where there is none.

    `more`: asked again until there is no answer.
    """

    option: str
    explains: str
    prompt: str
    takes: Takes
    usual: str = ""
    more: bool = False


def checked(own: Settings, others: Sequence[Settings]) -> Settings:
    """The same settings. Raises `Wrong` with the first thing that is, by the real checks."""
    for _, problem, mend in problems(own):
        raise Wrong(_sentence(f"{problem}. {mend}"))
    for i, (_, problem, mend) in settings_together.problems([*others, own]):
        if i == len(others):
            raise Wrong(_sentence(f"{problem}. {mend}"))
    return own


def questions(own: Settings, chat: str) -> Iterator[Question]:
    """What is asked once the council and its chat are known."""
    if chat in CHATS:
        yield Question("workspace", _WORKSPACES[chat], f"{CHATS[chat]} workspace", _workspace(chat))
    known = f"their account in {CHATS[chat]} and" if chat in CHATS else "their"
    told = f"Name; if you know them, {known} e-mail address behind it, with commas between."
    yield Question("clerk", f"{told} {_LATER}", "Clerk", _person("clerk", chat))
    yield Question("chair", _LATER, "Chair", _person("chair", chat))
    yield Question("vice_chair", f"Who stands in for the chair. {_LATER}", "Vice-chair", _person("vice-chair", chat))
    yield Question(
        "councillor", "One at a time. Enter: no more.", "Another councillor", _person("councillor", chat), more=True
    )
    officers = "Officers besides the clerk, one at a time: a deputy, a responsible financial officer. Enter: no more."
    yield Question("officer", officers, "Another officer", _person("officer", chat), more=True)
    yield Question(
        "group",
        "The small group of councillors with delegated authority, a staffing committee for instance: its name, a "
        "colon, its members. Three or more are best. Enter: there is none.",
        "Delegated group",
        _group,
    )
    yield Question(
        "data_lead",
        "Who answers when somebody asks what is held on them: offices or people, with commas between. Enter: clerk.",
        "For personal data",
        _data_lead,
        usual="clerk",
    )
    yield from _outside(own)


# ---------------------------------------------------------------- the council


def council(text: str) -> Settings | None:
    """One that comes with the bot, by its id or its name; None for any other."""
    ids, said = load.councils(), one_line(text)
    return next((Settings(council=id) for id in ids if said.casefold() in (id, load.council(id).name.casefold())), None)


def nearly(text: str) -> str:
    """The id of the one that comes with the bot and that somebody may have misspelt; empty where none is near."""
    return next(iter(get_close_matches(id_of(text), load.councils(), n=1, cutoff=0.75)), "")


def own_council(id: str, name: str, nation: str) -> Settings:
    """One whose protocol does not come with the bot. Raises `Wrong`."""
    if nation not in ("england", "wales"):
        raise Wrong("It is england or wales: their law differs.")
    read: Nation = "wales" if nation == "wales" else "england"
    return checked(Settings(council=id, name=one_line(name), nation=read), ())


def id_of(name: str) -> str:
    """What a council of that name would be called for short: `ashcombe-regis`."""
    words = [word for word in one_line(name).split() if word.casefold() not in _COMMON]
    return short_id(" ".join(words) or name, other="council")


_COMMON: Final = frozenset({"parish", "town", "community", "city", "village", "council", "the", "of", "with"})


# ---------------------------------------------------------------- the others


def _workspace(chat: str) -> Takes:
    def takes(own: Settings, text: str) -> Settings:
        id = text.strip()
        return replace(own, workspaces={**own.workspaces, chat: id.lower() if chat == "teams" else id})

    return takes


def _person(office: Office, chat: str) -> Takes:
    """`Ruth Ellison, U0123ABCD, ruth@example.org`."""

    def takes(own: Settings, text: str) -> Settings:
        name, *accounts = [one_line(part) for part in text.split(",")]
        if not name:
            raise Wrong("Write the name first.")
        if any(sign in _NO_NAME for sign in name):
            raise Wrong(f"{name!r} is more than a name. Put commas between: {_EXAMPLE}")
        found = tuple(_account(account, chat) for account in accounts if account)
        offices: tuple[Office, ...] = (office, "councillor") if office in ("chair", "vice-chair") else (office,)
        if any(one.name.casefold() == name.casefold() for one in own.people):
            raise Wrong(f"{name} is there already. Two people of one name need something to tell them apart by.")
        id = short_id(name, [one.id for one in own.people])
        return replace(own, people=(*own.people, Someone(id=id, name=name, offices=offices, accounts=found)))

    return takes


def _account(text: str, chat: str) -> str:
    if "@" in text and not text.startswith(f"{EMAIL}:"):
        return f"{EMAIL}:{text}"
    if ":" in text:
        return text
    if chat not in CHATS:
        raise Wrong(f"{text!r} is no e-mail address, and no chat was chosen that it could be an account of.")
    return f"{chat}:{text.lower() if chat == 'teams' else text}"


def _group(own: Settings, text: str) -> Settings:
    name, colon, members = text.partition(":")
    if not colon:
        raise Wrong("Write its name, a colon and its members: Staffing Committee: Jo Hartley, Priya Nair")
    ids = tuple(_who(part, own, ()) for part in members.split(",") if part.strip())
    return replace(own, group=Group(name=one_line(name), members=ids))


def _data_lead(own: Settings, text: str) -> Settings:
    return replace(own, data_lead=tuple(_who(part, own, (*OFFICES, GROUP)) for part in text.split(",") if part.strip()))


def _who(text: str, own: Settings, others: Sequence[str]) -> str:
    """A person by name or id, or one of these others. Raises `Wrong` with the nearest."""
    said = one_line(text).casefold()
    known = {one.name.casefold(): one.id for one in own.people} | {one.id: one.id for one in own.people}
    if found := known.get(said) or (said if said in others else ""):
        return found
    near = get_close_matches(said, [*known, *others], n=1)
    names = {one.id: one.name for one in own.people}
    meant = f"Did you mean {names.get(known.get(near[0], ''), near[0])}?" if near else "Name one of those given before."
    raise Wrong(f"Nobody here is called {one_line(text)}. {meant}")


def _outside(own: Settings) -> Iterator[Question]:
    """The body that deals with councillors' conduct; in Wales it is the same for every council."""
    nation = whose_law(own)
    if nation is None:
        return
    body = ombudsman() if nation == "wales" else Body(name="Monitoring officer of the principal council", reach="")

    def takes(own: Settings, text: str) -> Settings:
        changed = Body(name=body.name, reach=one_line(text))
        return replace(own, bodies={**own.bodies, CONDUCT_BODY[nation]: changed})

    told = f"How people reach the {body.name}, on paper too: the last resort when everybody here is a party."
    usual = f" Enter: {body.reach}" if body.reach else " Enter: later."
    yield Question("outside", told + usual, "Outside body", takes, usual=body.reach)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
