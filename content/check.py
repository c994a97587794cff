"""What a council's file must hold beyond the shape of its fields.

In: a `Pack` and the topics. Out: for each problem its path in the file, what is wrong, and the mend.
Never: reads a file.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from bot.pack import PAIRS, PARTIES, STAGES, Cell, Clause, Heading, Item, Pack, Pair, Stage, Stated, day
from bot.topics import Topics

Problem: TypeAlias = tuple[str, str, str]


def problems(pack: Pack, topics: Topics) -> Iterator[Problem]:
    """Everything wrong with a pack, in the file's order."""
    ids = dict(_ids(pack))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", pack.council):
        yield "$.council", f"{pack.council!r} is no id", "Use small letters, digits and hyphens, such as leigh-on-sea."
    yield from _dates(pack)
    yield from _named(pack, set(ids.values()))
    yield from _twice(pack)
    yield from _levels(pack)
    for i, note in enumerate(pack.notes):
        yield from _tagged(f"$.notes[{i}]", note.topics, topics)
    numbers = {node.ref.strip(".)") for node in pack.body if node.ref}
    for path, node in _nodes(pack):
        yield from _tagged(path, node.topics, topics)
        yield from _node(path, node)
        if isinstance(node, Clause) and node.continues is not None and node.continues not in numbers:
            yield f"{path}.continues", f"there is no clause {node.continues}", "Name the numbered clause it carries on."
    yield from _routes(pack, set(ids.values()))
    yield from _gaps(pack, set(ids.values()), topics)


def _nodes(pack: Pack) -> Iterator[tuple[str, Clause | Item]]:
    def below(path: str, node: Clause | Item) -> Iterator[tuple[str, Clause | Item]]:
        yield path, node
        for i, item in enumerate(node.items):
            yield from below(f"{path}.items[{i}]", item)

    for i, node in enumerate(pack.body):
        if isinstance(node, Clause):
            yield from below(f"$.body[{i}]", node)


def _ids(pack: Pack) -> Iterator[tuple[str, str]]:
    yield from ((f"$.notes[{i}]", note.id) for i, note in enumerate(pack.notes))
    yield from ((f"$.body[{i}]", node.id) for i, node in enumerate(pack.body) if isinstance(node, Heading))
    yield from ((path, node.id) for path, node in _nodes(pack))


def _twice(pack: Pack) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, id in _ids(pack):
        if id in seen:
            yield f"{path}.id", f"the id {id!r} stands twice", "Give each clause, item, note and heading its own."
        seen.add(id)


def _dates(pack: Pack) -> Iterator[Problem]:
    document = pack.document
    dated: list[tuple[str, Stated]] = [
        ("$.document.adopted", document.adopted),
        ("$.document.next_review", document.next_review),
        *((f"$.document.versions[{i}].date", row.date) for i, row in enumerate(document.versions)),
    ]
    for path, stated in dated:
        try:
            day(stated)
        except ValueError:
            yield path, f"there is no such day as {stated}", "Write it as year-month-day, for example 2019-07-16."


def _named(pack: Pack, ids: set[str]) -> Iterator[Problem]:
    for field, rows in (("policies", pack.policies), ("bodies", pack.bodies)):
        for i, row in enumerate(rows):
            for clause in row.clauses:
                if clause not in ids:
                    yield (
                        f"$.{field}[{i}].clauses",
                        f"there is no clause {clause!r}",
                        "Use the id of a clause in `body`.",
                    )


def _levels(pack: Pack) -> Iterator[Problem]:
    above = 0
    for i, node in enumerate(pack.body):
        if isinstance(node, Heading):
            if not 1 <= node.level <= above + 1:
                yield (
                    f"$.body[{i}].level",
                    f"level {node.level} can't follow level {above}",
                    "Levels go down one at a time.",
                )
            above = node.level


def _tagged(path: str, tags: tuple[str, ...], topics: Topics) -> Iterator[Problem]:
    for topic in tags:
        if topic not in topics:
            yield f"{path}.topics", f"there is no topic {topic!r}", "Use the ids of content/topics.yaml."
        elif topics[topic].outside:
            yield f"{path}.topics", f"{topic!r} is outside any protocol", "Use a topic that protocols deal with."


def _node(path: str, node: Clause | Item) -> Iterator[Problem]:
    if not (node.text or node.plain).strip():
        yield f"{path}.plain", "the wording is empty", "Write what the clause says, in plain words."
    if isinstance(node, Item) and (node.ref is None) == (node.marker is None):
        yield (
            path,
            "a line of a list has a `ref` or a `marker`, one of the two",
            "Give the printed number or the bullet.",
        )


def _routes(pack: Pack, ids: set[str]) -> Iterator[Problem]:
    for i, rule in enumerate(pack.routes.rules):
        here = f"$.routes.rules[{i}]"
        if rule.clause not in ids:
            yield f"{here}.clause", f"there is no clause {rule.clause!r}", "A rule rests on a clause in `body`."
        for who in rule.who:
            if who not in PARTIES:
                yield f"{here}.who", f"there is no {who!r}", f"Choose from: {', '.join(PARTIES)}."
    if tuple((pair.raiser, pair.about) for pair in pack.routes.pairs) != PAIRS:
        told = ", ".join(f"{raiser}>{about}" for raiser, about in PAIRS)
        yield "$.routes.pairs", "the fourteen pairs must all be there, in order", f"They are: {told}."
    rules = {rule.id for rule in pack.routes.rules}
    for i, pair in enumerate(pack.routes.pairs):
        for stage in STAGES:
            yield from _cell(f"$.routes.pairs[{i}].{stage}", pair, stage, rules)


def _cell(path: str, pair: Pair, stage: Stage, rules: set[str]) -> Iterator[Problem]:
    cell: Cell = getattr(pair, stage)
    if not cell:
        yield path, "this is empty", "Name the rules, or write silent."
    if cell == "silent":
        if stage in pair.inferred:
            yield path, "what is silent can't be inferred", "Take it out of `inferred`, or name the rule."
        return
    for id in cell:
        if id not in rules:
            yield path, f"there is no rule {id!r}", "Use the id of one of `rules`, or the word silent."


def _gaps(pack: Pack, ids: set[str], topics: Topics) -> Iterator[Problem]:
    for i, gap in enumerate(pack.gaps):
        if gap.nearest is not None and gap.nearest not in ids:
            yield f"$.gaps[{i}].nearest", f"there is no clause {gap.nearest!r}", "Use the id of a clause, or null."
        if gap.topic is not None and gap.topic not in topics:
            yield (
                f"$.gaps[{i}].topic",
                f"there is no topic {gap.topic!r}",
                "Use the ids of content/topics.yaml, or null.",
            )
