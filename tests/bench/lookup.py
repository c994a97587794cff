"""How well, how fast and in how much memory questions are looked up: `python -m tests.bench.lookup`.

In: the blind questions, and the shared ones where they lie beside the checkout. Out: tables. Never: a question that was
learnt from.
"""

import json
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from math import isnan
from pathlib import Path
from typing import Any, Final

from bot.contents import Contents
from bot.handbook import Handbook
from bot.lookup import Finder
from bot.matcher import Matcher
from content import load
from deploy import handbooks
from deploy.documents import asking
from deploy.handbooks import handbook
from tests.bench.ground import of_a_hundred
from tests.lookup.measure import HERE, Figures, measure, read
from tests.report import Goal, Table, not_tried, tell
from tests.shared import SHARED

_MIB: Final = 1024 * 1024
_ROUNDS: Final = 20
_SHARED: Final = "The shared questions, by the scorer that comes with them"
#: What README.md and the engineer's guide promise, which are rounded to whole hundredths.
_FIRST, _AMONG_THREE, _WRONGLY, _STRICT = 0.845, 0.935, 0.045, 0.865


def tables() -> Iterator[Table]:
    """Quality by our own scorer and by the shared one; latency by kind of question; what learning takes."""
    books = {id: handbook(load.council(id)) for id in load.councils()}
    blind, shared = read(HERE / "blind.jsonl"), SHARED / "questions" / "questions.jsonl"
    yield _quality("Questions by somebody who had not seen this project", measure(blind, books))
    if shared.exists():
        yield _strict(read(shared), books, shared.parent)
    else:
        yield not_tried(
            _SHARED, f"hit@1 on the strict line; promised {_STRICT}", "they do not lie beside this checkout"
        )
    yield _with_care(read(HERE / "concerns.jsonl"))
    yield _latency(blind, books)
    yield _costs()


def _quality(title: str, told: Figures) -> Table:
    rows = [
        ("right clause first", f"{told.hit1:.3f}"),
        ("right clause among the first three", f"{told.hit3:.3f}"),
        ("refused where no clause answers, F1", f"{told.refusal_f1:.3f}"),
        ("refused though a clause answers", f"{told.wrongly_refused:.3f}"),
        *((f"right, of {n} of kind `{kind}`", f"{share:.2f}") for kind, (n, share) in told.by_kind.items()),
    ]
    goals = [
        Goal(f"right clause first {told.hit1:.3f}; promised {_FIRST}", told.hit1 >= _FIRST),
        Goal(f"among the first three {told.hit3:.3f}; promised {_AMONG_THREE}", told.hit3 >= _AMONG_THREE),
        Goal(f"wrongly refused {told.wrongly_refused:.3f}; promised {_WRONGLY}", told.wrongly_refused <= _WRONGLY),
    ]
    return Table(f"{title}: {told.questions}", ("", "share"), rows, goals=goals)


def _with_care(messages: Sequence[dict[str, Any]]) -> Table:
    """How many messages are known to come from the middle of a concern; and how many that do not are taken for one."""
    care, rows = handbooks.care(), []
    for what, of_concern in (("that tell of something gone wrong", True), ("ordinary ones", False)):
        texts = [one["text"] for one in messages if one["concern"] is of_concern]
        shares = (sum(map(does, texts)) / len(texts) for does in (care.keeps_back, care.comes_first))
        rows.append((f"{what}: {len(texts)}", *(f"{share:.3f}" for share in shares)))
    columns = ("messages", "kept back from other people’s hands", "met with where to turn")
    return Table("Messages that nothing was tuned on", columns, rows)


def _strict(questions: list[dict[str, Any]], books: Mapping[str, Handbook], where: Path) -> Table:
    """By the scorer that comes with the questions, which is none of ours."""
    score, run = _scorer(where / "score.py").score, []
    for asked in questions:
        book = books[asked["council"]]
        found = book.finder.find(asked["question"])
        ranked = asking.ranked(found, book.contents)
        run.append({"id": asked["id"], "in_scope": found.in_scope, "score": found.score, "ranked": ranked})
    told = score([json.dumps(row) for row in run], questions, where / "passages.jsonl", "kind")
    strict, refusal = told["strict"], told["refusal"]
    rows = [
        ("strict, all", told["questions"], strict["hit1"], strict["hit3"], refusal["oos_f1"], told["e2e"]),
        *((kind, by["n"], by["hit1"], by["hit3"], by["refused"], by["e2e"]) for kind, by in told["by"].items()),
    ]
    columns = ("", "questions", "hit@1", "hit@3", "refused (of all: F1)", "right end to end")
    cells = [[_cell(cell) for cell in row] for row in rows]
    goal = Goal(f"hit@1 on the strict line {strict['hit1']:.3f}; promised {_STRICT}", strict["hit1"] >= _STRICT)
    return Table(_SHARED, columns, cells, goals=[goal])


def _cell(value: str | float) -> str:
    """The scorer's figures; where there is nothing to take a share of, a dash."""
    if isinstance(value, float):
        return "–" if isnan(value) else f"{value:.3f}"
    return str(value)


def _scorer(file: Path) -> Any:
    spec = spec_from_file_location("shared_score", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _latency(questions: Sequence[dict[str, Any]], books: Mapping[str, Handbook]) -> Table:
    """Every question in turn, then all of them again: the first round, in which mends are made, is told by itself."""
    first: defaultdict[str, list[float]] = defaultdict(list)
    later: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(_ROUNDS):
        for asked in questions:
            start = time.perf_counter()
            books[asked["council"]].finder.find(asked["question"])
            taken = (time.perf_counter() - start) * 1000
            for kind in (asked["kind"], "all"):
                (later if number else first)[kind].append(taken)
    rows = [
        [kind, *(f"{of_a_hundred(taken, number):.3f}" for taken in (first[kind], later[kind]) for number in (50, 99))]
        for kind in sorted(later, key=lambda kind: (kind != "all", kind))
    ]
    columns = ("kind", "first time: p50, ms", "p99, ms", "again: p50, ms", "p99, ms")
    return Table(
        "How long it takes to look a question up",
        columns,
        rows,
        ["In process, without a chat. The first time, misspelt words are mended; that is remembered."],
    )


def _costs() -> Table:
    """What is learnt once for all councils, and what each council adds."""
    topics, packs = load.topics(), [load.council(id) for id in load.councils()]
    asks = sum(len(topic.asks) for topic in topics)
    start = time.perf_counter()
    Matcher(topics)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    matcher = Matcher(topics)
    rows = [[f"learning from {asks} ways of asking", f"{tracemalloc.get_traced_memory()[0] / _MIB:.1f}"]]
    for pack in packs:
        before = tracemalloc.get_traced_memory()[0]
        kept = Finder(Contents(pack), matcher)
        rows.append([f"index of {pack.council}", f"{(tracemalloc.get_traced_memory()[0] - before) / _MIB:.2f}"])
        del kept
    tracemalloc.stop()
    return Table("What looking up takes", ("", "MiB"), rows, [f"Learning took {seconds:.1f} s, once for all councils."])


def main() -> None:
    sys.exit(tell(tables()))


if __name__ == "__main__":
    main()
