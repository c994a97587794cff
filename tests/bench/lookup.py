"""How well, how fast and in how much memory questions are looked up: `make bench`.

In: the blind questions, and the shared ones where they lie beside the checkout. Out: a table. Never: a verdict.
"""

import time
import tracemalloc

from bot.contents import Contents
from bot.lookup import Finder
from bot.matcher import Matcher
from content import load
from tests.lookup.measure import HERE, Figures, measure, read
from tests.shared import SHARED

_MIB = 1024 * 1024


def main() -> None:
    files = {"blind": HERE / "blind.jsonl", "shared": SHARED / "questions" / "questions.jsonl"}
    for name, file in files.items():
        if file.exists():
            _print(name, measure(read(file)))
    _costs()


def _print(name: str, told: Figures) -> None:
    print(f"{name}: {told.questions} questions")
    print(
        f"  right clause first {told.hit1:.3f}, among three {told.hit3:.3f}; keywords first {told.keyword1:.3f}; ",
        end="",
    )
    print(f"numbers {told.numbers:.3f}")
    print(f"  refusal F1 {told.refusal_f1:.3f}, wrongly refused {told.wrongly_refused:.3f}; ", end="")
    print(f"median {told.milliseconds:.2f} ms a question")
    print("  " + ", ".join(f"{kind} {share:.2f} of {n}" for kind, (n, share) in told.by_kind.items()))


def _costs() -> None:
    """What is learnt once for all councils, and what each council adds."""
    topics, packs = load.topics(), [load.council(id) for id in load.councils()]
    tracemalloc.start()
    start = time.perf_counter()
    matcher = Matcher(topics)
    learnt, seconds = tracemalloc.get_traced_memory()[0], time.perf_counter() - start
    asks = sum(len(topic.asks) for topic in topics)
    print(f"learning from {asks} ways of asking: {learnt / _MIB:.1f} MiB, {seconds:.1f} s (traced)")
    for pack in packs:
        before = tracemalloc.get_traced_memory()[0]
        kept = Finder(Contents(pack), matcher)
        print(f"index of {pack.council}: {(tracemalloc.get_traced_memory()[0] - before) / _MIB:.2f} MiB")
        del kept
    tracemalloc.stop()


if __name__ == "__main__":
    main()
