"""What can be shown without a question: expectations, roles, contents, facts, gaps, the councils side by side.

In: a handbook and the rest of the command. Out: a post. Never: ranks an answer to a question.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from bot import posts
from bot.contents import Contents
from bot.conversation import Block, Facts, Paragraph, Post
from bot.handbook import Handbook, Words
from bot.pack import Heading, Named, Stated, Version, day

List: TypeAlias = Callable[[Handbook, str], Post]

_EXPECTATIONS = {"councillors": "what-councillors-can-expect", "officers": "what-officers-can-expect"}
_ROLES = ("councillor-roles", "chair-role", "officer-role")
_COMPARE_FIRST = 2  # clauses shown of each council


def expectations(handbook: Handbook, rest: str) -> Post:
    """The lists of what each side can expect: `/protocol expectations [councillors|officers]`."""
    side = (
        "councillors"
        if rest.startswith(("counc", "memb"))
        else "officers"
        if rest.startswith(("off", "cl", "st"))
        else ""
    )
    topics = (_EXPECTATIONS[side],) if side else tuple(_EXPECTATIONS.values())
    return _by_topics(handbook, "expectations-title", topics, "expectations-none")


def roles(handbook: Handbook, _rest: str) -> Post:
    """Who does what: `/protocol roles`."""
    return _by_topics(handbook, "roles-title", _ROLES, "does-not-say")


def contents(handbook: Handbook, _rest: str) -> Post:
    """Everything in it, in order: `/protocol contents`."""
    rows = []
    for heading in handbook.contents.headings():
        under = [s for s in handbook.contents.under(heading.id) if not isinstance(s.node, Heading)]
        numbers = [s.ref for s in under if s.ref]
        rows.append(("– " * len(heading.path) + heading.label, ", ".join(numbers)))
    words = handbook.words
    return Post(
        (Facts(tuple(rows)), Paragraph(words("contents-hint"), small=True)),
        title=words("contents-title", place=handbook.place),
    )


def about(handbook: Handbook, _rest: str) -> Post:
    """The document's facts and its reviews: `/protocol about`."""
    words, pack = handbook.words, handbook.contents.pack
    document = pack.document
    principal = "" if pack.principal_council == "not stated" else f", {pack.principal_council}"
    rows = (
        (words("about-document"), document.title),
        (words("about-council"), pack.name),
        (words("about-reference"), _stated(words, document.reference)),
        (words("about-adopted"), _stated(words, document.adopted)),
        (words("about-reviews"), "; ".join(_version(words, row) for row in document.versions) or words("not-stated")),
        (words("about-next-review"), _stated(words, document.next_review)),
        (words("about-source"), _stated(words, document.source)),
        (words("about-nation"), words(f"nation-{pack.nation}")),
        (words("about-conduct"), words(f"conduct-{pack.nation}", principal=principal)),
        (words("about-policies"), _named(handbook.contents, pack.policies) or words("none-named")),
        (words("about-bodies"), _named(handbook.contents, pack.bodies) or words("none-named")),
    )
    return Post((Facts(rows),), title=words("about-title"))


def gaps(handbook: Handbook, _rest: str) -> Post:
    """What it does not say, as a paper for the next review: `/protocol gaps`."""
    words, pack = handbook.words, handbook.contents.pack
    rows = tuple((gap.plain, _nearest(handbook, gap.nearest)) for gap in pack.gaps)
    return Post((Paragraph(words("gaps")), Facts(rows)), title=words("gaps-title", place=pack.place))


def compare(handbook: Handbook, rest: str) -> Post:
    """The councils side by side: `/protocol compare TOPIC`. A topic may be given by its id."""
    words = handbook.words
    if not rest:
        return posts.note(words, "compare-what")
    topic = rest if rest in handbook.topics else handbook.finder.topic(rest)
    if topic is None:
        return posts.note(words, "compare-unknown")
    name = handbook.topics[topic].name
    blocks: list[Block] = []
    for council in (handbook.contents, *handbook.sisters):
        blocks.extend(_side(council, topic, words))
    return Post((*blocks, Paragraph(words("plain-words"), small=True)), title=words("compare-title", topic=name))


def wrong(handbook: Handbook, _rest: str) -> Post:
    """Where to turn when things go wrong, without being told what happened: `/protocol wrong`."""
    words, pack = handbook.words, handbook.contents.pack
    ids = dict.fromkeys(rule.clause for rule in pack.routes.rules if rule.stage not in ("not_alone", "special"))
    stands = [handbook.contents[id] for id in ids]
    shown = posts.clauses(handbook.contents, stands, words)
    said = words("wrong", place=pack.place) if shown else words("wrong-silent", place=pack.place)
    return Post((Paragraph(words("wrong-danger")), Paragraph(said), *shown), title=words("wrong-title"))


#: Every list by the word that asks for it.
LISTS: Mapping[str, List] = {
    "expectations": expectations,
    "roles": roles,
    "contents": contents,
    "about": about,
    "gaps": gaps,
    "compare": compare,
    "wrong": wrong,
}


def _by_topics(handbook: Handbook, title: str, topics: Iterable[str], nothing: str) -> Post:
    words = handbook.words
    stands = [stand for topic in topics for stand in handbook.contents.first_on(topic)]
    shown = posts.clauses(handbook.contents, dict.fromkeys(stands), words)
    return Post(shown or (Paragraph(words(nothing, place=handbook.place)),), title=words(title))


def _side(council: Contents, topic: str, words: Words) -> Iterable[Block]:
    found = council.on(topic)[:_COMPARE_FIRST]
    if not found:
        return [Paragraph(words("compare-silent", place=council.pack.place))]
    return [posts.cited(council, stand, words) for stand in found]


def _nearest(handbook: Handbook, id: str | None) -> str:
    words = handbook.words
    return words("gap-nearest", label=handbook.contents[id].label) if id else words("gap-nothing")


def _stated(words: Words, value: Stated | str) -> str:
    """A date as people write it, or why there is none."""
    if value in ("not stated", "unknown", "blank"):
        return words(value.replace(" ", "-"))
    return _date(value) if value[:4].isdigit() else value


def _date(value: Stated) -> str:
    when = day(value)
    return f"{when.day} {when:%B %Y}" if when else value


def _version(words: Words, row: Version) -> str:
    return words("version", version=row.version, date=_date(row.date), approved_by=row.approved_by, changes=row.changes)


def _named(contents: Contents, rows: Iterable[Named]) -> str:
    return "; ".join(f"{row.name} ({', '.join(contents[id].label for id in row.clauses)})" for row in rows)
