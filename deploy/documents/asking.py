"""What the command line shows of a protocol: one question, many questions, every clause.

In: questions, and a council's name or file. Out: lines of text or JSON.
Never: another clause than the chat would show.
"""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.bot import decide
from bot.contents import Contents, Node, Stand
from bot.conversation import Answer, Buttons, Command, Person, Place, Post, Whisper
from bot.errors import ProtocolBotError, UnsoundContent
from bot.handbook import Handbook
from bot.lookup import AT_MOST, Finding, Found
from bot.pack import Clause, Heading, Item
from bot.settings import Settings
from bot.tokens import Token
from bot.workdays import LONDON
from content import load
from deploy.handbooks import handbook, seats
from deploy.kept.nothing import NothingKept


class WrongLine(ProtocolBotError):
    """A line of a batch that can't be read: names the line and the mend."""


def of(council: str | None, pack: str | None, settings: Settings | None = None) -> Handbook:
    """The handbook of a council that comes with the project, or of a pack file. Raises `UnsoundContent`."""
    sisters = [load.council(id) for id in load.councils()]
    if council is None and pack is None:
        raise UnsoundContent("Name a council with --council, or a file with --pack.")
    own = load.pack(Path(pack)) if pack is not None else load.council(council or "")
    if settings is not None and settings.council != own.council:
        raise UnsoundContent(
            f"The settings are for {settings.council}, not for {own.council}. Name the one or the other."
        )
    people = seats(settings, datetime.now(LONDON).date()) if settings else ()
    return handbook(own, people, sisters, settings)


def ask(question: str, book: Handbook) -> str:
    """What the chat would answer; buttons that run a command are told as that command."""
    who = Person("terminal", book.council, "you")
    where = Place("terminal", book.council, "you", private=True)
    event = Command(id="1", who=who, where=where, at=datetime.now(UTC), text=_bare(question))
    answer = asyncio.run(_answered(event, book))
    post = answer.post if isinstance(answer, Whisper) else Post(())
    offered = [button for block in post.blocks if isinstance(block, Buttons) for button in block.buttons]
    read = [(button.label, Token.read(button.token)) for button in offered]
    more = [f"{label}: /protocol {token.value}" for label, token in read if token[:2] == ("clauses", "run")]
    return "\n".join((post.plain(), *more))


async def _answered(event: Command, book: Handbook) -> Answer | None:
    return (await decide(event, book, NothingKept())).answer


def _bare(question: str) -> str:
    """A question as the chat's desk gets it: `/protocol` is how it is addressed."""
    return re.sub(r"^\s*/protocol\b", "", question, flags=re.IGNORECASE).strip()


def told(question: str, book: Handbook) -> dict[str, Any]:
    """What looking it up finds, as a record for scripts; `care` tells that the chat would show where to turn first."""
    bare = _bare(question)
    found = book.finder.find(bare)
    return {
        "council": book.council,
        "question": question,
        "answer": ask(question, book),
        "care": book.care.comes_first(bare),
        "sure": found.sure if found.in_scope else None,
        **_found(found, book),
        "topics": [{"id": id, "likely": round(chance, 4)} for id, chance in found.topics],
    }


def _found(found: Found, book: Handbook) -> dict[str, Any]:
    return {"in_scope": found.in_scope, "score": round(found.score, 4), "ranked": ranked(found, book.contents)}


def ranked(found: Found, contents: Contents) -> list[dict[str, str | None]]:
    """Clauses best first, at most five; a heading stands for the clauses under it."""
    stands = [stand for finding in found.findings for stand in _clauses_of(finding, contents)]
    council = contents.pack.council
    return [
        {"id": f"{council}-{s.id}", "ref": s.label, "heading": " › ".join(s.path), "text": _whole(s.node, s.wording)}
        for s in stands[:AT_MOST]
    ]


def _whole(node: Node, wording: str) -> str:
    """A clause's words with the list under it, as the chat shows it."""
    items = node.items if isinstance(node, Clause | Item) else ()
    return " ".join((wording, *(_whole(item, item.text or item.plain) for item in items)))


def _clauses_of(finding: Finding, contents: Contents) -> list[Stand]:
    stand = finding.stand
    return contents.within(stand.id) if isinstance(stand.node, Heading) else [stand]


def batch(lines: Iterable[str], pack: str | None) -> Iterator[str]:
    """`{"id", "council", "question"}` lines to `{"id", "in_scope", "score", "ranked"}` lines. Raises `WrongLine`."""
    books: dict[str, Handbook] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        id, council, question = _question(number, line, needs_council=pack is None)
        if council not in books:
            books[council] = _of_line(number, council, pack)
        found = books[council].finder.find(_bare(question))
        shown = {"id": id, **_found(found, books[council])}
        yield json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace").decode()


def _of_line(number: int, council: str, pack: str | None) -> Handbook:
    try:
        return of(council, pack)
    except UnsoundContent as wrong:
        raise WrongLine(f"Line {number}: {wrong}") from None


def _question(number: int, line: str, *, needs_council: bool) -> tuple[str, str, str]:
    try:
        read = json.loads(line)
        council = read["council"] if needs_council else ""
        parts = (read["id"], council, read["question"])
    except (ValueError, KeyError, TypeError, RecursionError):
        parts = (None, None, None)
    if not all(isinstance(part, str) for part in parts):
        raise WrongLine(
            f'Line {number} is not a question. Write {{"id": "…", "council": "barrow", "question": "…"}} on one line.'
        )
    return parts


def every_clause(book: Handbook) -> dict[str, Any]:
    """Every clause in the document's order, with its headings, strength, topics and items."""
    pack = book.contents.pack
    above: list[Heading] = []
    found: list[dict[str, Any]] = []
    for node in pack.body:
        if isinstance(node, Heading):
            above = [*(h for h in above if h.level < node.level), node]
        else:
            headings = [{"ref": h.ref, "text": h.heading} for h in above]
            found.append({"id": node.id, "ref": node.ref, "headings": headings, **_words(node)})
    document = pack.document
    return {
        "title": document.title,
        "adopted": document.adopted,
        "next_review": document.next_review,
        "clauses": found,
    }


def _words(node: Clause | Item) -> dict[str, Any]:
    return {
        "text": node.text,
        "plain": node.plain,
        "strength": node.strength,
        "topics": list(node.topics),
        "items": [_item(item) for item in node.items],
    }


def _item(item: Item) -> dict[str, Any]:
    mark = {"ref": item.ref} if item.ref else {"marker": item.marker}
    return {"id": item.id, **mark, **_words(item)}
