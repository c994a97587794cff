"""Reads a clause's number, or a heading's words, out of a question.

In: a question. Out: what it names, or what there is instead; None where it names nothing.
Never: guesses: a number that does not exist is said not to exist.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.contents import Contents, Stand
from bot.pack import Heading
from bot.stems import folded, stems

_CUE = (
    r"(?:clauses?|sections?|paragraphs?|paras?|points?|parts?|articles?|rules?|chapters?|policy|numbers?|nos?|cl|sec|s)"
)
_NUMBER = re.compile(
    rf"(?P<cue>\b{_CUE}\.?\s*|§\s*|#\s*)?(?<![\d.£$])(?P<number>\d{{1,2}}(?:\.\d{{1,2}})*)(?![\d%:]|\.\d)(?P<after>\s*(?:am|pm|k|p|quid|pounds?|%)\b)?"
    r"(?:[\s,]*(?:(?:bullet|item|point|line)\s*(?P<bullet>\d{1,2})|(?:paragraph|para)\s*(?P<para>\d{1,2})|\((?P<letter>[a-z])\)))?"
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
        asked = folded(question).strip().strip("?.! ")
        stand = self._contents.get(asked) if re.search("[a-z]", asked) else None
        if stand is not None and not isinstance(stand.node, Heading):
            return Reference(stand.label, (stand,))
        return self._by_number(asked) or self._by_name(asked)

    # ------------------------------------------------------------ numbers

    def _by_number(self, asked: str) -> Reference | None:
        for found in _NUMBER.finditer(asked):
            if found["after"]:
                continue
            number = found["number"]
            if (stands := self._numbers.get(number)) is not None:
                if found["cue"] or "." in number or _only_asks(asked, found):
                    return self._within(number, stands, found)
            elif (named := self._named_elsewhere(number)) is not None:
                return named
            elif found["cue"] or _only_asks(asked, found):
                return Reference(number, (), self._instead(number))
        return None

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
        best, stand = 0.0, None
        for name, candidate in self._names:
            likeness = 2 * len(wanted & name) / (len(wanted) + len(name))
            if likeness > best:
                best, stand = likeness, candidate
        if stand is None or best < (_NEAR_ENOUGH if cue else 1.0):
            return None
        return Reference(stand.label, (stand,))


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
