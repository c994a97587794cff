"""Protocols of every sort that a careful reader can tell the structure of, made up by Hypothesis.

In: how deep unnumbered headings may go in the form they are for. Out: strategies. Never: what print leaves open: a
short numbered line without a full stop, a list that begins as letters and Roman numbers both may.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hypothesis import strategies as st

from tests.reading.protocols import Paragraph, Part, Point, Protocol

_PLAIN = (
    "councillors staff the Clerk decides openly asks for advice and of it with care that each meeting whoever is in "
    "doubt speaks early agreed papers budget allotments hall may not answer in writing again neighbours"
).split()
_AWKWARD = (
    "“the Clerk”", "‘staff’", "members'", "the council's", "e-mail", "co-opted", "etc.", "e.g.", "within 14 days",
    "by 5.30 p.m.", "section 151", "clauses 3.2 and 4", "(a) or (b)", "– as it were –", "it—whatever it is—", "£250",
    "10%", "clerk@oakhurst.example", "https://oakhurst.example/a_b?c=d&e=1#top", "Grounds & Trees", "<none>", "a < b",
    "*not*", "_so_", "#7", "[sic]", "`so`", "1 of the 3", "Siân", "Ŵyn", "Zoë O’Brien", "naïve café", "Cyngor Tref",
    "C:\\papers", "half ½", "Nos. 3 and 4", "and/or", "…", "~6", "a|b", "&amp;", "2+2=4",
)  # fmt: skip
_BEGINNINGS = (
    "3 councillors",
    "2027 is the year that",
    "14 days",
    "A",
    "I",
    "“Council” means",
    "£50",
    "e-mail",
    "(Staff)",
)
_HEADINGS = (
    "Purpose", "Roles of members", "The Clerk & the press", "What if it goes wrong?", "ROLES", "Day-to-day matters",
    "Criticism and Complaints", "Y Gymraeg", "Access to papers", "Gifts", "IF THINGS GO WRONG", "Review", "Siân’s law",
    "Staff and their managers", "Part-time work", "Correspondence", "Use of premises", "Groups", "Training",
    "Confidence",
)  # fmt: skip


class Style(NamedTuple):
    """How a protocol is numbered: what is printed for the numbers of a heading and of a clause, outermost first.

    `through`: clauses count on from one part to the next. `deep`: its numbers tell the level of a heading.
    `flat`: it has one level of headings; two levels that are both numbered I, II cannot be told apart.
    """

    name: str
    heading: Callable[[tuple[int, ...]], str | None]
    clause: Callable[[tuple[int, ...]], str | None]
    through: bool = False
    deep: bool = False
    flat: bool = False


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def _lettered(numbers: tuple[int, ...]) -> str:
    return ".".join(["ABCDEFGHIJ"[numbers[0] - 1], *map(str, numbers[1:])])


def _first_with_dot(numbers: tuple[int, ...]) -> str:
    return _dotted(numbers) + ("." if len(numbers) == 1 else "")


def _none(_: tuple[int, ...]) -> None:
    return None


_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
STYLES = (
    Style("decimal", _dotted, _dotted, deep=True),
    Style("decimal-dot", _first_with_dot, _dotted, deep=True),
    Style("lettered", lambda numbers: _lettered(numbers) + ("." if len(numbers) == 1 else ""), _lettered, deep=True),
    Style("roman", lambda numbers: f"{_ROMANS[numbers[-1] - 1]}.", lambda numbers: f"({numbers[-1]})", flat=True),
    Style("through", _none, lambda numbers: f"{numbers[-1]}.", through=True),
    Style("unnumbered", _none, _none),
)

#: What lists are lettered with, and the lists inside them: two that cannot be taken for each other.
_LISTS = (("({})", "({})"), ("{})", "{})"), ("{}.", "{}."))


def _text(end: str, begin: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    words = st.lists(st.sampled_from(_PLAIN) | st.sampled_from(_AWKWARD), min_size=4, max_size=30)
    return st.builds(lambda first, rest: f"{first} {' '.join(rest)} {_PLAIN[0]}{end}", begin, words)


_BEGINS_AS_USUAL = st.sampled_from(
    ("Councillors", "Staff", "The Clerk", "Nobody", "Each of them", "2027 is the year that")
)
_ONE_WORD = st.sampled_from(("Courtesy.", "Agreed.", "None."))
_ITEMS = _text("", st.sampled_from(("hear", "keep to", "the", "not to", "Respect", "14 days for", "“none” or")))


@st.composite
def points(draw: st.DrawFn) -> tuple[Point, ...]:
    """A list of two to four lines, some with a list inside one of them."""
    texts = draw(st.lists(_ITEMS, min_size=2, max_size=4))
    kind = draw(st.sampled_from(("letters", "romans", "bullets", "nested")))
    outer, inner = draw(st.sampled_from(_LISTS))
    if kind == "bullets":
        return tuple(Point(text=f"{text};") for text in texts)
    marks = ("i", "ii", "iii", "iv") if kind == "romans" else "abcd"
    made = [Point(ref=outer.format(mark), text=f"{text};") for mark, text in zip(marks, texts, strict=False)]
    if kind == "nested":
        under = draw(st.lists(_ITEMS, min_size=2, max_size=3))
        at = draw(st.integers(0, len(made) - 1))
        romans = zip(("i", "ii", "iii"), under, strict=False)
        inside = tuple(Point(ref=inner.format(mark), text=f"{text};") for mark, text in romans)
        made[at] = Point(ref=made[at].ref, text=f"{texts[at]}:", points=inside)
    return tuple(made)


@st.composite
def protocols(draw: st.DrawFn, levels: int = 3, styles: tuple[Style, ...] = STYLES) -> Protocol:
    """A protocol of two to four parts; headings whose numbers don't tell their level go down to `levels`."""
    style = draw(st.sampled_from(styles))
    headings = iter(draw(st.permutations([one for one in _HEADINGS if levels > 1 or not one.isupper()])))
    opening = draw(st.lists(_text(".", _BEGINS_AS_USUAL), max_size=2))
    maker = _Maker(draw, style, headings, 3 if style.deep else 1 if style.flat else levels)
    return Protocol(
        name="generated",
        title="Protocol for Members and Officers",
        council="Oakhurst Vale Parish Council",
        adopted="Adopted by Oakhurst Vale Parish Council on 11 March 2024",
        opening=tuple(Paragraph(text=text) for text in opening),
        parts=tuple(maker.part((number,), 1) for number in range(1, draw(st.integers(2, 4)) + 1)),
    )


class _Maker:
    """Draws parts one after another: numbers that count through all of them need to know what came before."""

    def __init__(self, draw: st.DrawFn, style: Style, headings: Iterator[str], levels: int) -> None:
        self._draw, self._style, self._headings, self._levels = draw, style, headings, levels
        self._last = 0

    def part(self, numbers: tuple[int, ...], level: int) -> Part:
        heading = next(self._headings)
        if not self._style.through:
            self._last = 0
        paragraphs = self._paragraphs(numbers)
        last, parts = self._last, []
        if level < self._levels and self._draw(st.integers(0, 2)) == 0:
            for further in range(1, self._draw(st.integers(1, 2)) + 1):
                inner = (*numbers, last + further if self._style.deep else further)
                parts.append(self.part(inner, level + 1))
        return Part(heading=heading, ref=self._style.heading(numbers), paragraphs=paragraphs, parts=tuple(parts))

    def _paragraphs(self, numbers: tuple[int, ...]) -> tuple[Paragraph, ...]:
        made: list[Paragraph] = []
        for _ in range(self._draw(st.integers(1, 3))):
            # Mostly one after the other, now and then a gap or a number used twice.
            step = self._draw(st.sampled_from((1, 1, 1, 1, 1, 2, 0))) if self._last else 1
            self._last += step
            made.append(self._paragraph(self._style.clause((*numbers, self._last))))
            if made[-1].ref and self._draw(st.integers(0, 5)) == 0:
                made.append(Paragraph(text=self._draw(_text(".", _BEGINS_AS_USUAL)), carries_on=True))
        return tuple(made)

    def _paragraph(self, ref: str | None) -> Paragraph:
        begin = st.sampled_from(_BEGINNINGS) | _BEGINS_AS_USUAL if ref else _BEGINS_AS_USUAL
        if self._draw(st.integers(0, 2)) == 0:
            return Paragraph(ref=ref, text=self._draw(_text(":", begin)), points=self._draw(points()))
        return Paragraph(ref=ref, text=self._draw(_text(".", begin) | _ONE_WORD if ref else _text(".", begin)))
