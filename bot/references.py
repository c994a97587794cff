"""Reads a clause's number, or a heading's words, out of a question.

In: a question. Out: what it names, or what there is instead; None where it names nothing.
Never: guesses: a number that does not exist is said not to exist.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz

from bot.contents import Contents, Stand
from bot.pack import Heading
from bot.stems import folded, stems

_CUE = (
    r"(?:clauses?|sections?|paragraphs?|paras?|points?|parts?|articles?|rules?|chapters?|policy|numbers?|nos?|cl|sec|s)"
)
_PLACES = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_DIGITS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_DIGIT = rf"(?:{'|'.join(_DIGITS)})"
_SPELT = re.compile(rf"\b({_CUE}) ({_DIGIT}(?: (?:point |dot )?{_DIGIT})*)\b")
_LINE = "(?:bullet|item|point|line)"
#: "bullet 3 of 3.1", "the third bullet of 3.1"
_LINE_FIRST = re.compile(
    rf"\b (?: {_LINE}\ (\d{{1,2}}) | ({'|'.join(_PLACES)})\ {_LINE} ) \ (?:of|in|under)\ ( (?:{_CUE}\ )? \d[\d.]* )",
    re.VERBOSE,
)
_NUMBER = re.compile(
    rf"""
    (?P<cue> \b{_CUE}\.?\s* | §\s* | \#\s* )?
    (?<! [\d£$] ) (?<! \d\. )                     # no price, no part of a longer number
    (?P<number> \d{{1,2}} (?: \.\d{{1,2}} )* )
    (?! [\d%:] | \.\d )                           # no year, time or share
    (?P<after> \s* (?:am|pm|k|p|quid|pounds?|%) \b )?
    (?: [\s,]* (?:
        {_LINE}\s* (?P<bullet> \d{{1,2}} ) | (?:paragraph|para)\s* (?P<para> \d{{1,2}} ) | \( (?P<letter> [a-z] ) \)
    ) )?
    """,
    re.VERBOSE,
)
#: Words around a number that only ask to see it.
_SEE = frozenset(
    "what does do did say says show me read open look up tell about the is in of please whats s under see".split()
)
_NAME_CUES = frozenset(stems("section heading part bit chapter note extract passage headed called titled page"))
_FILLER = frozenset(
    stems("what does say show me read tell about where who when if how i my you our your procedure some which")
)
_NEAR_ENOUGH = 0.66


class Reference(NamedTuple):
    """What a question named. `stands` is empty where there is no such thing; `instead` then says what there is."""

    named: str
    stands: tuple[Stand, ...]
    instead: tuple[str, ...] = ()


class References:
    """The numbers and headings of one protocol."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._numbers = dict(_numbers(contents))
        self._names = list(_names(contents))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every printed number, in the document's order."""
        return tuple(self._numbers)

    def read(self, question: str) -> Reference | None:
        """What the question names by number, id or heading."""
        asked = _in_digits(folded(question).strip().strip("?.! "))
        stand = self._contents.get(asked) if re.search("[a-z]", asked) else None
        if stand is not None and not isinstance(stand.node, Heading):
            return Reference(stand.label, (stand,))
        return self._by_number(asked) or self._by_name(asked)

    # ------------------------------------------------------------ numbers

    def _by_number(self, asked: str) -> Reference | None:
        """Every number that is one; the first that is none, if there is no other."""
        read = [self._numbered(asked, found) for found in _NUMBER.finditer(asked) if not found["after"]]
        known = [reference for reference in read if reference is not None]
        real = [reference for reference in known if reference.stands]
        if len(real) < 2:
            return next(iter(real or known), None)
        stands = dict.fromkeys(stand for reference in real for stand in reference.stands)
        return Reference(", ".join(reference.named for reference in real), tuple(stands))

    def _numbered(self, asked: str, found: re.Match[str]) -> Reference | None:
        number = found["number"]
        asked_for = bool(found["cue"]) or _only_asks(asked, found)
        if (stands := self._numbers.get(number)) is not None:
            return self._within(number, stands, found) if asked_for or "." in number else None
        if (named := self._named_elsewhere(number)) is not None:
            return named
        return Reference(number, (), self._instead(number)) if asked_for else None

    def _within(self, number: str, stands: tuple[Stand, ...], found: re.Match[str]) -> Reference:
        """The clause of this number, or the line or paragraph of it that was asked for."""
        place = found["bullet"] or found["para"]
        if place is None and found["letter"] is None:
            return Reference(number, stands)
        whole = stands[0].id
        parts = [s for s in self._contents.under(whole) if s.parent or not isinstance(s.node, Heading)]
        index = int(place) - 1 if place else ord(found["letter"]) - ord("a")
        if 0 <= index < len(parts):
            return Reference(parts[index].label, (parts[index],))
        return Reference(found[0].strip(), (), tuple(part.label for part in parts) or (number,))

    def _named_elsewhere(self, number: str) -> Reference | None:
        """A number such as 13.7 may be another policy's, which some clause names."""
        for policy in self._contents.pack.policies:
            if "." in number and re.search(rf"\b{re.escape(number)}\b", policy.name):
                return Reference(policy.name, tuple(self._contents[id] for id in policy.clauses))
        return None

    def _instead(self, number: str) -> tuple[str, ...]:
        """The nearest numbers there are; in a document without numbers, its headings."""
        family = tuple(n for n in self._numbers if n.split(".")[0] == number.split(".")[0])
        top = tuple(n for n in self._numbers if "." not in n)
        return family or top or tuple(s.label for s in self._contents.headings() if not s.path)

    # ------------------------------------------------------------ headings

    def _by_name(self, asked: str) -> Reference | None:
        words = set(stems(asked))
        cue = bool(words & _NAME_CUES)
        wanted = words - _NAME_CUES - _FILLER
        if not wanted:
            return None
        likest = max(
            self._names, key=lambda row: (_likeness(wanted, row[0], cue), fuzz.ratio(asked, folded(row[1].label)))
        )
        if _likeness(wanted, likest[0], cue) < (_NEAR_ENOUGH if cue else 1.0):
            return None
        return Reference(likest[1].label, (likest[1],))


def _likeness(wanted: set[str], name: set[str], cue: bool) -> float:
    """How like a name the words are, 0 to 1; where a section was asked for, part of its name is nearly enough."""
    both = len(wanted & name)
    alike = 2 * both / (len(wanted) + len(name))
    return max(alike, 0.9) if cue and both == len(wanted) else alike


def _in_digits(asked: str) -> str:
    """Numbers in digits, and the line after the clause: "section five" is "section 5"."""

    def digits(found: re.Match[str]) -> str:
        parts = [str(_DIGITS.index(word)) for word in found[2].split() if word in _DIGITS]
        return f"{found[1]} {'.'.join(parts)}"

    def turned(found: re.Match[str]) -> str:
        return f"{found[3]} bullet {found[1] or _PLACES.index(found[2]) + 1}"

    return _LINE_FIRST.sub(turned, _SPELT.sub(digits, asked))


def _only_asks(asked: str, found: re.Match[str]) -> bool:
    """Whether nothing else of weight stands around the number."""
    return not set(re.findall(r"[a-z]+", asked[: found.start()] + " " + asked[found.end() :])) - _SEE


def _numbers(contents: Contents) -> Iterator[tuple[str, tuple[Stand, ...]]]:
    found: dict[str, list[Stand]] = {}
    for stand in contents.stands.values():
        if stand.ref and stand.parent is None:
            found.setdefault(stand.ref.strip(" .)(").casefold(), []).append(stand)
    yield from ((number, tuple(stands)) for number, stands in found.items())


def _names(contents: Contents) -> Iterator[tuple[set[str], Stand]]:
    """Headings and lines that lead a list, by their own words and by those together with the headings above."""
    for stand in contents.stands.values():
        leads = not isinstance(stand.node, Heading) and stand.parent is None and stand.wording.endswith(":")
        if isinstance(stand.node, Heading) or leads:
            own = set(stems(stand.wording)) - _FILLER - _NAME_CUES
            yield own, stand
            if stand.path:
                yield own | (set(stems(" ".join(stand.path))) - _FILLER - _NAME_CUES), stand
