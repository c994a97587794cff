"""Protocols as if nobody knew them: their wording and structure alone, without topics, routes or plain words.

In: the structure that a careful reader found in a document, or a short text of our own. Out: a `Pack` to read.
Never: anything of `content/councils`.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from bot.pack import PAIRS, STAGES, Clause, Document, Heading, Item, Nation, Pack, Pair, Routes
from bot.proposing import as_proposed
from content.importing.rules import proposals
from tests.shared import shared

SILENT: dict[str, Any] = dict.fromkeys(STAGES, "silent")


def pack_of(body: tuple[Heading | Clause, ...], nation: Nation = "england", council: str = "unknown") -> Pack:
    """A pack with this body and nothing else."""
    return Pack(
        council=council,
        name="Unknown Parish Council",
        place="Unknown",
        nation=nation,
        principal_council="not stated",
        document=Document(title="Protocol", reference="", adopted="not stated", next_review="not stated", source=""),
        policies=(),
        bodies=(),
        notes=(),
        body=body,
        routes=Routes(rules=(), pairs=tuple(Pair(raiser=by, about=of, **SILENT) for by, of in PAIRS)),
        gaps=(),
    )


def read(pack: Pack) -> Pack:
    """The pack with what is proposed."""
    return replace(pack, proposed=proposals(pack))


def cells(pack: Pack) -> dict[tuple[str, str, str], tuple[frozenset[str], frozenset[str]]]:
    """Each cell that would not be silent if all were confirmed: (from, about, stage) → (who, clauses)."""
    would = as_proposed(pack)
    rules = {rule.id: rule for rule in would.routes.rules}
    found = {}
    for pair in would.routes.pairs:
        for stage in STAGES:
            cell = getattr(pair, stage)
            if cell != "silent":
                named = [rules[id] for id in cell]
                who = frozenset(who for rule in named for who in rule.who)
                found[pair.raiser, pair.about, stage] = (who, frozenset(rule.clause for rule in named))
    return found


def truth(name: str, nation: Nation = "england") -> Pack:
    """A document as a careful reader has it. Skips where it is absent."""
    document = json.loads(shared(f"documents/truth/{name}.json").read_text(encoding="utf-8"))
    return pack_of(tuple(_body(document)), nation, name)


def _body(document: dict[str, Any]) -> Iterator[Heading | Clause]:
    levels = {(h["ref"], h["text"]): h["level"] for h in document["headings"]}
    path: list[tuple[str | None, str]] = []
    for number, clause in enumerate(document["clauses"]):
        now = [(h["ref"], h["text"]) for h in clause["headings"]]
        same = next((i for i, (a, b) in enumerate(zip(now, path, strict=False)) if a != b), min(len(now), len(path)))
        for depth in range(same, len(now)):
            ref, text = now[depth]
            yield Heading(heading=text, ref=ref, level=levels.get(now[depth], depth + 1), id=f"h{number}-{depth}")
        path = now
        yield _clause(clause, f"c{number}")


def _clause(clause: dict[str, Any], id: str) -> Clause:
    return Clause(
        id=id,
        ref=clause["ref"],
        text=clause["text"],
        strength="none",
        topics=(),
        continues=clause.get("continues"),
        items=tuple(_item(item, f"{id}-b{i}") for i, item in enumerate(clause.get("items", ()), 1)),
    )


def _item(item: dict[str, Any], id: str) -> Item:
    below = tuple(_item(one, f"{id}-b{i}") for i, one in enumerate(item.get("items", ()), 1))
    return Item(
        id=id,
        ref=item.get("ref"),
        marker=item.get("marker"),
        text=item["text"],
        strength="none",
        topics=(),
        items=below,
    )


def written(text: str, nation: Nation = "england") -> Pack:
    """A short protocol of our own: `# heading`, `## heading below`, `1.2 clause`, `- item`.

    A clause's id is its number; those without one are p1, p2 and so on.
    """
    body: list[Heading | Clause] = []
    unnumbered = 0
    for number, line in enumerate(filter(None, (line.strip() for line in text.splitlines()))):
        if found := re.match(r"(#+) (.+)", line):
            body.append(Heading(heading=found[2], ref=None, level=len(found[1]), id=f"h{number}"))
        elif line.startswith("- ") and body and isinstance(body[-1], Clause):
            last = body[-1]
            items = (*last.items, _item({"marker": "-", "text": line[2:]}, f"{last.id}-b{len(last.items) + 1}"))
            body[-1] = replace(last, items=items)
        else:
            ref, words = (found[1], found[2]) if (found := re.match(r"(\d[\d.]*) (.+)", line)) else (None, line)
            unnumbered += ref is None
            body.append(_clause({"ref": ref, "text": words}, ref or f"p{unnumbered}"))
    return pack_of(tuple(body), nation)
