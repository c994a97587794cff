"""A protocol made addressable: every clause, item, note and heading by its id, with its label and heading path.

In: a `Pack`. Out: `Contents`. Never: ranks anything, changes anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from bot.pack import Clause, Heading, Item, Note, Pack, Strength

Node: TypeAlias = Clause | Item | Note | Heading


class Stand(NamedTuple):
    """A piece of the protocol together with where it stands.

    `label` is how it is cited ("3.2, bullet 5"), `path` its headings with their numbers, outermost first,
    `lead_in` the line that leads the list it is in, `parent` the id of the clause or item above it.
    """

    id: str
    label: str
    path: tuple[str, ...]
    lead_in: str
    node: Node
    parent: str | None
    sections: tuple[str, ...]

    @property
    def strength(self) -> Strength:
        """Headings and notes have none."""
        return "none" if isinstance(self.node, Heading | Note) else self.node.strength

    @property
    def topics(self) -> tuple[str, ...]:
        """Headings have none."""
        return () if isinstance(self.node, Heading) else self.node.topics

    @property
    def ref(self) -> str | None:
        """The printed number."""
        return None if isinstance(self.node, Note) else self.node.ref

    @property
    def items(self) -> tuple[Item, ...]:
        """The list under it."""
        return self.node.items if isinstance(self.node, Clause | Item) else ()

    @property
    def in_part(self) -> tuple[Strength, ...]:
        """Other strengths that parts of it have."""
        return self.node.in_part if isinstance(self.node, Clause | Item) else ()

    @property
    def adopted(self) -> bool:
        """Whether the words are the council's adopted ones."""
        return isinstance(self.node, Clause | Item) and bool(self.node.text)

    @property
    def wording(self) -> str:
        """The adopted wording where there is one, else the plain one; a heading's own words."""
        match self.node:
            case Heading():
                return self.node.heading
            case Note():
                return self.node.plain
            case _:
                return self.node.text or self.node.plain


def titled(heading: Heading) -> str:
    """A heading as it is printed, number and words, a colon after "Section 3"; one at its end is left off."""
    between = ": " if heading.ref and " " in heading.ref and heading.ref != heading.heading else " "
    return f"{heading.ref or ''}{between}{heading.heading}".strip().removesuffix(":")


class Citing(NamedTuple):
    """How a piece without a number of its own is cited: its place in what stands `above` it.

    The one made without words is for what looks at a pack by itself, on no council's behalf: it cites in English.
    """

    paragraph: str = "{above}, paragraph {number}"
    following: str = "{above}, next paragraph"
    bullet: str = "{above}, bullet {number}"


_ENGLISH: Final = Citing()


class Contents:
    """Every addressable piece of one protocol, in the document's order.

    Of an edition that was adopted, `since` is the day from which it is in force, `minute` the minute of that.
    """

    def __init__(self, pack: Pack, since: date | None = None, minute: str = "", *, citing: Citing = _ENGLISH) -> None:
        self.citing = citing
        self.pack = pack
        self.since = since
        self.minute = minute
        self.stands: dict[str, Stand] = {stand.id: stand for stand in _walk(pack, citing)}

    def __getitem__(self, id: str) -> Stand:
        return self.stands[id]

    def get(self, id: str) -> Stand | None:
        """The piece with this id, or None."""
        return self.stands.get(id)

    def under(self, id: str) -> list[Stand]:
        """What stands directly under a heading (clauses and lower headings) or a clause (items), in order."""
        node = self.stands[id].node
        if not isinstance(node, Heading):
            return [stand for stand in self.stands.values() if stand.parent == id]
        return [s for s in self.stands.values() if s.parent is None and s.sections[-1:] == (id,)]

    def within(self, id: str) -> list[Stand]:
        """Every clause under a heading, lower headings' clauses too, in order."""
        return [
            s for s in self.stands.values() if id in s.sections and s.parent is None and not isinstance(s.node, Heading)
        ]

    def on(self, topic: str) -> list[Stand]:
        """The clauses on a topic: those that are first of all about it come first."""
        return list(self._on.get(topic, ()))

    @cached_property
    def _on(self) -> Mapping[str, Sequence[Stand]]:
        found: dict[str, list[Stand]] = {}
        for stand in self.clauses():
            for topic in dict.fromkeys(stand.topics):
                found.setdefault(topic, []).append(stand)
        return {topic: sorted(stands, key=lambda s: s.topics.index(topic)) for topic, stands in found.items()}

    def first_on(self, topic: str) -> list[Stand]:
        """The clauses that are first of all about a topic; failing that, whatever is on it."""
        found = self.on(topic)
        return [s for s in found if s.topics[0] == topic] or found

    def clauses(self) -> list[Stand]:
        """Everything that can be an answer by itself: items, clauses, notes."""
        return [s for s in self.stands.values() if not isinstance(s.node, Heading)]

    def headings(self) -> list[Stand]:
        """The headings, in order."""
        return [s for s in self.stands.values() if isinstance(s.node, Heading)]


def _walk(pack: Pack, citing: Citing) -> Iterator[Stand]:
    for note in pack.notes:
        yield Stand(note.id, note.where, (note.where,), "", note, None, ())
    above: list[Heading] = []
    path: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    place = 0
    for i, node in enumerate(pack.body):
        if isinstance(node, Heading):
            above = [h for h in above if h.level < node.level]
            outer = tuple(h.id for h in above)
            above.append(node)
            place = 0
            yield Stand(node.id, titled(node), tuple(map(titled, above[:-1])), "", node, None, outer)
            path, sections = tuple(map(titled, above)), (*outer, node.id)  # one for all that stands under it
        else:
            place += 1
            alone = all(
                isinstance(beside, Heading) for beside in (*pack.body[max(i - 1, 0) : i], *pack.body[i + 1 : i + 2])
            )
            title = _name(above[-1]) if above else pack.document.title
            there = title if alone else citing.paragraph.format(above=title, number=place)
            label = _label(node, there, citing)
            yield Stand(node.id, label, path, "", node, None, sections)
            yield from _items(node, label, path, sections, citing)


def _items(
    above: Clause | Item, label: str, path: tuple[str, ...], sections: tuple[str, ...], citing: Citing
) -> Iterator[Stand]:
    lead_in = above.text or above.plain
    bullet = 0
    for item in above.items:
        bullet += item.ref is None
        unnumbered = citing.bullet.format(above=label, number=bullet)
        mine = _item_label(label, item.ref) if item.ref else unnumbered
        yield Stand(item.id, mine, path, lead_in, item, above.id, sections)
        yield from _items(item, mine, path, sections, citing)


def _item_label(above: str, ref: str) -> str:
    """3.2 (a); but an item printed 1.1.1 needs no 1.1 before it."""
    return ref if ref.startswith(above) else f"{above} {ref}"


def _label(clause: Clause, place: str, citing: Citing) -> str:
    """How a clause is cited: by its own number, else by the nearest number or name above it, its place in that."""
    if clause.ref:
        return clause.ref.rstrip(".)")
    if clause.continues:
        return citing.following.format(above=clause.continues)
    wording = clause.text or clause.plain
    if clause.items and len(wording) < 90 and wording.endswith(":"):
        return wording.removesuffix(":")
    return place


def _name(heading: Heading) -> str:
    """A heading as it is cited: its bare number, else its words."""
    return heading.ref.rstrip(".)") if heading.ref else titled(heading)
