"""What one wording of a protocol says otherwise than another: clause by clause, line by line, the words marked.

In: the contents of two wordings of one council.
Out: differences, in the order of the new wording; what is gone stands where it stood.
Never: a difference in white space; a guess: a clause that was split is a changed one and an added one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from bot.contents import Citing, Contents, Stand
from bot.pack import Heading, Note, Pack
from bot.pairing import Pairs, number, pairs, words_of

#: `worded`: adopted words stand where only plain ones were known; they are not compared. `renamed` is for headings.
What: TypeAlias = Literal["added", "gone", "worded", "changed", "renamed", "moved", "renumbered"]
WHATS: Final[tuple[What, ...]] = ("added", "gone", "worded", "changed", "renamed", "moved", "renumbered")
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_KNOWN: Final = 8  # pairs of wordings whose differences are remembered
_MARKED: Final = 128  # changed pieces that are
_LONG: Final = 400_000  # words and blanks of one times those of the other: what takes longer to mark than one may wait


class Run(NamedTuple):
    """Some words of a changed clause: both have them, or they were taken out, or put in."""

    what: Literal["kept", "out", "in"]
    text: str


class Difference(NamedTuple):
    """One piece that is not as it was. `old` is None where it was added, `new` where it is gone."""

    what: tuple[What, ...]
    old: Stand | None
    new: Stand | None

    @property
    def runs(self) -> tuple[Run, ...]:
        """The words of both, in order, where they were changed: those kept and taken out are the old ones.

        They are found when they are asked for: of many differences only some are ever shown.
        """
        if self.old is None or self.new is None or not {"changed", "renamed"} & set(self.what):
            return ()
        return marked(words_of(self.old), words_of(self.new))

    @property
    def stand(self) -> Stand:
        """The piece as it stands now; where it is gone, as it stood."""
        found = self.new or self.old
        assert found is not None  # noqa: S101  # one of the two is there
        return found


def between(old: Contents, new: Contents) -> tuple[Difference, ...]:
    """Everything that is not as it was. Notes, topics and rules are not compared: they are not the council's words."""
    return _between(old.pack, new.pack, new.citing)


@lru_cache(maxsize=_KNOWN)
def _between(before: Pack, after: Pack, citing: Citing) -> tuple[Difference, ...]:
    old, new = Contents(before, citing=citing), Contents(after, citing=citing)
    known = pairs(old, new)
    moved = _moved(old, new, known)
    found = [one for stand in _pieces(new) if (one := _of(stand, old, known, stand.id in moved))]
    return tuple(_with_gone(found, _gone(old, known), old))


def _pieces(contents: Contents) -> list[Stand]:
    return [stand for stand in contents.stands.values() if not isinstance(stand.node, Note)]


def _of(now: Stand, old: Contents, known: Pairs, moved: bool) -> Difference | None:
    if now.id not in known:
        return Difference(("added",), None, now)
    before = old[known[now.id]]
    found: list[What] = []
    if words_of(before) != words_of(now):
        if now.adopted and not before.adopted:
            found.append("worded")
        else:
            found.append("renamed" if isinstance(now.node, Heading) else "changed")
    found += ["moved"] if moved else []
    found += ["renumbered"] if number(before) != number(now) else []
    return Difference(tuple(found), before, now) if found else None


@lru_cache(maxsize=_MARKED)
def marked(old: str, new: str) -> tuple[Run, ...]:
    """The words of both in one line. Of very long ones, what is between the first and the last change is one change."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) * len(after) <= _LONG:
        return tuple(_joined(_runs(before, after)))
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    old_end, new_end = len(before) - end, len(after) - end
    pieces = (
        Run("kept", "".join(before[:start])),
        *_middle(before[start:old_end], after[start:new_end]),
        Run("kept", "".join(before[old_end:])),
    )
    return tuple(_joined(run for run in pieces if run.text))


def _middle(before: list[str], after: list[str]) -> Iterable[Run]:
    """What two long pieces do not have in common at either end."""
    if len(before) * len(after) <= _LONG:
        return _runs(before, after)
    return Run("out", "".join(before)), Run("in", "".join(after))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many they have in common from the beginning on."""
    same = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(same, min(len(one), len(other)))


def _runs(before: list[str], after: list[str]) -> Iterator[Run]:
    for tag, i, j, k, m in SequenceMatcher(str.isspace, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run("kept", "".join(before[i:j]))
            continue
        yield Run("out", "".join(before[i:j]))
        yield Run("in", "".join(after[k:m]))


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """A space between two words that were changed is changed with them: a sentence in scraps can't be read."""
    out, put = "", ""
    for run in runs:
        if run.what == "kept" and (run.text.strip() or not (out or put)):
            yield from _changed(out, put)
            yield run
            out, put = "", ""
        else:
            out += run.text if run.what in ("out", "kept") else ""
            put += run.text if run.what in ("in", "kept") else ""
    yield from _changed(out, put)


def _changed(out: str, put: str) -> Iterator[Run]:
    """What was taken out, then what was put in; white space that both end with stays where it is."""
    space = " " if out.endswith(" ") and put.endswith(" ") else ""
    for run in (Run("out", out.removesuffix(space)), Run("in", put.removesuffix(space)), Run("kept", space)):
        if run.text:
            yield run


# ---------------------------------------------------------------- what stands elsewhere


def _moved(old: Contents, new: Contents, known: Pairs) -> set[str]:
    """What has another heading or clause above it than it had; and of the rest the fewest that are out of order."""
    places = {id: place for place, id in enumerate(old.stands)}
    found: set[str] = set()
    beside: dict[str, list[str]] = {}
    for now in _pieces(new):
        if now.id in known:
            if _above(now, known) != _above(old[known[now.id]], None):
                found.add(now.id)
            else:
                beside.setdefault(_above(now, known), []).append(now.id)
    for ids in beside.values():
        stay = {ids[i] for i in _longest_rise([places[known[id]] for id in ids])}
        found |= set(ids) - stay
    return found


def _above(stand: Stand, known: Pairs | None) -> str:
    """The id, in the old wording, of what a piece stands under. A heading that is new is called by itself."""
    id = stand.parent or (stand.sections[-1] if stand.sections else "")
    return id if known is None or not id else known.get(id, f"new {id}")


def _longest_rise(places: Sequence[int]) -> list[int]:
    """Which of these go on rising, as many as there can be: those that have kept their order."""
    ends: list[int] = []  # where a rise of each length ends, at the lowest
    lowest: list[int] = []
    before: list[int] = []
    for i, place in enumerate(places):
        length = bisect_left(lowest, place)
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [i]
        lowest[length : length + 1] = [place]
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


# ---------------------------------------------------------------- what is gone


def _gone(old: Contents, known: Pairs) -> list[Difference]:
    still = set(known.values())
    return [Difference(("gone",), stand, None) for stand in _pieces(old) if stand.id not in still]


def _with_gone(found: list[Difference], gone: list[Difference], old: Contents) -> Iterator[Difference]:
    """What is gone is told before the first difference that stood after it."""
    places = {id: place for place, id in enumerate(old.stands)}
    waiting = list(gone)
    for one in found:
        while waiting and one.old and "moved" not in one.what and places[waiting[0].stand.id] < places[one.old.id]:
            yield waiting.pop(0)
        yield one
    yield from waiting
