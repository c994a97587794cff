"""For whom a rule holds: what its statement says itself, else what the statements and headings before it say.

In: statements in order, and what each was recognised as. Out: pairs (who raises it, about whom), and which of them
only a reading of the words reaches. Never: a pair where the words leave open which.
"""

import re
from typing import Final

from msgspec import Struct

from bot.pack import PAIRS
from content.importing import phrases
from content.importing.families import Found, in_public
from content.importing.offices import COUNCILLORS, STAFF, Pairs, Parties, pairs_of, parties, tags
from content.importing.passages import Statement
from content.importing.sides import Sides, narrowed, raised_by, said, speaker

_NONE: Final[Pairs] = frozenset()
_ACROSS: Final[Pairs] = pairs_of(STAFF, COUNCILLORS) | pairs_of(COUNCILLORS, STAFF)
_AMONG_STAFF: Final[Pairs] = pairs_of(STAFF, STAFF)
#: The clerk manages the other staff: what the clerk raises about one of them is no grievance for others to hear.
_AGAINST_STAFF: Final[Pairs] = _AMONG_STAFF - {("clerk", "officer")}
_GOES_ON: Final = re.compile(
    r"^(?:[a-z]+, )?(?:if|should|where|when|failing|once|after|in (?:that|such)|this|such|it|they|then"
    r"|within this|the matter)\b"
    r"(?=.*\b(?:not|cannot|still|un[a-z]+|fail[a-z]*|this|that|such|it|the matter|informal)\b)"
)
#: "It should then be raised …"; not "it is always better …".
_IT: Final = re.compile(
    r"^(?:\w+,? ){0,4}?(?:it|this|the (?:matter|issue|concern|complaint|grievance)) (?!(?:is|may be|might be"
    r"|will be|would be) (?:\w+ )?"
    r"(?:preferable|necessary|important|better|best|essential|hoped|recommended|possible|worth|desirable|vital|that))"
)
#: Rules that say whom to turn to.
_TURNS: Final = ("raised-with", "complaint-to", "referred")
#: Rules that say themselves whom they are for, or that only the person they name can break.
_OWN: Final = ("not-in-public", "through-the-clerk", "policy", "not-alone", "code-complaint")


class Reached(Struct, frozen=True):
    """The pairs a rule holds for, and those that only a reading reaches.

    `said`: its own statement names a side; `named`: it does, or it goes on about those just named.
    """

    pairs: Pairs
    inferred: Pairs = _NONE
    named: bool = False
    said: bool = False


class Ground:
    """What has been said so far: the scope of each section, the pairs of the clause and of the one before."""

    def __init__(self) -> None:
        self._scopes: dict[tuple[str, ...], Pairs] = {}
        self._seen: dict[tuple[str, ...], Pairs] = {}
        self._part: tuple[str, ...] = ()
        self._number, self._last, self._clause, self._before = -1, _NONE, _NONE, _NONE
        self._spoken_of, self._clerk = _NONE, False

    def enter(self, statement: Statement) -> None:
        """A statement is read: a new clause begins, perhaps, and perhaps it says whom the section is about."""
        if statement.section.path[:1] != self._part:
            self._part, self._clause, self._before = statement.section.path[:1], _NONE, _NONE
        if statement.number != self._number:
            self._before = self._clause or self._before
            self._number, self._last, self._clause, self._spoken_of = statement.number, _NONE, _NONE, _NONE
            self._clerk = False
        sides = said(statement.text)
        self._clerk = self._clerk or "<clerk>" in sides.row
        if sides.both and statement.section.trouble:
            path = statement.section.path
            self._scopes[path] = self._scopes.get(path, _NONE) | sides.pairs
        self._last = _side_of(sides.pairs, statement.section.sides) or self._last

    def keep(self, statement: Statement, spoken_of: Pairs, held: Pairs) -> None:
        """A rule was found there: whom its statement speaks of, and for whom it holds."""
        path = statement.section.path
        self._last, self._clause, self._spoken_of = held, self._clause | held, self._spoken_of | spoken_of
        self._seen[path] = self._seen.get(path, _NONE) | held

    @property
    def last(self) -> Pairs:
        """For whom the rule before in this clause holds."""
        return self._last

    @property
    def names_clerk(self) -> bool:
        """Whether the clause speaks of the clerk as one who raises it, or whom it is about."""
        return self._clerk

    def base(self, statement: Statement) -> Reached:
        """Whom a statement is about, before what its kind of rule adds or takes away."""
        text = statement.text
        if self._spoken_of and (told := self._one_of_them(text)):
            return told
        sides = said(text)
        if sides.pairs:
            return Reached(_side_of(sides.pairs, statement.section.sides), named=True, said=True)
        if sides.raisers or sides.about:
            return self._half(statement, sides)
        if self._last and (who := speaker(text)):
            return Reached(pairs_of(who, frozenset(about for _, about in self._last)), named=True, said=True)
        if (_GOES_ON.search(text) or _IT.search(text)) and (self._last or self._before):
            return Reached(self._last or self._before, named=bool(self._last))
        return self._around(statement)

    def _one_of_them(self, text: str) -> Reached | None:
        """ "If the officer is the clerk, …": a few of those the sentence before was for."""
        raisers = {raiser for raiser, _ in self._spoken_of}
        if who := raised_by(text):
            abouts = frozenset(about for _, about in self._spoken_of)
            return Reached(pairs_of(who, abouts), named=True, said=True)
        if not (found := narrowed(text)):
            return None
        by_raiser = (found.of or found.to) & raisers and not found.of & {about for _, about in self._spoken_of}
        kept = {pair for pair in self._spoken_of if pair[0 if by_raiser else 1] in found.to}
        return Reached(frozenset(kept), named=True, said=True) if kept else None

    def _half(self, statement: Statement, sides: Sides) -> Reached:
        """One side is named: the other is the one spoken of, or the one across."""
        if sides.raisers:
            spoken = frozenset(pair for pair in self._last if pair[0] in sides.raisers)
            around = self._around(statement)
            across = pairs_of(sides.raisers, frozenset(about for by, about in around.pairs if by in sides.raisers))
            inferred = (across - around.pairs) | (across & around.inferred)
            return Reached(spoken or across, _NONE if spoken else inferred, bool(spoken), said=True)
        headed = statement.section.sides.raisers
        raisers: Parties = headed or (COUNCILLORS if sides.about <= STAFF else STAFF | COUNCILLORS)
        return Reached(pairs_of(raisers, sides.about), named=True, said=True)

    def _around(self, statement: Statement) -> Reached:
        """Nobody is named: those just spoken of, else whom the section is about."""
        if self._last:
            return Reached(self._last)
        path = statement.section.path
        scope = next((self._scopes[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self._scopes), _NONE)
        sides = statement.section.sides
        if scope:
            return Reached(_side_of(scope, sides))
        if sides.raisers:
            return Reached(sides.pairs or pairs_of(sides.raisers, COUNCILLORS if sides.raisers <= STAFF else STAFF))
        seen = self._seen.get(path, _NONE) or self._before
        return Reached(seen) if seen else Reached(_ACROSS, inferred=_ACROSS)


def _side_of(scope: Pairs, sides: Sides) -> Pairs:
    """The scope as far as the heading's side goes: a procedure "for the clerk" whose words speak of other staff too."""
    side: Parties = STAFF if sides.raisers & STAFF else COUNCILLORS
    return frozenset(pair for pair in scope if pair[0] in side) or scope if sides.raisers else scope


def reached(statement: Statement, found: Found, base: Reached, ground: Ground) -> Reached:
    """For whom a rule holds, by its kind and by what it is about; no pairs where that is nobody."""
    match found.family:
        case "not-in-public":
            return Reached(in_public(statement.text).pairs, named=True)
        case "through-the-clerk":
            return Reached(pairs_of(COUNCILLORS, frozenset(("officer",))), named=True)
        case "policy":
            return Reached(pairs_of(STAFF, COUNCILLORS), named=True)
        case "disciplinary":
            return _only(base, pairs_of(COUNCILLORS, STAFF))
        case "code-complaint" if ground.last and not phrases.COMPLAINT.search(statement.text):
            return Reached(ground.last, named=True)
        case "code-complaint" if not said(statement.text).raisers:
            return Reached(pairs_of(STAFF | COUNCILLORS, COUNCILLORS), named=True)
        case "not-alone" if found.reach == "grievance" and _spoken_of_others(statement, base):
            raised = pairs_of(STAFF, COUNCILLORS) | _AGAINST_STAFF
            return Reached(raised, inferred=raised)
        case _:
            return _by_reach(found, base) if ground.names_clerk else _without_clerk(found, _by_reach(found, base))


def _spoken_of_others(statement: Statement, base: Reached) -> bool:
    """Whether what was said before is of councillors' concerns alone: a grievance is raised by employees all the same.

    Not where its statement or a heading says that it is for what councillors raise.
    """
    by_staff = any(raiser in STAFF for raiser, _ in base.pairs)
    return not by_staff and not base.said and not statement.section.sides.raisers


def _by_reach(found: Found, base: Reached) -> Reached:
    by_staff = _only(base, frozenset(pair for pair in PAIRS if pair[0] in STAFF))
    match found.reach:
        case "grievance" if found.family == "grievance":
            return by_staff
        case "grievance":
            return by_staff if not by_staff.pairs or base.said else _and(by_staff, _AGAINST_STAFF)
        case "employment":
            return _and(by_staff, _AMONG_STAFF) if by_staff.pairs else by_staff
        case "staff":
            return Reached(base.pairs | pairs_of(COUNCILLORS, STAFF) | _AGAINST_STAFF, base.inferred)
        case "personnel":
            return Reached(base.pairs | pairs_of(COUNCILLORS, STAFF) | _AMONG_STAFF, base.inferred)
        case _:
            return base


def _only(base: Reached, these: Pairs) -> Reached:
    return Reached(base.pairs & these, base.inferred & these, base.named, base.said)


def _and(base: Reached, more: Pairs) -> Reached:
    """With those whom only a reading of the words reaches."""
    return Reached(base.pairs | more, base.inferred | (more - base.pairs), base.named, base.said)


def _without_clerk(found: Found, told: Reached) -> Reached:
    """ "An officer tells the clerk", or the director, is not for the clerk."""
    own = found.family in ("raised-with", "complaint-to") and {"clerk", "officer"} & set(found.who)
    return _only(told, frozenset(pair for pair in told.pairs if "clerk" not in pair)) if own else told


def allowed(statement: Statement, found: Found, told: Reached) -> bool:
    """Whether it is a rule about trouble between people: by its section, or because it says so itself."""
    if not told.pairs or statement.section.public:
        return False
    if found.family in _TURNS and not told.said and _somebody_else(statement.text, told):
        return False
    itself = found.family in _OWN and (found.family != "not-alone" or found.reach != "context")
    itself = itself or (found.family == "hears" and "grievance" in statement.text)
    return statement.section.trouble or told.named or itself


def _somebody_else(text: str, told: Reached) -> bool:
    """Whether a statement begins with somebody who is not among those it would hold for."""
    first = next((tag for tag in tags(text) if tag in ("councillor", "officer", "other", "fellow")), "")
    return bool(first) and not parties((first,)) & {side for pair in told.pairs for side in pair[:1]}
