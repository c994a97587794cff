"""Which clauses another part of a new wording may have amended.

In: the earlier wording and the new one under the earlier ids. Out: whether what stands round a clause, or is new
anywhere, may take back what the clause says. Never: reads a clause by itself: that is for `standing`.
"""

from collections.abc import Iterator

from bot.contents import Contents, Stand
from bot.pack import Clause, Heading, Rule
from content.importing.compared import offices, placed, simple, whole
from content.importing.undone import cites, ended, takes_back, undoes


class Amendments:
    """What is new in `now`. `adopted`: the earlier wording is the council's own, and is compared to the letter."""

    def __init__(self, before: Contents, now: Contents, *, adopted: bool) -> None:
        self._before, self._now, self._adopted = before, now, adopted
        self._fresh = {stand.id: stand for stand in self._new()}

    def _new(self) -> Iterator[Stand]:
        known = {simple(stand.wording) for stand in self._before.stands.values()}
        for stand in self._now.stands.values():
            exactly = self._adopted or isinstance(stand.node, Heading)
            if simple(stand.wording) not in known if exactly else self._says_more(stand):
                yield stand

    def _says_more(self, stand: Stand) -> bool:
        """Whether there are no plain words for it, or it undoes something by now, which they do not tell of."""
        before = self._before.get(stand.id)
        return before is None or (undoes(stand.wording) and not takes_back(before.wording))

    def touch(self, rule: Rule) -> bool:
        """Whether they may take back a rule; both wordings have the clause that it rests on."""
        id, who = rule.clause, "; ".join(rule.who).replace("-", " ")
        return self._headed_otherwise(id) or self._carried_on_otherwise(id) or self._elsewhere(id, who)

    def _headed_otherwise(self, id: str) -> bool:
        old, new = _headings(self._before, id), _headings(self._now, id)
        if self._adopted:
            return [simple(words) for words in old] != [simple(words) for words in new]
        return ended(" ".join(new)) and not ended(" ".join(old))

    def _carried_on_otherwise(self, id: str) -> bool:
        """Unnumbered paragraphs carry on the numbered clause before them; any may take back what is right before it."""
        old, new = _after(self._before, id), _after(self._now, id)
        top = _top(self._now, id)
        if self._adopted and top.ref is not None and _words(_unnumbered(old)) != _words(_unnumbered(new)):
            return True
        close = new[:1] if top.ref is None else [*new[:1], *_unnumbered(new)]
        return any(stand.id in self._fresh and takes_back(whole(stand)) for stand in close)

    def _elsewhere(self, id: str, who: str) -> bool:
        clause, top = self._now[id], _top(self._now, id)
        named = offices(f"{placed(clause)}\n{who}")
        above = [self._now[section].ref for section in clause.sections]
        refs = (top.ref, *(f"{ref.strip('.)')}.{top.ref.strip('.)')}" for ref in above if ref and top.ref))
        for stand in self._fresh.values():
            text = stand.wording
            if undoes(text) or any(cites(text, ref) for ref in refs):
                return True
            if takes_back(text) and (named & offices(text) or any(cites(text, ref) for ref in above)):
                return True
        return False


def _headings(contents: Contents, id: str) -> list[str]:
    return [contents[section].wording for section in contents[id].sections]


def _top(contents: Contents, id: str) -> Stand:
    """The clause that an item stands under; a clause itself."""
    stand = contents[id]
    while stand.parent is not None:
        stand = contents[stand.parent]
    return stand


def _after(contents: Contents, id: str) -> list[Stand]:
    """The clauses after this one under the same heading, up to the first with a number of its own, and that one."""
    top = _top(contents, id)
    nodes = [s for s in contents.stands.values() if s.parent is None and isinstance(s.node, Clause | Heading)]
    following = nodes[next(place for place, stand in enumerate(nodes) if stand.id == top.id) + 1 :]
    found: list[Stand] = []
    for stand in following:
        if isinstance(stand.node, Heading):
            break
        found.append(stand)
        if stand.ref is not None:
            break
    return found


def _unnumbered(stands: list[Stand]) -> list[Stand]:
    return [stand for stand in stands if stand.ref is None]


def _words(stands: list[Stand]) -> list[str]:
    return [simple(whole(stand)) for stand in stands]
