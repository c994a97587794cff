"""How much of each document is read right: `python -m tests.reading.measure [FOLDER TRUTHS] [--misses N]`.

In: files `NAME.FORM.EXT` and truths `NAME.json`; without folders the project's own documents, in every form, and the
shared ones where they lie beside the checkout. Out: tables, by document and by format.
Never: a document that was refused, or broke, left out of a mean.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Final, NamedTuple

from bot.errors import ProtocolBotError
from tests.reading.outlined import read_back
from tests.reading.scoring import Miss, Printed, Score, score
from tests.reading.written import write_all
from tests.report import Goal, Table, tell
from tests.shared import SHARED

FORMATS = {".docx": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html", ".md": "md", ".txt": "txt"}


class Measured(NamedTuple):
    """A document that was measured; `score` is None where it was refused, or broke, and `why` says so."""

    file: Path
    score: Score | None
    misses: list[Miss]
    seconds: float
    why: str = ""


def documents(folder: Path, truths: Path) -> list[tuple[Path, Path]]:
    """Each file of a format that can be read, with its truth."""
    found = sorted(file for file in folder.iterdir() if file.suffix in FORMATS)
    pairs = ((file, truths / f"{file.name.split('.')[0]}.json") for file in found)
    return [(file, truth) for file, truth in pairs if truth.exists()]


def measure(file: Path, truth: Path) -> Measured:
    begun = time.perf_counter()
    try:
        got = read_back(file)
    except ProtocolBotError as refused:
        return Measured(file, None, [], time.perf_counter() - begun, str(refused))
    except Exception as broken:  # a table of all documents is wanted, whatever one of them does
        return Measured(file, None, [], time.perf_counter() - begun, f"{type(broken).__name__}: {broken}")
    seconds = time.perf_counter() - begun
    wanted: Printed = json.loads(truth.read_text(encoding="utf-8"))
    found, misses = score(got, wanted)
    return Measured(file, found, misses, seconds)


def tables(pairs: Iterable[tuple[Path, Path]], whose: str, misses: int = 0) -> Iterator[Table]:
    """One of every document, one of every format, with the goals of reading."""
    told = [measure(file, truth) for file, truth in pairs]
    notes = [
        f"`{one.file.name}`: {miss.why}, {miss.clause.get('ref') or '-'} {miss.clause['text'][:90]}"
        for one in told
        for miss in one.misses[:misses]
    ]
    notes += [f"`{one.file.name}` was not read: {one.why}" for one in told if one.score is None]
    notes.append("By the project's scorer; `tests/reading/test_scoring.py` holds that the shared one says the same.")
    rows = [[one.file.name, *_figures(one.score), f"{one.seconds:.2f}"] for one in told]
    yield Table(f"{whose}, read", ("", *_SHARES, "extra", "seconds"), rows, notes)
    means = [_mean(name, [one for one in told if FORMATS[one.file.suffix] == name]) for name in _formats(told)]
    columns = ("format", "documents", "words", "clause", "least clause", "extra", "seconds each")
    yield Table(f"{whose}, by format", columns, [row for row, _ in means], goals=[goal for _, goal in means])


_SHARES: Final = ("words", "text", "ref", "path", "items", "clause", "order")
#: Shares of words and of clauses that are right; `tests/reading/test_documents.py` holds every document to them.
_WORDS: Final = 0.98
_CLAUSE: Final = defaultdict(lambda: 0.95, pdf=0.90)


def _formats(told: Iterable[Measured]) -> list[str]:
    return sorted({FORMATS[one.file.suffix] for one in told})


def _figures(found: Score | None) -> list[str]:
    if found is None:
        return ["–"] * (len(_SHARES) + 1)
    return [*(f"{getattr(found, name):.3f}" for name in _SHARES), str(found.extra)]


def _mean(name: str, told: Sequence[Measured]) -> tuple[list[str], Goal]:
    """Over the documents of a format; what was refused counts as nothing read."""
    found = [one.score or Score(0, 0, 0, 0, 0, 0, 0, 0, 0) for one in told]
    words, clause, least = mean(f.words for f in found), mean(f.clause for f in found), min(f.clause for f in found)
    extra, seconds = sum(f.extra for f in found), mean(one.seconds for one in told)
    row = [name, str(len(told)), f"{words:.3f}", f"{clause:.3f}", f"{least:.3f}", str(extra), f"{seconds:.2f}"]
    what = (
        f"{name}: of no document less than {_WORDS} of the words and {_CLAUSE[name]} of the clauses, and nothing else"
    )
    met = all(f.words >= _WORDS and f.clause >= _CLAUSE[name] for f in found) and not extra
    return row, Goal(what, met)


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as made:
        sys.exit(
            tell(
                table for whose, pairs in _chosen(options, Path(made)) for table in tables(pairs, whose, options.misses)
            )
        )


def _chosen(options: argparse.Namespace, made: Path) -> Iterator[tuple[str, list[tuple[Path, Path]]]]:
    """Whose documents, and each with its truth."""
    shared = SHARED / "documents"
    if options.folder:
        folder = Path(options.folder)
        chosen = {"The documents": (folder, Path(options.truths or folder / "truth"))}
    else:
        own = write_all(made)
        chosen = {"The project's own documents": (own, own / "truth")}
        if shared.exists():
            chosen["The shared documents"] = (shared, shared / "truth")
    for whose, (folder, truths) in chosen.items():
        pairs = [pair for pair in documents(folder, truths) if re.search(options.only, pair[0].name)]
        if pairs:
            yield whose, pairs


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="documents, NAME.FORM.EXT")
    parser.add_argument("truths", nargs="?", metavar="TRUTHS", help="NAME.json; otherwise FOLDER/truth")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print the first N clauses missed of each")
    parser.add_argument("--only", default="", metavar="PATTERN", help="only files whose name it is found in")
    return parser.parse_args()


if __name__ == "__main__":
    main()
