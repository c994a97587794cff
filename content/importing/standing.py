"""Which rules about concerns of an earlier pack still say what the clause they rest on says.

In: the earlier pack, the new wording under the earlier ids. Out: ids of rules, what is read in the new wording.
Never: a rule in force beside a sentence that is read otherwise, or that names an office which the rule does not name.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from msgspec.structs import replace

from bot.contents import Contents, Stand
from bot.pack import STAGES, Pack, Party, Proposal, Routes, Rule, Stage
from bot.proposing import stages
from content.importing.amended import Amendments
from content.importing.compared import offices, placed, same_words, whole
from content.importing.plainly import narrowings
from content.importing.rules import proposals
from content.importing.undone import hedges

_Side: TypeAlias = tuple[Party, Party]

#: From here on plain words are so like the adopted ones that a rule may rest on them where nothing is recognised.
_HIGH: Final = 0.45
#: How many of the pairs that either names both must name, in a rule on manners: such a rule leads to nobody, and who
#: is meant by "others" is read one way or the other.
_NEARLY: Final = 2 / 3
_NO_RULES: Final = Routes(rules=(), pairs=())


def read(pack: Pack) -> tuple[Proposal, ...]:
    """Every rule about concerns that a pack's wording can be read to hold, whatever is in force."""
    return proposals(replace(pack, routes=_NO_RULES, proposed=()))


def held(rule: Rule, pack: Pack) -> dict[Stage, frozenset[_Side]]:
    """The stages at which a rule is named, each with whom it is for; its own stage where it is named nowhere."""
    found: dict[Stage, frozenset[_Side]] = {}
    for stage in STAGES:
        cells = ((pair, getattr(pair, stage)) for pair in pack.routes.pairs)
        those = frozenset((pair.raiser, pair.about) for pair, cell in cells if cell != "silent" and rule.id in cell)
        if those:
            found[stage] = those
    return found or {rule.stage: frozenset()}


class Standing:
    """`now` is the new wording, with the earlier ids where a piece is an earlier one."""

    def __init__(self, earlier: Pack, now: Pack) -> None:
        self._earlier = earlier
        self._old, self._new = Contents(replace(earlier, notes=())), Contents(replace(now, notes=()))
        adopted = any(stand.adopted for stand in self._old.clauses())
        self._before = _by_clause(read(earlier)) if adopted and earlier.routes.rules else {}
        self._amended = Amendments(self._old, self._new, adopted=adopted)
        self._read = _by_clause(read(now)) if earlier.routes.rules else {}

    def stands(self, rule: Rule, likeness: float) -> bool:
        """Whether a rule still says what its clause says; `likeness` (0 to 1) is that of the two wordings."""
        if rule.clause not in self._new.stands or rule.clause not in self._old.stands:
            return False
        before, now = self._old[rule.clause], self._new[rule.clause]
        found = self._read.get(rule.clause, ())
        if self._amended.touch(rule):
            return False
        if before.adopted:
            return same_words(placed(before), placed(now)) and _told(self._before.get(rule.clause, ())) == _told(found)
        known = f"{placed(before)} {rule.plain}"
        if not narrowings(whole(now)) <= narrowings(known) or not hedges(whole(now)) <= hedges(known):
            return False
        if found:
            return self._agrees(rule, found, before)
        named = offices(f"{whole(before)} {rule.plain}")
        return likeness >= _HIGH and offices(whole(now)) <= named and offices(rule.plain) <= offices(placed(now))

    def _agrees(self, rule: Rule, found: Sequence[Proposal], before: Stand) -> bool:
        """Whether there is a reading with the same offices at every stage of the rule, for the same people."""
        for stage, pairs in held(rule, self._earlier).items():
            same = [one for one in found if stage in stages(one) and _same_offices(one.rule, rule)]
            if not same or not _same_sides(stage, pairs, frozenset(side for one in same for side in one.pairs)):
                return False
            if stage == rule.stage and rule.strength not in {one.rule.strength for one in same}:
                return False
            told = narrowings(f"{whole(before)} {rule.plain}")
            if not all(narrowings(one.sentence) <= told for one in same):
                return False
        return True


def _by_clause(found: Sequence[Proposal]) -> Mapping[str, tuple[Proposal, ...]]:
    return {id: tuple(one for one in found if one.rule.clause == id) for id in {one.rule.clause for one in found}}


def _told(found: Sequence[Proposal]) -> frozenset[object]:
    return frozenset(
        (one.family, one.rule.stage, one.rule.who, one.rule.raised_with, one.rule.strength, one.pairs) for one in found
    )


def _same_offices(one: Rule, other: Rule) -> bool:
    """Where a rule names one office alone, it goes without saying with whom it is raised."""
    return set(one.who) == set(other.who) and (len(one.who) == 1 or one.raised_with == other.raised_with)


def _same_sides(stage: Stage, old: frozenset[_Side], new: frozenset[_Side]) -> bool:
    if not old or stage != "special":
        return not old or old == new
    return len(old & new) >= _NEARLY * len(old | new)
