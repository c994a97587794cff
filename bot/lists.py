"""What can be shown without a question: expectations, roles, contents, facts, gaps, the councils side by side.

In: a handbook, the rest of the command, the reviews recorded here. Out: a post. Never: ranks an answer to a question.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from rapidfuzz import fuzz, process

from bot import cycle, posts, timeline, workdays
from bot.contents import Contents, Stand
from bot.conversation import Block, Button, Buttons, Facts, Line, Outline, Paragraph, Post, Whisper
from bot.handbook import Handbook
from bot.pack import STAGES, Heading, Named, Pair
from bot.ports import Records
from bot.review import PROTOCOL, Review
from bot.tokens import Token
from bot.words import Words

Show: TypeAlias = Callable[[Handbook, str], Post]

_ALIKE = 80  # how alike, of 100, a mistyped name must be
_EXPECTATIONS = {"councillors": "what-councillors-can-expect", "officers": "what-officers-can-expect"}
_SIDES = {
    **dict.fromkeys("councillor councillors cllr cllrs member members chair chairs mayor me us".split(), "councillors"),
    **dict.fromkeys("officer officers clerk clerks staff employee employees".split(), "officers"),
}
_RAISERS = {"wrong-councillors": ("councillor", "chair"), "wrong-officers": ("clerk", "officer")}
_ROLES = ("councillor-roles", "chair-role", "officer-role")
#: "which other councils cover mediation", "do other councils say anything about gifts"
_OTHERS = re.compile(
    r"""
    (?: which | what | do | does | has | have )\ (?: any\ | of\ the\ | the\ )* (?: other\ )? councils? (?: \ that )?
    (?: \ do | \ also )? \ (?: covers? | says? | mentions? | have | has | deals?\ with )
    (?: \ anything | \ something | \ a\ clause | \ rules )? (?: \ about | \ on | \ for )? \ (?P<topic> .+ )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COMPARE_FIRST = 2  # clauses shown of each council
_KNOWN = 256  # lists that were drawn up already: they are asked for most, and stay as they are


def expectations(handbook: Handbook, rest: str) -> Post:
    """The lists of what each side can expect: `/protocol expectations [councillors|officers]`."""
    if (nothing := posts.nothing_yet(handbook)) is not None:
        return nothing
    side = _side_named(rest)
    if rest and side is None:
        return posts.note(
            handbook.words,
            "expectations-which",
            posts.run(handbook.words, "button-councillors", "expectations councillors"),
            posts.run(handbook.words, "button-officers", "expectations officers"),
        )
    topics = (_EXPECTATIONS[side],) if side else tuple(_EXPECTATIONS.values())
    return _by_topics(handbook, "expectations-title", topics, "expectations-none")


def roles(handbook: Handbook, _rest: str) -> Post:
    """Who does what: `/protocol roles`."""
    return _by_topics(handbook, "roles-title", _ROLES, "does-not-say")


def contents(handbook: Handbook, _rest: str) -> Post:
    """Everything in it, in order: `/protocol contents`."""
    if (nothing := posts.nothing_yet(handbook)) is not None:
        return nothing
    return _outline(handbook.contents, handbook.words)


@lru_cache(maxsize=_KNOWN)
def _outline(contents: Contents, words: Words) -> Post:
    lines = []
    for heading in contents.headings():
        under = [s for s in contents.under(heading.id) if not isinstance(s.node, Heading)]
        lines.append(Line(len(heading.path), heading.label, ", ".join(s.ref for s in under if s.ref)))
    shown = lines or [Line(0, stand.label) for stand in contents.clauses() if stand.parent is None]
    hint = Paragraph(words("contents-hint"), small=True)
    return Post((Outline(tuple(shown)), hint), title=words("contents-title", place=contents.pack.place))


def about(handbook: Handbook, _rest: str, review: Review | None = None, at: datetime | None = None) -> Post:
    """The document's facts and its reviews, those recorded here too: `/protocol about`."""
    words, pack = handbook.words, handbook.contents.pack
    if (nothing := posts.nothing_yet(handbook)) is not None:
        return Post((*nothing.blocks, Facts(_of_the_council(handbook))), title=words("about-title"))
    document = pack.document
    recorded = timeline.history(review or Review(council=handbook.council), document)
    reviews = [timeline.sentence(row, words) for row in recorded if row.kind != "adopted"]
    rows = (
        (words("about-document"), words.stated(document.title)),
        (words("about-council"), pack.name),
        (words("about-reference"), words.stated(document.reference)),
        (words("about-adopted"), words.stated(document.adopted)),
        *_in_force(handbook),
        (words("about-reviews"), "; ".join(reviews) or words("not-stated")),
        (words("about-next-review"), _next_review(handbook, review, at)),
        (words("about-source"), words.stated(document.source)),
        *_of_the_council(handbook)[1:],
        (words("about-policies"), _named(handbook.contents, pack.policies) or words("none-named")),
        (words("about-bodies"), _named(handbook.contents, pack.bodies) or words("none-named")),
    )
    return Post((Facts(rows),), title=words("about-title"))


def _of_the_council(handbook: Handbook) -> tuple[tuple[str, str], ...]:
    """What is known of the council whatever its protocol says."""
    words, pack = handbook.words, handbook.contents.pack
    return (
        (words("about-council"), pack.name),
        (words("about-nation"), words(f"nation-{pack.nation}")),
        (words("about-conduct"), conduct(handbook)),
    )


def gaps(handbook: Handbook, _rest: str) -> Post:
    """What it does not say, as a paper for the next review: `/protocol gaps`."""
    if (nothing := posts.nothing_yet(handbook)) is not None:
        return nothing
    words, pack = handbook.words, handbook.contents.pack
    told = (
        words("gap", number=number, gap=gap.plain.rstrip("."), near=_nearest(handbook, gap.nearest))
        for number, gap in enumerate(pack.gaps, 1)
    )
    return Post((Paragraph(words("gaps")), *map(Paragraph, told)), title=words("gaps-title", place=pack.place))


def compare(handbook: Handbook, rest: str) -> Post:
    """The councils side by side: `/protocol compare TOPIC`. A topic may be given by its id or a clause's number."""
    words = handbook.words
    if not rest:
        return posts.note(words, "compare-what")
    topic = rest if rest in handbook.topics else handbook.finder.topic(rest)
    if topic is None:
        return posts.note(words, "compare-unknown")
    if handbook.topics[topic].outside:
        return posts.note(words, "compare-outside", topic=handbook.topics[topic].name)
    sides = [(council, council.on(topic)[:_COMPARE_FIRST]) for council in (handbook.contents, *handbook.sisters)]
    blocks = [block for council, found in sides for block in _side(council, found, words)]
    shown = [(council, stand) for council, found in sides for stand in found]
    whose = (posts.whose_words([stand for _, stand in shown], words),) if shown else ()
    return Post(
        (*blocks, *whose, *_as_of(sides, words)), title=words("compare-title", topic=handbook.topics[topic].name)
    )


def _as_of(sides: Iterable[tuple[Contents, list[Stand]]], words: Words) -> Iterable[Block]:
    """Which of the wordings side by side were put in force here, where any was: of the others that is not known."""
    known = [council for council, found in sides if found or council.since]
    adopted = [council for council in known if council.since is not None]
    for council in adopted:
        since = {"day": words.day(council.since) if council.since else "", "minute": council.minute}
        yield Paragraph(words("compare-adopted", place=council.pack.place, **since), small=True)
    others = ", ".join(council.pack.place for council in known if council not in adopted)
    if adopted and others:
        yield Paragraph(words("compare-shipped", places=others), small=True)


def wrong(handbook: Handbook, _rest: str) -> Post:
    """Where to turn when things go wrong, without being told what happened: `/protocol wrong`."""
    words, place = handbook.words, handbook.place
    blocks: list[Block] = [Paragraph(words("wrong-danger")), Paragraph(words("wrong"))]
    routes = {sentence: _route(handbook, raisers) for sentence, raisers in _RAISERS.items()}
    for sentence, ids in routes.items():
        if ids:
            shown = posts.clauses(handbook.contents, [handbook.contents[id] for id in ids], words)
            blocks += [Paragraph(words(sentence, place=place)), *shown]
    if not any(routes.values()):
        nothing = posts.nothing_yet(handbook)
        blocks += nothing.blocks if nothing else (Paragraph(words("wrong-silent", place=place)),)
    blocks.append(Paragraph(words("wrong-outside", conduct=conduct(handbook), clerk=posts.clerks(handbook))))
    start = Button(words("raise-it"), str(Token("concerns", "start")), primary=True)
    return Post((*blocks, Buttons((start,))), title=words("wrong-title"))


class Listed(NamedTuple):
    """A list: the word that asks for it, other words for the same, and whether anything may follow the word.

    `aloud`: it may be shown before everybody. That somebody asks where to turn is nobody else's business.
    """

    name: str
    show: Show
    takes_more: bool = False
    aliases: tuple[str, ...] = ()
    aloud: bool = True


#: Every list. `/protocol NAME` shows it, help tells of it, and every platform suggests it.
LISTS = (
    Listed("expectations", expectations, takes_more=True, aliases=("expectation",)),
    Listed("roles", roles),
    Listed("contents", contents, aliases=("sections", "headings")),
    Listed("about", about),
    Listed("gaps", gaps),
    Listed("compare", compare, takes_more=True),
    Listed("wrong", wrong, aloud=False),
)
_BY_WORD = {word: listed for listed in LISTS for word in (listed.name, *listed.aliases)}


def is_name(text: str) -> bool:
    """Whether these words are a list's name and nothing more."""
    return text.strip().casefold() in _BY_WORD


async def asked_for(text: str, at: datetime, handbook: Handbook, records: Records) -> Whisper | None:
    """The list that these words ask for: its name, mistyped perhaps, and what it takes; else they are a question."""
    found = _named_in(text, handbook)
    if found is None:
        return None
    listed, rest = found
    if listed.show is about:
        shown = about(handbook, rest, await records.review(handbook.council, PROTOCOL), at)
    else:
        shown = listed.show(handbook, rest)
    return Whisper(shown, aloud=shown if listed.aloud else None)


def _named_in(text: str, handbook: Handbook) -> tuple[Listed, str] | None:
    """A list, and what follows its name."""
    first, _, rest = text.strip().casefold().partition(" ")
    listed = _BY_WORD.get(first)
    if listed is None and len(first) > 3 and not handbook.finder.knows(first):
        near = process.extractOne(first, list(_BY_WORD), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        listed = _BY_WORD[near[0]] if near else None
    if listed is None or (rest.strip() and not listed.takes_more):
        return None
    return listed, rest.strip()


def compared(text: str, handbook: Handbook) -> Whisper | None:
    """The councils side by side, where somebody asks which others say something on a topic."""
    found = _OTHERS.fullmatch(text.strip().rstrip("?.! "))
    shown = compare(handbook, found["topic"].casefold()) if found else None
    return Whisper(shown, aloud=shown) if shown else None


def conduct(handbook: Handbook) -> str:
    """Where a formal complaint about a councillor's conduct goes, by the law of the nation."""
    pack = handbook.contents.pack
    principal = "" if pack.principal_council == "not stated" else f", {pack.principal_council}"
    return handbook.words(f"conduct-{pack.nation}", principal=principal)


def _route(handbook: Handbook, raisers: tuple[str, ...]) -> list[str]:
    """The clauses that these people's concerns rest on, in the document's order."""
    pack = handbook.contents.pack
    rules = {rule.id: rule.clause for rule in pack.routes.rules}
    used = {rules[id] for pair in pack.routes.pairs if pair.raiser in raisers for id in _rules(pair)}
    return [id for id in handbook.contents.stands if id in used]


def _rules(pair: Pair) -> Iterable[str]:
    cells = (getattr(pair, stage) for stage in STAGES)
    return (id for cell in cells if cell != "silent" for id in cell)


def _by_topics(handbook: Handbook, title: str, topics: tuple[str, ...], nothing: str) -> Post:
    return posts.nothing_yet(handbook) or _on_topics(handbook.contents, handbook.words, title, topics, nothing)


@lru_cache(maxsize=_KNOWN)
def _on_topics(contents: Contents, words: Words, title: str, topics: tuple[str, ...], nothing: str) -> Post:
    stands = [stand for topic in topics for stand in contents.first_on(topic)]
    shown = posts.clauses(contents, dict.fromkeys(stands), words)
    return Post(shown or (Paragraph(words(nothing, place=contents.pack.place)),), title=words(title))


def _side_named(rest: str) -> str | None:
    """Whose expectations: the first word that names a side, mistyped perhaps."""
    for word in rest.split():
        if near := process.extractOne(word, list(_SIDES), scorer=fuzz.ratio, score_cutoff=_ALIKE):
            return _SIDES[near[0]]
    return None


def _side(council: Contents, found: list[Stand], words: Words) -> Iterable[Block]:
    if not found:
        name = "compare-silent" if council.stands else "compare-nothing"
        return [Paragraph(words(name, place=council.pack.place))]
    return [posts.cited(council, stand, words) for stand in found]


def _nearest(handbook: Handbook, id: str | None) -> str:
    words = handbook.words
    return words("gap-nearest", label=handbook.contents[id].label) if id else ""


def _in_force(handbook: Handbook) -> Iterable[tuple[str, str]]:
    """Since when an adopted wording is in force."""
    words, contents = handbook.words, handbook.contents
    if contents.since is not None:
        facts = {"day": words.day(contents.since), "minute": contents.minute}
        yield words("about-in-force"), words("about-in-force-since", **facts)


def _next_review(handbook: Handbook, review: Review | None, at: datetime | None) -> str:
    """What counts here; and beside it what the document says, where that is something else."""
    words, stated = handbook.words, handbook.words.stated(handbook.contents.pack.document.next_review)
    facts = cycle.terms(handbook, PROTOCOL)
    if review is None or at is None or facts is None:
        return stated
    standing = cycle.state(review, facts, workdays.today(at))
    if standing.due is None or (standing.source == "protocol" and standing.original is None):
        return stated
    return words("about-next-here", due=words.day(standing.due), stated=stated)


def _named(contents: Contents, rows: Iterable[Named]) -> str:
    return "; ".join(f"{row.name} ({', '.join(contents[id].label for id in row.clauses)})" for row in rows)
