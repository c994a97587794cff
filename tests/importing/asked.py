"""How well questions are answered from documents that were imported as if nobody had known them.

In: the five protocols' texts, questions with the passages that answer them. Out: handbooks, and the questions with the
ids that the import gave those passages. Never: what people wrote of the very council that is measured.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from bot.contents import Stand
from bot.handbook import Handbook
from content import load
from content.importing.examples import Examples
from content.importing.imported import Known, imported
from content.reading.opened import read
from content.reading.structure import outline
from deploy.handbooks import handbook, matcher
from tests.shared import lines, shared


def book(council: str) -> Handbook:
    """The handbook of a council's document, read from its text; topics by the other councils' examples alone."""
    paper = read(shared(f"protocols/{council}.txt").read_bytes(), f"{council}.txt")
    others = Examples(load.council(id) for id in load.councils() if id != council)
    nation = load.council(council).nation
    known = Known(council=council, name=f"{council.title()} Council", nation=nation)
    return handbook(imported(outline(paper), known, matcher=matcher(), examples=others).pack)


def translated(questions: Iterable[dict[str, Any]], books: dict[str, Handbook]) -> Iterator[dict[str, Any]]:
    """The questions with the imported ids of the passages that answer them."""
    ids = dict(_ids(books))
    for question in questions:
        relevant = {ids.get(id, f"not imported: {id}"): grade for id, grade in question["relevant"].items()}
        yield {**question, "relevant": relevant}


def _ids(books: dict[str, Handbook]) -> Iterator[tuple[str, str]]:
    """Each passage's id, and the id that the clause of the same words has."""
    free: defaultdict[tuple[str, str], list[Stand]] = defaultdict(list)
    for council, one in books.items():
        for stand in one.contents.clauses():
            free[council, _words(stand.wording)].append(stand)
    for passage in lines("questions/passages.jsonl"):
        same = free.get((passage["council"], _words(passage["body"])), [])
        lead_in = _words(passage["lead_in"])
        same.sort(key=lambda stand: _words(stand.lead_in) != lead_in)
        if same:
            yield passage["id"], f"{passage['council']}-{same.pop(0).id}"


def _words(text: str) -> str:
    flat = unicodedata.normalize("NFKC", text).casefold().replace("’", "").replace("'", "")
    return " ".join(re.findall(r"[a-z0-9]+", flat))
