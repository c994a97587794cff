"""Reads councils' own settings, `protocol-bot.yaml`: one council's, or those of many under `councils`.

In: the file. Out: `Settings`. Never: half a file: it is sound, or `UnsoundContent` says where it is not, and the mend.
"""

from collections.abc import Iterator
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from bot.days import is_likely
from bot.errors import UnsoundContent
from bot.pack import BODIES, PAIRS, Nation
from bot.routing import NO_SAY
from bot.settings import SHORTEST_MONTH, Retention, Settings
from content import load
from content import settings_people as people
from content import settings_platforms as platforms
from content import settings_reviews as reviews
from content import settings_together as together
from content.check import ID, Problem, far
from content.fields import convert
from content.own_packs import own_pack
from content.tree import File, Plain, Tree

#: Where a file is of many councils, all of them stand under this.
MANY: Final = "councils"

_FIELDS: Final = tuple(Settings.__struct_fields__)
_CLOCK = "Write it on the 24-hour clock, in quotation marks, for example '18:00'."
_MONTHS = "Write a number of months from 1 to 1200, or never."
_BEGIN = f"Begin each council with `- council:` and its id, a little to the right of `{MANY}:`."
_MENDS: Final = {
    "quiet.from": _CLOCK,
    "quiet.until": _CLOCK,
    **{f"retention.{outcome}": _MONTHS for outcome in Retention.__struct_fields__ if outcome != "warn"},
}


def every(file: File) -> list[Settings]:
    """The settings of every council in a file, in its order. Raises `UnsoundContent`."""
    parts = _parts(Tree(file))
    found = [_read(part, file) for part in parts]
    for i, (path, problem, mend) in together.problems(found):
        raise parts[i].error(path, problem, mend)
    return found


def settings(file: File) -> Settings:
    """A council's settings from a file of one council. Raises `UnsoundContent`."""
    found = every(file)
    if len(found) > 1:
        raise UnsoundContent(f"{file.name} is for {len(found)} councils, and one is wanted here. Name a file of one.")
    return found[0]


def _parts(tree: Tree) -> list[Tree]:
    """Each council's part of the file: all of it, where it is of one."""
    value = tree.value
    if not isinstance(value, dict):
        return [tree]
    if MANY not in value:
        _is_of_one(tree, value)
        return [tree]
    for key in value:
        if key in _FIELDS:
            wrong = f"it stands beside `{MANY}`, and belongs to one council"
            raise tree.error(f"$.{key}", wrong, "Put it inside each council that it is for.")
        if key != MANY:
            near = get_close_matches(key, _FIELDS, n=1)
            meant = f"Did you mean {near[0]!r}? That belongs inside a council." if near else "Delete it."
            raise tree.error(f"$.{key}", "there is no such field", meant)
    many = value[MANY]
    if not isinstance(many, list) or not many:
        raise tree.error(f"$.{MANY}", "a list of councils belongs here", _BEGIN)
    return [tree.part(f"$.{MANY}[{i}]", _called(one, i)) for i, one in enumerate(many)]


def _is_of_one(tree: Tree, value: dict[str, Plain]) -> None:
    """Raises `UnsoundContent` for a misspelt `councils`, which would else be told as something wrong with a council."""
    for key, inside in value.items():
        if key not in _FIELDS and isinstance(inside, list) and get_close_matches(key, (MANY, *_FIELDS), n=1) == [MANY]:
            raise tree.error(f"$.{key}", "there is no such field", f"Did you mean {MANY!r}?")


def _called(council: Plain, i: int) -> str:
    """A council of the file, as an error names it."""
    id = council.get("council") if isinstance(council, dict) else None
    return f"council {id}" if isinstance(id, str) and id.strip() else f"{MANY}[{i}]"


def _read(part: Tree, file: File) -> Settings:
    read = convert(part, Settings, "deploy/try.yaml shows", _MENDS)
    if read.pack and isinstance(file, Path):
        read = replace(read, pack=str(file.parent / read.pack))
    for path, problem, mend in problems(read):
        raise part.error(path, problem, mend)
    return read


def problems(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with settings, in the order of the fields."""
    yield from _council(settings)
    yield from platforms.workspaces(settings)
    yield from people.people(settings)
    yield from platforms.accounts(settings)
    yield from people.alternates(settings)
    yield from people.group(settings)
    for field in ("data_lead", "administrators"):
        yield from people.known(f"$.{field}", getattr(settings, field), settings)
    yield from _bodies(settings)
    for stage in ("informal", "formal"):
        yield from people.known(f"$.silent.{stage}", getattr(settings.silent, stage), settings)
    yield from _not_informal(settings)
    for day in people.twice(settings.meetings):
        yield "$.meetings", f"{day} stands twice", "Delete one of the two."
    for i, meeting in enumerate(settings.meetings):
        if not is_likely(meeting):
            yield f"$.meetings[{i}]", far(meeting), "Correct the year."
    yield from _quiet(settings)
    yield from _retention(settings)
    yield from reviews.problems(settings)


def _council(settings: Settings) -> Iterator[Problem]:
    if not ID.fullmatch(settings.council):
        yield "$.council", f"{settings.council!r} is no id", "Use small letters, digits and hyphens: leigh-on-sea."
    if settings.language not in (there := load.languages()):
        mend = people.near(settings.language, there)
        yield "$.language", f"the bot does not speak {settings.language!r}", mend
    else:
        yield from _words(settings.language)
    if settings.pack:
        yield from _pack(settings)
    elif settings.council in load.councils():
        yield from _nation(settings, load.council(settings.council).nation, settings.council)
    elif settings.name.strip() and settings.nation is None:
        yield "$.name", "a name alone will not do", "Add `nation: england` or `nation: wales` below it."
    elif settings.nation is not None and not settings.name.strip():
        yield "$.nation", "a nation alone will not do", "Add `name:` and the council's name in full above it."
    elif settings.nation is None:
        yield "$.council", f"no protocol of {settings.council!r} comes with the bot", _meant(settings.council)


def _meant(council: str) -> str:
    own = "For a council of your own, add its `name` and its `nation` (england or wales) below this line."
    return f"{people.near(council, load.councils())} {own}"


def _words(language: str) -> Iterator[Problem]:
    """What is said in it: a translation that is not sound would end every command that speaks it."""
    try:
        load.words(language)
        load.flow(language)
    except UnsoundContent as why:
        yield "$.language", f"the bot can't speak {language!r}", f"{why} Until then: `language: en`."


def _pack(settings: Settings) -> Iterator[Problem]:
    """Its own file, which says what the council is called and where it is. `settings.pack` is where that lies."""
    try:
        pack = own_pack(Path(settings.pack))
    except UnsoundContent as why:
        yield "$.pack", "this pack can't be used", str(why)
        return
    if pack.council != settings.council:
        mend = "Write the same id in both, or name another file."
        yield "$.pack", f"{settings.pack} is the pack of {pack.council}, not of {settings.council}", mend
    yield from _nation(settings, pack.nation, settings.pack)


def _nation(settings: Settings, nation: Nation, by: str) -> Iterator[Problem]:
    if settings.nation not in (None, nation):
        yield "$.nation", f"{by} is in {nation.title()}", "Delete this line: its protocol says so."


def _bodies(settings: Settings) -> Iterator[Problem]:
    for name, body in settings.bodies.items():
        if name not in BODIES:
            yield f"$.bodies.{name}", f"there is no outside body {name!r}", people.near(name, BODIES)
        for field in ("name", "reach"):
            if not getattr(body, field).strip():
                yield f"$.bodies.{name}.{field}", "this is empty", "Write it, so that people can be told."
    if nation := whose_law(settings):
        wrong = NO_SAY[nation]
        if wrong in settings.bodies:
            where = {"england": "Wales", "wales": "England"}[nation]
            yield f"$.bodies.{wrong}", f"this deals with councillors' conduct in {where} only", "Delete it here."


def whose_law(settings: Settings) -> Nation | None:
    """The nation, as far as it is known: a pack that can't be read is told of by itself."""
    try:
        if settings.pack:
            return own_pack(Path(settings.pack)).nation
    except UnsoundContent:
        return None
    return load.council(settings.council).nation if settings.council in load.councils() else settings.nation


def _not_informal(settings: Settings) -> Iterator[Problem]:
    for i, pair in enumerate(settings.not_informal):
        if pair not in PAIRS:
            raised = ", ".join(f"[{raiser}, {about}]" for raiser, about in PAIRS)
            yield f"$.not_informal[{i}]", f"nobody raises [{', '.join(pair)}]", f"Choose from: {raised}."


# ---------------------------------------------------------------- times


def _quiet(settings: Settings) -> Iterator[Problem]:
    begins, ends = time.fromisoformat(settings.quiet.begins), time.fromisoformat(settings.quiet.ends)
    if not ends <= time(12) < begins or _minutes(begins) - _minutes(ends) < 60:
        yield (
            "$.quiet",
            f"nobody could be reminded by day: it is quiet from {begins:%H:%M} until {ends:%H:%M}",
            "It is meant to be quiet in the evening and at night: from 18:00 until 08:30, for example.",
        )


def _minutes(of: time) -> int:
    return of.hour * 60 + of.minute


def _retention(settings: Settings) -> Iterator[Problem]:
    for outcome in Retention.__struct_fields__:
        months = getattr(settings.retention, outcome)
        if outcome != "warn" and months != "never" and settings.retention.warn > months * SHORTEST_MONTH:
            yield (
                "$.retention.warn",
                f"the warning would come before the concern ended: {outcome} is kept for {months} months",
                f"Write at most {months * SHORTEST_MONTH} days, or keep it longer.",
            )
