"""How much of each document is read right: `python -m tests.reading.measure [FOLDER TRUTHS] [--misses N]`.

In: files `NAME.FORM.EXT` and truths `NAME.json`; without folders the project's own documents, in every form, and the
shared ones where they lie beside the checkout. Out: a table per format and document. Never: a verdict.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.errors import ProtocolBotError
from tests.reading.outlined import read_back
from tests.reading.scoring import Miss, Printed, Score, score
from tests.reading.written import write_all
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


def table(told: list[Measured], misses: int) -> Iterator[str]:
    """A line for each document, then one for each form and each format."""
    width = max((len(one.file.name) for one in told), default=0)
    for one in told:
        yield f"{one.file.name:{width}}  {_figures(one.score) if one.score else one.why}  {one.seconds:.2f} s"
        for miss in one.misses[:misses]:
            yield f"    {miss.why:5} {miss.clause.get('ref') or '-':6} {miss.clause['text'][:90]}"
    for name, key in (("form", _form), ("format", _format)):
        yield ""
        for group in sorted({key(one.file) for one in told}):
            in_it = [one for one in told if key(one.file) == group]
            yield f"{name} {group:{max(1, width - len(name) - 1)}}  {_mean(in_it)}"


def _form(file: Path) -> str:
    return ".".join(file.name.split(".")[1:])


def _format(file: Path) -> str:
    return FORMATS[file.suffix]


def _figures(found: Score) -> str:
    shares = ("words", "text", "ref", "path", "items", "clause", "order")
    return "  ".join(f"{name} {getattr(found, name):.3f}" for name in shares) + f"  extra {found.extra}"


def _mean(told: list[Measured]) -> str:
    """The mean over documents: what was refused counts as nothing read."""
    found = [one.score for one in told if one.score]
    words, clause = (sum(values) / len(told) for values in ([f.words for f in found], [f.clause for f in found]))
    worst = min((f.clause for f in found), default=0.0) if len(found) == len(told) else 0.0
    extra = sum(one.extra for one in found)
    return f"words {words:.3f}  clause {clause:.3f}  worst {worst:.3f}  extra {extra}  of {len(told)}"


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as made:
        pairs = _chosen(options, Path(made))
        told = [measure(file, truth) for file, truth in pairs if re.search(options.only, file.name)]
        print("\n".join(table(told, options.misses)))


def _chosen(options: argparse.Namespace, made: Path) -> list[tuple[Path, Path]]:
    if options.folder:
        return documents(Path(options.folder), Path(options.truths or Path(options.folder) / "truth"))
    own = write_all(made)
    shared = SHARED / "documents"
    return [*documents(own, own / "truth"), *(documents(shared, shared / "truth") if shared.exists() else ())]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="documents, NAME.FORM.EXT")
    parser.add_argument("truths", nargs="?", metavar="TRUTHS", help="NAME.json; otherwise FOLDER/truth")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print the first N clauses missed of each")
    parser.add_argument("--only", default="", metavar="PATTERN", help="only files whose name it is found in")
    return parser.parse_args()


if __name__ == "__main__":
    main()
