"""Findings, and how they are told.

In: what a check found. Out: lines for people, objects for scripts. Never: a secret or somebody's account.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict, replace

#: fine: it was tried and works. look: it works, or may, and somebody should look at it. wrong: something does not work.
#: untried: it could not be tried, and `told` says why.
State: TypeAlias = Literal["fine", "look", "wrong", "untried"]

_SAID: Final[Mapping[State, str]] = {"fine": "fine", "look": "look here", "wrong": "wrong", "untried": "not tried"}
_WIDTH: Final = max(map(len, _SAID.values()))
#: Councils at which the same is still written out line by line.
_FEW: Final = 3
_HIDDEN: Final = "…"
_QUOTED: Final = re.compile(r"(['\"])(.*?)\1", re.DOTALL)


class Finding(Struct, frozen=True, kw_only=True):
    """What one check found. `council` is empty for what is not one council's; `mend` where there is nothing to mend.

    `area` and `check` are words that stay the same, for scripts; `told` and `mend` are sentences for people.
    """

    area: str
    check: str
    council: str = ""
    state: State
    told: str
    mend: str = ""


class Area(NamedTuple):
    """Where findings belong: a word for scripts, a heading for people."""

    name: str
    title: str

    def fine(self, check: str, told: str, council: str = "") -> Finding:
        """It works."""
        return Finding(area=self.name, check=check, council=council, state="fine", told=told)

    def look(self, check: str, told: str, mend: str, council: str = "") -> Finding:
        """Somebody should look at it."""
        return Finding(area=self.name, check=check, council=council, state="look", told=told, mend=mend)

    def wrong(self, check: str, told: str, mend: str, council: str = "") -> Finding:
        """It does not work."""
        return Finding(area=self.name, check=check, council=council, state="wrong", told=told, mend=mend)

    def untried(self, check: str, why: str, mend: str = "", council: str = "") -> Finding:
        """Nobody can say."""
        return Finding(area=self.name, check=check, council=council, state="untried", told=why, mend=mend)


SETTINGS: Final = Area("settings", "Settings")
PACKS: Final = Area("packs", "The wording in force")
KEYS: Final = Area("keys", "The key file")
DATABASE: Final = Area("database", "The database, and what waits in it")
BACKUPS: Final = Area("backups", "Backups")
CLOCK: Final = Area("clock", "Clock and calendar")
SLACK: Final = Area("slack", "Slack")
TEAMS: Final = Area("teams", "Microsoft Teams")
MAIL: Final = Area("mail", "E-mail")
RUNNING: Final = Area("running", "The running bot")
ADDRESS: Final = Area("address", "Its public address")
REACH: Final = Area("reach", "Who can be told")
ENVIRONMENT: Final = Area("environment", "This computer")

#: In the order in which they are told.
AREAS: Final = (
    SETTINGS, PACKS, KEYS, DATABASE, BACKUPS, CLOCK, SLACK, TEAMS, MAIL, RUNNING, ADDRESS, REACH, ENVIRONMENT
)  # fmt: skip


def parted(sentences: str) -> tuple[str, str]:
    """What happened, and the mend, of an error of ours: its first sentence, and the rest."""
    told, _, rest = sentences.partition(". ")
    mend = rest.removeprefix("Mend: ")
    return (f"{told}." if rest else told), mend if mend == rest else f"{mend[:1].upper()}{mend[1:]}"


def is_amiss(found: Iterable[Finding]) -> bool:
    """Whether anything is wrong."""
    return any(one.state == "wrong" for one in found)


def hidden(found: Iterable[Finding], secrets: Collection[str]) -> list[Finding]:
    """The same without these, whatever an error may have held: the longest first, for one may be part of another."""
    ordered = sorted(secrets, key=len, reverse=True)
    return [replace(one, told=_without(one.told, ordered), mend=_without(one.mend, ordered)) for one in found]


def without_accounts(sentences: str) -> str:
    """An error of the settings' without the accounts that it quotes: where they can't be read, nobody knows them."""
    of_accounts = ".accounts" in sentences

    def quoted(found: re.Match[str]) -> str:
        private = of_accounts or ":" in found[2] or "@" in found[2]
        return f"{found[1]}{_HIDDEN if private else found[2]}{found[1]}"

    return _QUOTED.sub(quoted, sentences)


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text


# ---------------------------------------------------------------- for scripts, for people


def listed(found: Iterable[Finding]) -> list[dict[str, str]]:
    """As scripts rely on it: the fields of `Finding`, each a string."""
    return [asdict(one) for one in _ordered(found)]


def lines(found: Sequence[Finding]) -> Iterator[str]:
    """Area by area, and a summary."""
    titles = {area.name: area.title for area in AREAS}
    for name, of_area in groupby(_ordered(found), key=lambda one: one.area):
        yield titles[name]
        for one in _shortened(list(of_area)):
            yield from _line(one)
        yield ""
    yield _summary(found)


def _ordered(found: Iterable[Finding]) -> list[Finding]:
    """Area by area; within one, as it was found."""
    places = {area.name: number for number, area in enumerate(AREAS)}
    return sorted(found, key=lambda one: places[one.area])


def _shortened(found: Sequence[Finding]) -> Iterator[Finding]:
    """What is the same at many councils is one line, where the first stands: so that what is not can be seen."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for one in found:
        alike.setdefault(_same(one), []).append(one)
    for one in found:
        others = alike[_same(one)]
        if not one.council or len(others) <= _FEW:
            yield one
        elif one is others[0]:
            yield _of_many(others)


def _same(one: Finding) -> tuple[str, ...]:
    """What is fine may be told with a day in it."""
    told = () if one.state == "fine" else (one.told, one.mend)
    return (one.check, one.state, "council" if one.council else "", *told)


def _of_many(alike: Sequence[Finding]) -> Finding:
    first = alike[0]
    if first.state == "fine":
        return replace(first, council="", told=f"{first.check.replace('-', ' ')}: {len(alike)} councils.")
    return replace(first, council=f"{first.council}, {alike[1].council} and {len(alike) - 2} more councils")


def _line(one: Finding) -> Iterator[str]:
    where = f"{one.council}: " if one.council else ""
    yield f"  {_SAID[one.state]:<{_WIDTH}}  {where}{one.told}"
    if one.mend:
        yield f"  {'':<{_WIDTH}}  Mend: {one.mend}"


def _summary(found: Sequence[Finding]) -> str:
    count = {state: sum(one.state == state for one in found) for state in _SAID}
    parts = [f"{count['wrong']} wrong", f"{count['look']} to look at", f"{count['untried']} not tried"]
    return f"{count['fine']} fine, {', '.join(parts)}."
