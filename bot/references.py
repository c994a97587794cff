"""Reads a clause's number, or a heading's words, out of a question.

In: a question. Out: what it names, or what there is instead; None where it names nothing.
Never: guesses: a number that does not exist is said not to exist.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz

from bot.contents import Contents, Stand
from bot.pack import Clause, Heading
from bot.stems import folded, stem, stems
from bot.stems import words as whole_words

_CUE = (
    r"(?:clauses?|sections?|paragraphs?|paras?|points?|parts?|articles?|rules?|chapters?|policy|numbers?|nos?|cl|sec|s)"
)
_PLACES = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_DIGITS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_DIGIT = rf"(?:{'|'.join(_DIGITS)})"
_SPELT = re.compile(rf"\b({_CUE} {_DIGIT}(?: (?:point |dot )?{_DIGIT})*|{_DIGIT}(?: (?:point|dot) {_DIGIT})+)\b")
_LINE = "(?:bullet|item|point|line|b)"
#: "bullet 3 of 3.1", "the third bullet of 3.1"
_LINE_FIRST = re.compile(
    rf"\b (?: {_LINE}\ (\d{{1,2}}) | ({'|'.join(_PLACES)})\ {_LINE} ) \ (?:of|in|under)\ ( (?:{_CUE}\ )? \d[\d.]* )",
    re.VERBOSE,
)
_NUMBER = re.compile(
    rf"""
    (?P<cue> \b{_CUE}\.?\s* | §\s* | \#\s* )?
    (?<! [\d£$=] ) (?<! \d\. )                    # no price or sum, no part of a longer number
    (?P<number> \d{{1,2}} (?: \.\d{{1,2}} )* )
    (?! [\d%:=] | \.\d )                          # no year, time, sum or share
    (?: (?: , \s? | \s ) (?P<second> \d{{1,2}} ) \b (?! [.:%] ) )?
    (?P<after> \s* (?:am|pm|k|p|quid|pounds?|%) \b )?
    (?: [\s,]* (?:
        {_LINE}\s* (?P<bullet> \d{{1,2}} )
        | (?:paragraph|para)\s* (?P<para> \d{{1,2}} )
        | \( (?: (?P<letter> [a-z] ) | (?P<nth> \d{{1,2}} ) ) \)
    ) )?
    """,
    re.VERBOSE,
)
#: "3.2-3.4", "3.2 to 3.4"
_RANGE = re.compile(r"\b(\d{1,2}(?:\.\d{1,2})+) ?(?:-|–|to) ?(\d{1,2}(?:\.\d{1,2})+)\b")
#: "page 3" and "section 28 of the Localism Act" are somewhere else
_ELSEWHERE = re.compile(r"\bpages? $")
_LAW = re.compile(r".{0,40}\b(?:act|regulations|order)\b")
#: "Section 3", "Part B", "Appendix A": the names of a document's largest parts.
_PART = re.compile(
    r"\b((?:part|section|appendix|annexe?|schedule|chapter|article) "
    r"(?:\d{1,2}(?:\.\d{1,2})?|[a-z]|[ivx]{1,5}))\b(?!\.?\d|\s?\()"
)
_MANY = 12  # numbers; a question with more is none
#: Words around a number that only ask to see it.
_SEE = frozenset(
    "what does do did say says show me read open look up tell about the is in of please whats s under see "
    "and or to with between compare".split()
)
_CUES = frozenset("section heading part bit chapter note extract passage headed called titled page".split())
#: Words beside a heading's own that ask for it and tell of nobody.
_ASK_FOR = _CUES | (_SEE - {"me"}) | frozenset("a an at on for when where if how which".split())
_NAME_CUES = frozenset(map(stem, _CUES))
_FILLER = frozenset(stems("what does say show me read tell about where who when if how i my you our your some which"))
_NEAR_ENOUGH = 0.66


class Reference(NamedTuple):
    """What a question named. `stands` is what there is of it, `missing` what there is not.

    Where `stands` is empty, `instead` says what there is. `alone`: nothing else was asked. `by_words`: it is a heading
    that the words come near, and they may tell of something else: "I was bullied" is not "Bullying".
    """

    named: str
    stands: tuple[Stand, ...]
    instead: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    alone: bool = True
    by_words: bool = False


class References:
    """The numbers and headings of one protocol."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._numbers = dict(_numbers(contents))
        self._printed = _printed(contents)
        self._labels = {_in_digits(folded(stand.label)): stand for stand in reversed(contents.stands.values())}
        self._names = list(_names(contents))

    def read(self, question: str) -> Reference | None:
        """What the question names by id, by number, or by a heading's words."""
        asked = _in_digits(folded(question).strip().strip("?.! "))
        asked = asked.removeprefix(f"{self._contents.pack.council}-")
        stand = self._contents.get(asked) if re.search("[a-z]", asked) else None
        if stand is not None and not isinstance(stand.node, Heading):
            return Reference(stand.label, (stand,))
        return self._as_printed(asked) or self._by_part(asked) or self._by_number(asked) or self._by_name(asked)

    # ------------------------------------------------------------ numbers

    def _as_printed(self, asked: str) -> Reference | None:
        """A number with letters in it, such as 3.2a, A.1 or (iv), asked for by itself."""
        bare = re.sub(rf"^(?:{_CUE}\.? )", "", asked)
        stand = self._printed.get(_bare(bare)) or (self._labels.get(bare) if re.search("[a-z]", bare) else None)
        return Reference(stand.label, (stand,)) if stand else None

    def _by_part(self, asked: str) -> Reference | None:
        """The parts that are printed with a word and a number, "Section 3", and are asked for so."""
        found = [one for one in islice(_PART.finditer(asked), _MANY) if not _LAW.match(asked[one.end() :])]
        stands = dict.fromkeys(stand for one in found for stand in self._numbers.get(_bare(one[1]), ()))
        if not stands:
            return None
        named = ", ".join(stand.label for stand in stands)
        return Reference(named, tuple(stands), alone=_only_asks(_PART.sub(" ", asked)))

    def _by_number(self, asked: str) -> Reference | None:
        """Every number that is one; the first that is none, if there is no other."""
        alone = _only_asks(_NUMBER.sub(" ", asked))
        if found := _RANGE.search(asked):
            return self._range(found)._replace(alone=alone)
        read = [self._numbered(asked, found) for found in islice(_NUMBER.finditer(asked), _MANY)]
        known = [reference for reference in read if reference is not None]
        real = [reference for reference in known if reference.stands]
        if len(known) < 2 or not real:
            return next((reference._replace(alone=alone) for reference in known), None)
        stands = dict.fromkeys(stand for reference in real for stand in reference.stands)
        missing = tuple(reference.named for reference in known if not reference.stands)
        named = ", ".join(reference.named for reference in real)
        return Reference(named, tuple(stands), missing=missing, alone=alone)

    def _range(self, found: re.Match[str]) -> Reference:
        """3.2-3.4: everything from the one to the other."""
        numbers = list(self._numbers)
        ends = [number for number in found.groups() if number in self._numbers]
        if len(ends) < 2:
            absent = tuple(number for number in found.groups() if number not in self._numbers)
            stands = tuple(stand for number in ends for stand in self._numbers[number])
            return Reference(found[0], stands, self._instead(absent[0]), missing=absent if stands else ())
        first, last = sorted(numbers.index(number) for number in ends)
        stands = tuple(stand for number in numbers[first : last + 1] for stand in self._numbers[number])
        return Reference(found[0], stands)

    def _numbered(self, asked: str, found: re.Match[str]) -> Reference | None:
        if found["after"] or _ELSEWHERE.search(asked[: found.start("number")]) or _LAW.match(asked[found.end() :]):
            return None
        number = self._joined(found)
        asked_for = bool(found["cue"]) or _only_asks(f"{asked[: found.start()]} {asked[found.end() :]}")
        if (stands := self._numbers.get(number)) is not None:
            return self._within(number, stands, found) if asked_for or "." in number else None
        if (named := self._named_elsewhere(number)) is not None:
            return named
        return Reference(number, (), self._instead(number)) if asked_for else None

    def _joined(self, found: re.Match[str]) -> str:
        """The number; "3,2" and "3 2" are 3.2 where there is one."""
        joined = f"{found['number']}.{found['second']}"
        return joined if found["second"] and joined in self._numbers else found["number"]

    def _within(self, number: str, stands: tuple[Stand, ...], found: re.Match[str]) -> Reference:
        """The clause of this number, or the line or paragraph of it that was asked for."""
        place = found["bullet"] or found["nth"] or found["para"]
        if place is None and found["letter"] is None:
            return Reference(number, stands)
        parts = self._paragraphs(stands[0]) if found["para"] else self._lines(stands[0])
        index = int(place) - 1 if place else ord(found["letter"]) - ord("a")
        if 0 <= index < len(parts):
            return Reference(parts[index].label, (parts[index],))
        return Reference(found[0].strip(), (), tuple(part.label for part in parts) or (number,))

    def _lines(self, stand: Stand) -> list[Stand]:
        """The lines of a list; under a heading, its clauses."""
        return [s for s in self._contents.under(stand.id) if not isinstance(s.node, Heading)]

    def _paragraphs(self, stand: Stand) -> list[Stand]:
        """The paragraphs under a heading, or a clause and those that carry it on."""
        if isinstance(stand.node, Heading):
            return self._lines(stand)
        carried_on = (
            s for s in self._contents.clauses() if isinstance(s.node, Clause) and s.node.continues == stand.ref
        )
        return [stand, *carried_on]

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
        outer = tuple(s.label for s in self._contents.headings() if not s.path)
        return family or top or tuple(self._numbers) or outer

    # ------------------------------------------------------------ headings

    def _by_name(self, asked: str) -> Reference | None:
        words = set(stems(asked))
        cue = bool(words & _NAME_CUES)
        wanted = _name(words)
        if not wanted or not self._names:
            return None
        alike = [_likeness(wanted, name, cue) for name, _ in self._names]
        most = max(alike)
        if most < (_NEAR_ENOUGH if cue else 1.0):
            return None
        likest = [stand for likeness, (_, stand) in zip(alike, self._names, strict=True) if likeness == most]
        named = max(likest, key=lambda stand: fuzz.ratio(asked, folded(stand.label)))
        return Reference(named.label, (named,), by_words=_adds(asked, named))


def _name(words: set[str]) -> set[str]:
    """The words of a name that tell it from others; numbers have a reader of their own."""
    return {word for word in words - _NAME_CUES - _FILLER if not word[0].isdigit()}


def _adds(asked: str, heading: Stand) -> bool:
    """Whether anything in what was asked is neither a word of the heading, and of those above it, nor asks for it."""
    own = whole_words(" ".join((*heading.path, heading.label, heading.wording)), every=True)
    return not set(whole_words(asked, every=True)) <= _ASK_FOR.union(own)


def _likeness(wanted: set[str], name: set[str], cue: bool) -> float:
    """How like a name the words are, 0 to 1; where a section was asked for, part of its name is nearly enough."""
    both = len(wanted & name)
    alike = 2 * both / (len(wanted) + len(name))
    return max(alike, 0.9) if cue and both == len(wanted) else alike


def _in_digits(asked: str) -> str:
    """Numbers in digits, and the line after the clause: "section five" is "section 5"."""

    def digits(found: re.Match[str]) -> str:
        parts = [str(_DIGITS.index(word)) for word in found[1].split() if word in _DIGITS]
        cue = [word for word in found[1].split()[:1] if word not in _DIGITS]
        return " ".join((*cue, ".".join(parts)))

    def turned(found: re.Match[str]) -> str:
        return f"{found[3]} bullet {found[1] or _PLACES.index(found[2]) + 1}"

    return _LINE_FIRST.sub(turned, _SPELT.sub(digits, asked))


def _only_asks(around: str) -> bool:
    """Whether nothing of weight stands around a number."""
    return not set(re.findall(r"[a-z]+", around)) - _SEE


def _bare(ref: str) -> str:
    """A printed number without brackets, spaces and its last dot."""
    return re.sub(r"[\s()\[\]]", "", ref.casefold()).strip(".:")


def _numbers(contents: Contents) -> Iterator[tuple[str, tuple[Stand, ...]]]:
    found: dict[str, list[Stand]] = {}
    for stand in contents.stands.values():
        if stand.ref and stand.parent is None:
            found.setdefault(_bare(stand.ref), []).append(stand)
    for number, stands in list(found.items()):
        if number[0].isalpha() and (digits := re.fullmatch(r"[a-z]{4,}(\d+)", number)):  # "clause 3" is Section 3 too
            found.setdefault(digits[1], stands)
    yield from ((number, tuple(stands)) for number, stands in found.items())


def _printed(contents: Contents) -> dict[str, Stand]:
    """Numbers that are more than digits and dots, and those of lines in lists, with and without their clause's."""
    found: dict[str, Stand] = {}
    for stand in contents.stands.values():
        if stand.ref:
            for ref in (_bare(stand.label), _bare(stand.ref)):
                if not re.fullmatch(r"[\d.]+", ref) or stand.parent:
                    found.setdefault(ref, stand)
    return found


def _names(contents: Contents) -> Iterator[tuple[set[str], Stand]]:
    """Headings and lines that lead a list, by their own words and by those together with the headings above."""
    for stand in contents.stands.values():
        leads = not isinstance(stand.node, Heading) and stand.parent is None and stand.wording.endswith(":")
        if isinstance(stand.node, Heading) or leads:
            own = _name(set(stems(stand.wording)))
            yield own, stand
            if stand.path:
                yield own | _name(set(stems(" ".join(stand.path)))), stand
