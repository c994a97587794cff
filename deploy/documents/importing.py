"""The commands `import` and `schema`: a council's own document becomes a pack file that a clerk looks through.

In: a document, what the clerk gives with it or says when asked. Out: the file, and a report on every part of the
document. Never: asks where there is no terminal; half a file; writes over another file unless somebody says yes.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from bot.errors import ProtocolBotError
from bot.pack import Nation, Pack
from content import load, pack_schema, schemas
from content.importing.facts import Facts, facts
from content.importing.imported import Imported, Known, council_id, earlier, imported
from content.importing.packs import refuse_pack_file
from content.importing.written import written
from content.reading.apart import read_apart
from content.reading.lines import Paper
from content.reading.refusals import within_bounds
from content.reading.structure import outline
from deploy.documents import import_report, pack_file

_NATIONS: Final[dict[str, Nation]] = {"e": "england", "england": "england", "w": "wales", "wales": "wales"}


class CannotImport(ProtocolBotError):
    """What is missing to import a document, or what stands in the way, and the mend."""


def run(options: argparse.Namespace) -> None:
    """Import one document. Raises `ProtocolBotError` with the mend; then nothing was written."""
    refuse_pack_file(options.file)
    paper = _read(options.file)
    with within_bounds():
        report = _imported(paper, options)
    print(report)


def _imported(paper: Paper, options: argparse.Namespace) -> str:
    """The report on it; the file is written by then."""
    outlined = outline(paper)
    before = _before(options)
    known, taken = _known(options, facts(outlined, paper.title), before, paper.title)
    made = imported(outlined, known, before)
    made = replace(made, report=replace(made.report, warnings=(*taken, *made.report.warnings)))
    out = options.out or Path(f"{known.council}.yaml")
    report = _record(made, str(out)) if options.json else "\n".join(import_report.told(made, str(out)))
    _keep(made.pack, out, may_ask=_may_ask(options))
    return report


def _record(made: Imported, out: str) -> str:
    """The report for scripts."""
    told = {"pack": out, "council": made.pack.council, "name": made.pack.name, **msgspec.to_builtins(made.report)}
    return json.dumps(told, ensure_ascii=False, indent=2)


def schema(_options: argparse.Namespace) -> None:
    """Print the JSON Schema of a pack file."""
    print(schemas.printed(pack_schema.schema()), end="")


def _before(options: argparse.Namespace) -> Pack | None:
    """The pack to lay the document beside: the one that was named, else the one that comes with the project."""
    if options.beside is not None:
        return load.pack(options.beside)
    return earlier(options.council) if options.council else None


# ---------------------------------------------------------------- what the document may not tell


def _may_ask(options: argparse.Namespace) -> bool:
    return not options.json and sys.stdin.isatty() and sys.stderr.isatty()


def _known(options: argparse.Namespace, told: Facts, before: Pack | None, title: str) -> tuple[Known, tuple[str, ...]]:
    """What was given, what is known, what the document says; what is missing still is asked for on a terminal.

    Where there is none, nobody can be asked: what was taken instead comes with it, in sentences for the report.
    """
    ask = _may_ask(options)
    name, of_name = _name(options, told, before, ask=ask)
    nation, of_nation = _nation(options, told, before, ask=ask)
    council = (before.council if before and not options.council else "") or council_id(options.council or name)
    return Known(council=council, name=name, nation=nation, title=title), (*of_name, *of_nation)


def _name(options: argparse.Namespace, told: Facts, before: Pack | None, *, ask: bool) -> tuple[str, tuple[str, ...]]:
    if given := options.name or (before.name if before else ""):
        return given, ()
    if ask:
        return _asked("The council's name in full", told.council), ()
    if told.council:
        return told.council, ()
    taken = str(options.council or options.file.stem).replace("-", " ").replace("_", " ").strip().title() or "Council"
    return taken, (
        f"The document does not name its council, and nobody could be asked: “{taken}” was taken. If that is wrong, "
        'import it again with --name "Nether Wallop Parish Council".',
    )


def _nation(
    options: argparse.Namespace, told: Facts, before: Pack | None, *, ask: bool
) -> tuple[Nation, tuple[str, ...]]:
    if given := options.nation or (before.nation if before else None):
        return given, ()
    if told.elsewhere:
        print(
            "The document seems to be from Scotland or Northern Ireland. "
            "The bot knows the law of England and Wales only.",
            file=sys.stderr,
        )
    while ask:
        said = _NATIONS.get(_asked("England or Wales", (told.nation or "").title()).casefold())
        if said:
            return said, ()
        print("The bot knows these two alone. Please type england or wales.", file=sys.stderr)
    if told.nation is not None:
        return told.nation, ()
    return "england", (
        "The document does not tell whether the council is in England or in Wales, and nobody could be asked: England "
        "was taken. The law on councillors' conduct is not the same: if that is wrong, import it again with "
        "--nation wales.",
    )


def _asked(question: str, proposed: str) -> str:
    """What somebody types; what is proposed where they only press Enter."""
    shown = f"{question} [{proposed}]: " if proposed else f"{question}: "
    while True:
        print(shown, end="", file=sys.stderr, flush=True)
        try:
            said = input().strip() or proposed
        except EOFError:
            raise CannotImport("Nothing more can be asked here. Give --name and --nation.") from None
        if said:
            return " ".join(said.split())


# ---------------------------------------------------------------- the file


def _keep(pack: Pack, out: Path, *, may_ask: bool) -> None:
    """Write the whole file or none; over another only where somebody says yes."""
    if out.is_dir():
        raise CannotImport(f"{out} is a folder. Name a file in it: --out {out / pack.council}.yaml")
    if _is_another(pack, out) and not (may_ask and _yes(f"{out} is there already. Write over it?")):
        raise CannotImport(f"{out} is there already, and it is another. Name another file with --out.")
    try:
        pack_file.put(pack, out)
    except OSError as broken:
        why = broken.strerror or type(broken).__name__
        raise CannotImport(f"{out} can't be written: {why}. Name another place with --out.") from None


def _is_another(pack: Pack, out: Path) -> bool:
    """Whether a file is there in which something else stands."""
    try:
        return out.exists() and out.read_text(encoding="utf-8") != written(pack, out.name)
    except (OSError, UnicodeDecodeError):
        return True


def _yes(question: str) -> bool:
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    try:
        return input().strip().casefold() in ("y", "yes")
    except EOFError:
        return False


def _read(file: Path) -> Paper:
    """What is in a file; how far the reading is stands on one line of a terminal, which ends when the reading does."""
    shown: list[int] = []

    def progress(done: int, whole: int) -> None:
        if sys.stderr.isatty() and whole > 1:
            shown.append(done)
            print(f"\rReading: {done} of {whole}", end="", file=sys.stderr, flush=True)

    try:
        return read_apart(file, progress)
    finally:
        if shown:
            print(file=sys.stderr, flush=True)
