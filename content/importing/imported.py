"""Makes a pack of a document that was read, and says what came of every part of it.

In: an outline, what the clerk said, the earlier pack of the same council where there is one. Out: `Imported`.
Never: a rule in force that nobody confirmed; plain words that nobody wrote; a clause in other than its own words.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot import pack as packs
from bot.contents import Contents
from bot.matcher import Matcher
from bot.pack import PAIRS, Clause, Heading, Named, Nation, Pack, Routes
from content import load
from content.importing import beside, ids, named, numbers, proportion, remaining, rules, silent, tagging, whose
from content.importing.examples import Examples
from content.importing.facts import Facts, facts, wording
from content.reading.structure import Left, Outline

_ENDING: Final = re.compile(
    r"\s+(?:(?:parish|town|city|community|village|neighbourhood|district|borough|county)\s+)?council$", re.IGNORECASE
)
_SILENT: Final = Routes(rules=(), pairs=tuple(packs.silent(raiser, about) for raiser, about in PAIRS))


class Known(Struct, frozen=True, kw_only=True):
    """What the clerk said. `title` is what the file tells of itself, for a document with no title on the paper."""

    council: str
    name: str
    nation: Nation
    title: str = ""


class Was(Struct, frozen=True):
    """A rule of the earlier pack: its clause as that was cited, and what it says in plain words."""

    clause: str
    plain: str


class Against(Struct, frozen=True, kw_only=True):
    """What laying it beside the earlier pack found, by clauses' labels.

    `plain_left_out` are those that were changed, or may have been, so that their plain words were left out.
    `rules_in_force` are the ids of rules that stand on as they were, `rules_to_confirm` those in whose place another
    reading is proposed, `rules_unread` those in whose clause nothing of the kind is read now, `rules_gone` those whose
    clause is gone; `earlier_rules` tells for each what it was.
    """

    matched: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    renumbered: tuple[tuple[str, str], ...]
    plain_left_out: tuple[str, ...]
    rules_in_force: tuple[str, ...]
    rules_to_confirm: tuple[str, ...]
    rules_unread: tuple[str, ...]
    rules_gone: tuple[str, ...]
    earlier_rules: dict[str, Was]


class Report(Struct, frozen=True, kw_only=True):
    """What came of the document. `left` is every paragraph that is no clause; `untagged` are clauses' labels."""

    headings: int
    clauses: int
    items: int
    facts: Facts
    left: tuple[Left, ...]
    warnings: tuple[str, ...]
    doubles: tuple[str, ...]
    missing: tuple[str, ...]
    tagged: int
    untagged: tuple[str, ...]
    proposals: int
    against: Against | None = None


class Imported(Struct, frozen=True):
    """A pack, and the report on it."""

    pack: Pack
    report: Report


def imported(
    outline: Outline,
    known: Known,
    beside: Pack | None = None,
    matcher: Matcher | None = None,
    examples: Examples | None = None,
) -> Imported:
    """The document as a pack.

    `matcher` is what was learnt of the topics, where it is at hand already; `examples` are clauses whose topics people
    have set, those of the councils that come with the project where no others are given.
    """
    tagger = tagging.Tagger(examples or tagging.shipped(), matcher or tagging.learnt())
    return _Import(outline, known, beside, tagger).done()


class _Import:
    def __init__(self, outline: Outline, known: Known, earlier: Pack | None, tagger: tagging.Tagger) -> None:
        self._outline, self._known, self._earlier = outline, known, earlier
        self._topics = load.topics()
        self._tagger = tagger
        self._facts = facts(outline, known.title)

    def done(self) -> Imported:
        body = ids.body(self._outline.body)
        laid = beside.laid(body, self._earlier) if self._earlier else None
        pack = self._pack(self._tagger.tagged(laid.body if laid else body))
        if laid is None or self._earlier is None:
            pack = replace(pack, gaps=silent.gaps(pack, self._topics))
            pack = replace(pack, proposed=rules.proposals(pack))
            return Imported(pack, self._report(pack, None))
        remain = remaining.rules(pack, self._earlier, laid)
        pack = replace(remain.pack, gaps=silent.kept(self._earlier.gaps, remain.pack, laid.new, self._topics))
        return Imported(pack, self._report(pack, _against(pack, self._earlier, laid, remain)))

    def _pack(self, body: tuple[Heading | Clause, ...]) -> Pack:
        known, earlier = self._known, self._earlier
        taken = {*(node.id for node in body), *(piece.id for piece in packs.pieces(body))}
        notes = tuple(replace(note, id=ids.apart(note.id, taken)) for note in self._facts.notes)
        return Pack(
            council=known.council,
            name=known.name,
            place=earlier.place if earlier else place(known.name),
            nation=known.nation,
            principal_council=earlier.principal_council if earlier else "not stated",
            document=self._facts.document,
            policies=_known_named(named.policies(body), earlier.policies if earlier else (), taken),
            bodies=_known_named(named.bodies(body), earlier.bodies if earlier else (), taken),
            notes=notes,
            body=body,
            routes=_SILENT,
            gaps=(),
        )

    def _report(self, pack: Pack, against: Against | None) -> Report:
        stands = [stand for stand in Contents(pack).clauses() if stand.adopted]
        return Report(
            headings=sum(isinstance(node, Heading) for node in pack.body),
            clauses=sum(isinstance(node, Clause) for node in pack.body),
            items=sum(stand.parent is not None for stand in stands),
            facts=self._facts,
            left=self._outline.left,
            warnings=(
                *self._another_kind(pack),
                *self._another_council(),
                *self._outline.warnings,
                *self._facts.warnings,
            ),
            doubles=numbers.doubles(pack.body),
            missing=numbers.missing(pack.body),
            tagged=sum(bool(stand.topics) for stand in stands),
            untagged=tuple(stand.label for stand in stands if not stand.topics),
            proposals=len(pack.proposed),
            against=against,
        )

    def _another_kind(self, pack: Pack) -> Iterator[str]:
        """That it may be a letter, a list, or somebody's minutes."""
        if proportion.hardly_any(pack):
            yield "Hardly anything of a protocol for councillors and officers is in it. Is this the right file?"

    def _another_council(self) -> Iterator[str]:
        """That the document names another council than the one it is brought in for."""
        if other := whose.another(self._known.name, self._facts.council, self._all_words()):
            yield f"The document names {other}. Is it the right one?"

    def _all_words(self) -> str:
        return " ".join((*wording(self._outline), *(left.text for left in self._outline.left)))


def _against(pack: Pack, earlier: Pack, laid: beside.Laid, remain: remaining.Remaining) -> Against:
    contents, before = Contents(pack), Contents(earlier)
    return Against(
        matched=len(laid.matched),
        new=tuple(contents[id].label for id in laid.new),
        gone=laid.gone,
        renumbered=tuple((match.before, match.after) for match in laid.renumbered),
        plain_left_out=tuple(match.after for match in laid.doubtful),
        rules_in_force=tuple(rule.id for rule in pack.routes.rules),
        rules_to_confirm=remain.again,
        rules_unread=remain.unread,
        rules_gone=remain.gone,
        earlier_rules={rule.id: Was(before[rule.clause].label, rule.plain) for rule in earlier.routes.rules},
    )


def _known_named(found: Sequence[Named], earlier: Sequence[Named], there: set[str]) -> tuple[Named, ...]:
    """What people wrote of the clauses that are there still, then what is named in clauses they said nothing of."""
    kept = [replace(row, clauses=tuple(id for id in row.clauses if id in there)) for row in earlier]
    told = {id for row in kept for id in row.clauses}
    fresh = {row.name.casefold(): tuple(id for id in row.clauses if id not in told) for row in found}
    more = [replace(row, clauses=(*row.clauses, *fresh.pop(row.name.casefold(), ()))) for row in kept]
    new = [replace(row, clauses=fresh[name]) for row in found if (name := row.name.casefold()) in fresh]
    return tuple(row for row in (*more, *new) if row.clauses)


def place(name: str) -> str:
    """A council's name without what kind of council it is, where that ends it. An id, which has no spaces, stays."""
    return _ENDING.sub("", name) or name


def council_id(name: str) -> str:
    """The id that a council's name suggests: Leigh-on-Sea Town Council is leigh-on-sea."""
    return ids.slug_of_all(place(name)) or "our-council"


def earlier(council: str) -> Pack | None:
    """The pack of a council that comes with the project; None for any other."""
    return load.council(council) if council in load.councils() else None
