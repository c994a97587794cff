"""What a council's file, and the flow, must hold beyond the shape of their fields.

In: a `Pack` and the topics, or a `Flow`. Out: for each problem its path in the file, what is wrong, and the mend.
Never: reads a file.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import TypeAlias, get_args

from bot.days import EARLIEST, is_likely
from bot.flow import FirstThing, Flow, Help, LegalNote
from bot.pack import (
    PAIRS,
    PARTIES,
    STAGES,
    Cell,
    Clause,
    Heading,
    Item,
    Nation,
    Pack,
    Pair,
    Rule,
    Stage,
    Stated,
    day,
)
from bot.topics import Topics

Problem: TypeAlias = tuple[str, str, str]

#: What an id looks like: a council's, a person's, a document's.
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def problems(pack: Pack, topics: Topics) -> Iterator[Problem]:
    """Everything wrong with a pack, in the file's order."""
    ids = dict(_ids(pack))
    if not ID.fullmatch(pack.council):
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
    yield from _proposed(pack, set(ids.values()))
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
            found = day(stated)
        except ValueError:
            yield path, f"there is no such day as {stated}", "Write it as year-month-day, for example 2019-07-16."
            continue
        if found and not is_likely(found):
            yield path, far(found), "Correct the year; for a day that is not known write `unknown`."


def far(found: date) -> str:
    """What is wrong with a day that is not likely."""
    return f"{found} is before there were parish councils (1894)" if found < EARLIEST else f"{found} is too far ahead"


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
    rules: set[str] = set()
    for i, rule in enumerate(pack.routes.rules):
        yield from _rule(f"$.routes.rules[{i}]", rule, ids, rules)
    if tuple((pair.raiser, pair.about) for pair in pack.routes.pairs) != PAIRS:
        told = ", ".join(f"{raiser}>{about}" for raiser, about in PAIRS)
        yield "$.routes.pairs", "the fourteen pairs must all be there, in order", f"They are: {told}."
    for i, pair in enumerate(pack.routes.pairs):
        for stage in STAGES:
            yield from _cell(f"$.routes.pairs[{i}].{stage}", pair, stage, rules)


def _rule(here: str, rule: Rule, ids: set[str], known: set[str]) -> Iterator[Problem]:
    """By itself, and beside those that are `known` by their ids already; it is one of them from then on."""
    if rule.id in known:
        yield f"{here}.id", f"there is a rule {rule.id!r} already", "Give each rule its own id."
    known.add(rule.id)
    if rule.clause not in ids:
        yield f"{here}.clause", f"there is no clause {rule.clause!r}", "A rule rests on a clause in `body`."
    for field, named in (("who", rule.who), ("raised_with", filter(None, (rule.raised_with,)))):
        for who in named:
            if who not in PARTIES:
                yield f"{here}.{field}", f"there is no {who!r}", f"Choose from: {', '.join(PARTIES)}."


def _proposed(pack: Pack, ids: set[str]) -> Iterator[Problem]:
    """Proposals are checked like rules: whoever confirms one puts it in force as it stands."""
    known = {rule.id for rule in pack.routes.rules}
    for i, one in enumerate(pack.proposed):
        here = f"$.proposed[{i}]"
        yield from _rule(f"{here}.rule", one.rule, ids, known)
        for field, pairs in (("pairs", one.pairs), ("inferred", one.inferred)):
            for pair in pairs:
                if pair not in PAIRS or pair not in one.pairs:
                    yield (
                        f"{here}.{field}",
                        f"{' > '.join(pair)} can't stand here",
                        "Use the pairs of `routes`; what is inferred is one of the proposal's own pairs.",
                    )


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


# ---------------------------------------------------------------- first things and legal notes


def flow_problems(flow: Flow) -> Iterator[Problem]:
    """Everything wrong with the flow, in the file's order."""
    seen: set[tuple[str, Nation]] = set()
    for i, thing in enumerate(flow.first):
        yield from _identified(f"$.first[{i}]", thing, seen)
        yield from _helped(f"$.first[{i}]", thing)
    told: set[tuple[str, Nation]] = set()
    for i, note in enumerate(flow.law):
        yield from _identified(f"$.law[{i}]", note, told)
        yield from _sourced(f"$.law[{i}]", note)
    yield from _whole(flow)


def _identified(path: str, one: FirstThing | LegalNote, seen: set[tuple[str, Nation]]) -> Iterator[Problem]:
    if not ID.fullmatch(one.id):
        yield f"{path}.id", f"{one.id!r} is no id", "Use small letters, digits and hyphens, such as at-risk."
    if not one.says.strip():
        yield f"{path}.says", "this is empty", "Write what is told with it, in plain words."
    for nation in one.nations:
        if (one.id, nation) in seen:
            yield f"{path}.id", f"{one.id!r} stands twice for {nation}", "Give each its own id, or its own nations."
        seen.add((one.id, nation))


def _helped(path: str, thing: FirstThing) -> Iterator[Problem]:
    if not thing.label.strip():
        yield f"{path}.label", "this is empty", "Write what somebody would press."
    for nation in thing.nations:
        if not any(nation in help.nations for help in thing.help):
            yield (
                f"{path}.help",
                f"it names nobody who can help in {nation}",
                "Add somebody: it may not end in nothing.",
            )
    for i, help in enumerate(thing.help):
        yield from _sourced(f"{path}.help[{i}]", help)
        if not (help.name.strip() and help.how.strip()):
            yield f"{path}.help[{i}]", "the name or how to reach it is empty", "Write both, or delete the entry."


def _sourced(path: str, fact: Help | LegalNote) -> Iterator[Problem]:
    if not fact.source.strip():
        yield f"{path}.source", "this is empty", "Write where it can be looked up."
    if not _MONTH.fullmatch(fact.checked):
        yield f"{path}.checked", f"{fact.checked!r} is no month", "Write when somebody looked, for example 2026-11."


def _whole(flow: Flow) -> Iterator[Problem]:
    for nation in get_args(Nation):
        for leads in ("formal", "conduct"):
            if not any(thing.leads == leads and nation in thing.nations for thing in flow.first):
                yield "$.first", f"nothing leads to {leads!r} in {nation}", f"Add a first thing with `leads: {leads}`."
        for when in ("conduct", "written", "whistle"):
            if not flow.notes(when, nation):
                yield "$.law", f"there is no note on {when!r} for {nation}", f"Add a note with `when: {when}`."
