"""How well questions are answered: a small scorer of our own, and the figures for a file of questions.

In: questions with the clauses that answer them. Out: figures. Never: a question's wording in anything it learns from.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bot.contents import Contents
from bot.handbook import Handbook
from content import load
from deploy.documents import asking
from deploy.handbooks import handbook

HERE = Path(__file__).parents[1] / "questions"


class Figures(NamedTuple):
    """`hit1`, `hit3`: share of answerable questions whose right clause comes first, or among three."""

    questions: int
    hit1: float
    hit3: float
    keyword1: float
    numbers: float
    refusal_f1: float
    wrongly_refused: float
    milliseconds: float
    by_kind: dict[str, tuple[int, float]]


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def measure(questions: Iterable[dict[str, Any]], books: Mapping[str, Handbook] | None = None) -> Figures:
    """Answer every question and count; from the packs that come with the project where no books are given."""
    books = books or {id: handbook(load.council(id)) for id in load.councils()}
    rows, spans = [], []
    for question in questions:
        book = books[question["council"]]
        start = time.perf_counter()
        found = book.finder.find(question["question"])
        spans.append(time.perf_counter() - start)
        ranked = [row["id"] for row in asking.ranked(found, book.contents)]
        right = {id for id, grade in question["relevant"].items() if grade == 2}
        rows.append((question, found.in_scope, _first_hit(ranked, right, book.contents)))
    return _figures(rows, spans)


def _first_hit(ranked: list[str | None], right: set[str], contents: Contents) -> int | None:
    """The place of the first right answer. A list counts where at least a third of it answers the question."""
    for place, id in enumerate(ranked):
        local = str(id).removeprefix(f"{contents.pack.council}-")
        parts = {f"{contents.pack.council}-{stand.id}" for stand in contents.under(local)} or {str(id)}
        if str(id) in right or len(parts & right) * 3 >= len(parts):
            return place
    return None


def _figures(rows: list[tuple[dict[str, Any], bool, int | None]], spans: list[float]) -> Figures:
    inside = [row for row in rows if row[0]["in_scope"]]
    outside = [row for row in rows if not row[0]["in_scope"]]
    refused = sum(not told for _, told, _ in outside)
    wrongly = sum(not told for _, told, _ in inside)
    kinds: defaultdict[str, list[bool]] = defaultdict(list)
    for question, told, place in rows:
        kinds[question["kind"]].append(place == 0 if question["in_scope"] else not told)
    keywords = [row for row in inside if row[0]["kind"] == "keyword"]
    numbers = [row for row in inside if row[0]["kind"] == "clause_ref"]
    return Figures(
        len(rows),
        _share(place == 0 for _, _, place in inside),
        _share(place is not None and place < 3 for _, _, place in inside),
        _share(place == 0 for _, _, place in keywords),
        _share(place == 0 for _, _, place in numbers),
        2 * refused / (len(outside) + refused + wrongly),
        wrongly / len(inside),
        median(spans) * 1000,
        {kind: (len(right), _share(right)) for kind, right in sorted(kinds.items())},
    )


def _share(flags: Iterable[bool]) -> float:
    counted = list(flags)
    return sum(counted) / len(counted) if counted else 1.0
