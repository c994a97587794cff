"""Stable ids for every heading, clause and item of an outline: from printed numbers, else from headings' words.

In: an outline's body. Out: the same as a pack's body, wording and numbers as printed, no topics yet.
Never: gives two the same id, or another id to the same document read again.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bot import cutting
from bot.pack import Clause, Heading, Item
from bot.stems import folded
from content.importing import strengths
from content.reading.structure import Entry, Passage, Title

_SMALL = frozenset(
    "a an the of to in on at by for with and or as is are be our its their who what when if from".split()
)
_NOTHING = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_WORDS = 4  # of a heading, in an id
_LONGEST = 48  # characters of an id: buttons carry several
_DEEPEST = 20  # lists within lists: whatever goes through a pack goes down as many calls


def body(outlined: Sequence[Title | Passage]) -> tuple[Heading | Clause, ...]:
    """Every heading and passage with its id; levels that a heading skips are closed up."""
    return tuple(_Namer(outlined).named())


def bare(ref: str) -> str:
    """A printed number as an id has it: "2.2)" is 2.2, "(a)" is a, "Section 3" is section-3."""
    return re.sub(r"[^a-z0-9.-]+", "", re.sub(r"([a-z]{2,})\s+(?=\w)", r"\1-", ref.casefold())).strip(".-")


def _slug(text: str) -> str:
    """The first words of weight of a heading, with hyphens between."""
    words = re.findall(r"[a-z0-9]+", folded(text))
    telling = [word for word in words if word not in _SMALL] or words
    return "-".join(telling[:_WORDS])


def slug_of_all(text: str) -> str:
    """Every word of a name, with hyphens between."""
    return "-".join(re.findall(r"[a-z0-9]+", folded(text.replace("-", " "))))


def one_line(text: str) -> str:
    """The wording as it is, its white space one blank each; what is no character at all is white space too."""
    return cutting.one_line(_NOTHING.sub(" ", text))


def apart(wanted: str, taken: set[str]) -> str:
    """The id, or the first of id-2, id-3 … that is free; it is taken from then on."""
    id, n = wanted[:_LONGEST].strip("-."), 1
    while id in taken:
        n += 1
        id = f"{wanted[: _LONGEST - 4].strip('-.')}-{n}"
    taken.add(id)
    return id


class _Namer:
    def __init__(self, outlined: Sequence[Title | Passage]) -> None:
        self._outlined = outlined
        passages = [node for node in outlined if isinstance(node, Passage)]
        titles = [node for node in outlined if isinstance(node, Title)]
        self._numbers = Counter(bare(node.ref) for node in passages if node.ref)
        self._numbers.update(bare(node.ref) for node in titles if node.ref)
        self._slugs = Counter(_slug(node.text) for node in titles)
        self._taken: set[str] = set()
        self._above: list[Heading] = []
        self._printed: list[int] = []  # the levels of `_above` as the outline has them
        self._place = 0
        self._last = ""

    def named(self) -> Iterator[Heading | Clause]:
        for node in self._outlined:
            yield self._heading(node) if isinstance(node, Title) else self._clause(node)

    def _heading(self, title: Title) -> Heading:
        while self._printed and self._printed[-1] >= title.level:
            self._printed.pop()
            self._above.pop()
        own = bare(title.ref) if title.ref else _slug(title.text)
        wanted = own or "section"
        if title.ref and self._numbers[own] > 1:
            wanted = f"{own}-section"
        elif not title.ref and self._slugs[own] > 1 and self._above:
            wanted = f"{self._above[-1].id}-{own}"
        level = len(self._above) + 1
        heading = Heading(heading=one_line(title.text), ref=title.ref, level=level, id=apart(wanted, self._taken))
        self._above.append(heading)
        self._printed.append(title.level)
        self._place, self._last = 0, ""
        return heading

    def _clause(self, passage: Passage) -> Clause:
        id = apart(self._wanted(passage), self._taken)
        if passage.ref:
            self._last = id
        text = one_line(passage.text)
        strength, in_part = strengths.of(text)
        return Clause(
            id=id,
            ref=passage.ref,
            strength=strength,
            in_part=in_part,
            topics=(),
            text=text,
            continues=passage.continues and passage.continues.strip(".)"),
            items=self._items(passage.entries, id, text),
        )

    def _wanted(self, passage: Passage) -> str:
        section = self._above[-1].id.removesuffix("-section") if self._above else "intro"
        if passage.ref and (number := bare(passage.ref)):
            return number if self._numbers[number] == 1 else f"{section}-{number}"
        if passage.continues and self._last:
            return f"{self._last}-p2"
        self._place += 1
        return f"{section}-p{self._place}"

    def _items(self, entries: Sequence[Entry], above: str, lead_in: str, level: int = 1) -> tuple[Item, ...]:
        side_by_side = entries if level < _DEEPEST else list(_in_one_list(entries))
        return tuple(self._item(entry, n, above, lead_in, level) for n, entry in enumerate(side_by_side, 1))

    def _item(self, entry: Entry, n: int, above: str, lead_in: str, level: int) -> Item:
        number = bare(entry.ref) if entry.ref else ""
        wanted = number if number.startswith(f"{above}.") else f"{above}-{number or f'b{n}'}"
        id = apart(wanted, self._taken)
        text = one_line(entry.text)
        strength, in_part = strengths.of(text, lead_in)
        return Item(
            id=id,
            ref=entry.ref,
            marker=None if entry.ref else entry.marker or "•",
            strength=strength,
            in_part=in_part,
            topics=(),
            text=text,
            items=self._items(entry.entries, id, text, level + 1),
        )


def _in_one_list(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Every line of a list and of the lists under it, in order."""
    waiting = list(reversed(entries))
    while waiting:
        entry = waiting.pop()
        yield replace(entry, entries=())
        waiting.extend(reversed(entry.entries))
