"""The kinds of rule about concerns, and how each is recognised.

In: a statement, tagged (`content.importing.offices`). Out: what it is found to be: family, stage, whom it names.
Never: decides for whom it holds; takes a rule about the public's complaints for one.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from bot.pack import Party, Stage
from content.importing import phrases
from content.importing.offices import ROW, TWO, WHO, parties, tags
from content.importing.sides import Sides

Family: TypeAlias = Literal[
    "informal-first", "raised-with", "conciliator", "mediation", "grievance", "disciplinary", "formal-steps",
    "complaint-to", "referred", "hears", "not-alone", "code-complaint", "not-in-public", "through-the-clerk", "policy",
]  # fmt: skip
#: What a rule is about beyond its own words; it widens or narrows for whom it holds.
Reach: TypeAlias = Literal["context", "grievance", "employment", "staff", "personnel", "code", "own"]


class Found(NamedTuple):
    """A statement recognised. `at` is where in its tagged text; `who` the parties as packs name them."""

    family: Family
    stage: Stage
    at: int
    who: tuple[str, ...] = ()
    raised_with: str = ""
    reach: Reach = "context"


class Target(NamedTuple):
    """Whom something is taken to: the tags, whether one speaks *with* the last of them, and where that stands."""

    tags: tuple[str, ...]
    last_with: str
    at: int


#: Who may bring two sides together, or be asked how.
_HELPERS: Final = frozenset("third mo adviser association slcc chair vice clerk manager group committee".split())
#: Who may stand in what is told of somebody: "the chair, who passes it to the committee".
_BODIES: Final = ("committee", "group", "mo", "ombudsman")


def _undone(text: str, at: int) -> bool:
    """Whether what begins there is what is not to be done, or what one may expect not to happen."""
    return bool(
        re.search(r"\b(?:not|never)\b(?: to)?(?: be| have)?(?: \w+)? $", text[:at])
        or re.search(r"\bcan (?:\w+ )?expect\b", text[:at])
    )


def targets(text: str) -> Target:
    """Everybody that a statement has something taken to."""
    named: list[str] = []
    last, at = "", -1
    for found in phrases.TARGET.finditer(text):
        if _undone(text, found.start()):
            continue
        row = found["row"] or found["told"] or found["passive"] or found["by"]
        later = re.search(r", (?:who|which)\b", text[: found.start()])
        named += [tag for tag in tags(row) if tag not in named and (not later or tag in _BODIES)]
        if later:
            continue
        last = (
            tags(row)[-1] if found["how"] == "with" or found["verb"] in ("speaks", "speak", "spoken", "talks") else last
        )
        at = found.start() if at < 0 else at
    return Target(tuple(named), last, at)


def recognised(text: str) -> list[Found]:
    """The families that a statement belongs to; the first kinds that fit leave no room for the others."""
    if phrases.NO_RULE.search(text) or (re.search(r"<public>(?! may)", text) and not phrases.IN_PUBLIC.search(text)):
        return []
    for kind, besides in _KINDS:
        if found := list(kind(text)):
            return [*found, *(more for also in besides for more in also(text))]
    return []


def _named(tagged: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(WHO[tag] for tag in tagged if tag in WHO))


def _policy(text: str) -> Iterator[Found]:
    if found := phrases.POLICY.search(text):
        yield Found("policy", "special", found.start(), reach="own")


def _not_in_public(text: str) -> Iterator[Found]:
    """Raising or criticising that is not to be done before others."""
    place, raising, no = phrases.IN_PUBLIC.search(text), phrases.RAISING.search(text), phrases.NEGATED.search(text)
    if place and raising and no:
        yield Found("not-in-public", "special", raising.start(), reach="own")


def in_public(text: str) -> Sides:
    """Who is not to raise it before others, and about whom."""
    if expects := phrases.EXPECTS.search(text):
        return Sides(parties(tags(expects["r"])), parties(tags(expects["a"])))
    raising = phrases.RAISING.search(text)
    before = re.search(ROW, text[: raising.start()]) if raising else None
    if not (raising and before):
        return Sides()
    rows = re.finditer(rf"(?<!with )(?<!with a )(?<!with an )(?<!with the )(?P<a>{ROW})", text[raising.end() :])
    return Sides(parties(tags(before[0])), frozenset[Party]().union(*(parties(tags(row["a"])) for row in rows)))


def _not_alone(text: str) -> Iterator[Found]:
    found = phrases.ALONE.search(text)
    if not (found and phrases.NEGATED.search(text, 0, found.start())):
        return
    who = tuple(one for one in ("chair", "vice-chair") if f"<{one.removesuffix('-chair')}>" in text[: found.start()])
    if who or "<councillor>" in text[: found.start()]:
        work = phrases.WORK.search(text) or phrases.PERSONNEL.search(text)
        yield Found("not-alone", "not_alone", found.start(), who, reach="staff" if work else _reach(text))


def _reach(text: str) -> Reach:
    return "personnel" if phrases.PERSONNEL.search(text) else "grievance" if "grievance" in text else "context"


def _by_code(text: str) -> Iterator[Found]:
    """A complaint about a councillor's conduct that goes outside, and the body here that decides on that."""
    code = phrases.CODE.search(text)
    outside = re.search(r"<(?:mo|ombudsman|standards)>", text)
    if not (code and outside and (phrases.COMPLAINT.search(text) or phrases.OUTSIDE.search(text))):
        return
    yield from _referred(text[: outside.start()])
    yield Found(
        "code-complaint", "special", outside.start(), _named(tags(outside[0])) or _ombudsman(outside[0]), reach="code"
    )


def _ombudsman(tag: str) -> tuple[str, ...]:
    return ("ombudsman-wales",) if "ombudsman" in tag else ()


def _mediation(text: str) -> Iterator[Found]:
    """Who brings them together; without anybody named it is but an informal way."""
    found = phrases.CONCILIATES.search(text)
    if not found:
        return
    named = tuple(tag for tag in tags(_without_sides(text)) if tag in _HELPERS)
    named = tuple(tag for tag in named if tag != "manager") or named
    if not named:
        yield from _first(text)
        return
    early = re.search(r"\binformal|\binitially\b|\bfirst\b", text) and "mo" not in named
    yield Found(
        "conciliator" if early else "mediation", "informal" if early else "mediation", found.start(), _named(named)
    )


def _without_sides(text: str) -> str:
    """The statement without those it is between, and without what comes before a leading comma."""
    told = re.sub(rf"\bbetween\b[^.;<]*?{TWO}", "", text)
    lead = re.match(r"(?:if|where|when|should|with regards? to|for issues|in the case)\b[^,]*,\s*", told)
    return told[lead.end() :] if lead else told


def _referred(text: str) -> Iterator[Found]:
    """Taken to a body of the council's that hears it."""
    to = targets(text)
    bodies = tuple(tag for tag in to.tags if tag in ("committee", "group"))
    if not bodies:
        return
    inside = tuple(tag for tag in to.tags if tag not in bodies)
    if inside:
        yield from _taken(text, to)
        yield Found("hears", "hears", to.at, _named(bodies))
    else:
        yield Found("referred", "hears", to.at, _named(bodies))


def _taken_to(text: str) -> Iterator[Found]:
    yield from _taken(text, targets(text))


def _taken(text: str, to: Target) -> Iterator[Found]:
    """Raised with somebody: informally, or as a complaint."""
    who = _named(tuple("concerned" if tag in ("officer", "councillor", "other") else tag for tag in to.tags))
    who = (*who, *(_ombudsman("ombudsman") if "ombudsman" in to.tags else ()))
    if not who:
        return
    with_them = to.last_with in ("concerned", "officer", "councillor", "other")
    formal = phrases.MANNERLY.search(text) or "mo" in to.tags or "ombudsman" in to.tags
    raised_with = "the-person-concerned" if with_them else "clerk" if to.last_with == "clerk" else ""
    yield Found(
        "complaint-to" if formal else "raised-with", "formal" if formal else "informal", to.at, who, raised_with
    )


def _heard(text: str) -> Iterator[Found]:
    """A body that hears it."""
    body = re.search(r"<(?:group|committee)>", text)
    hears = phrases.HEARS.search(text)
    if body and hears:
        yield Found("hears", "hears", hears.start(), _named(tags(body[0])), reach=_reach(text))


def _first(text: str) -> Iterator[Found]:
    found = phrases.INFORMAL.search(phrases.FAILED.sub(lambda gone: "-" * len(gone[0]), text))
    if found:
        yield Found("informal-first", "informal", found.start())


def _formal(text: str) -> Iterator[Found]:
    """A procedure to follow; each by its name, or formal steps without one."""
    used = re.search(rf"\b(?:{phrases.USED})\b", text)
    grievance, disciplinary = phrases.GRIEVANCE.search(text), phrases.DISCIPLINARY.search(text)
    formal = phrases.FORMAL.search(text)
    if used and grievance:
        reach: Reach = "employment" if re.search(r"\btheir employment\b|\bindividual <", text) else "grievance"
        yield Found("grievance", "formal", grievance.start(), reach=reach)
    if disciplinary and (used or re.search(r"\b(?:start|begin|consider|instigat|initiat|lead|result)\w*", text)):
        yield Found("disciplinary", "formal", disciplinary.start())
    if used and formal and not grievance and not disciplinary:
        yield Found("formal-steps", "formal", formal.start())


def _contact(text: str) -> Iterator[Found]:
    if found := phrases.CONTACT.search(text):
        yield Found("through-the-clerk", "special", found.start(), ("clerk",), reach="own")


_Kind: TypeAlias = Callable[[str], Iterator[Found]]
#: The kinds in the order in which they are tried, each with those that may stand beside it.
_KINDS: Final[tuple[tuple[_Kind, tuple[_Kind, ...]], ...]] = (
    (_policy, ()),
    (_not_in_public, ()),
    (_not_alone, ()),
    (_contact, ()),
    (_by_code, ()),
    (_mediation, (_formal,)),
    (_referred, ()),
    (_taken_to, (_heard,)),
    (_heard, (_first, _formal)),
    (_first, (_formal,)),
    (_formal, ()),
)
