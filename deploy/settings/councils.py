"""The councils' own settings, for whatever is run: every council of a file or of several, or one by its name.

In: files of settings, a council's id. Out: `Settings`. Never: the same council, or the same workspace, twice; a guess
which of several councils is meant.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from bot.errors import UnsoundContent
from bot.settings import Settings
from content.settings import every
from content.settings_together import problems
from deploy.handbooks import shipped
from deploy.settings import made_up
from deploy.usual import SETTINGS


def read(files: Sequence[Path]) -> list[Settings]:
    """The councils' settings, each council's once. Raises `UnsoundContent` with file, line and mend."""
    if not files and not SETTINGS.is_file():
        raise UnsoundContent(
            f"There is no {SETTINGS} here. To be asked a few questions and have it written: protocol-bot init. "
            "One that lies elsewhere is named with --settings FILE."
        )
    found: dict[str, tuple[Path, Settings]] = {}
    for file in files or (SETTINGS,):
        for own in every(file):
            _sound(own, file)
            if other := found.get(own.council):
                raise UnsoundContent(
                    f"{other[0]} and {file} are both for {own.council}. Each council stands in one of them: take it "
                    "out of the other."
                )
            found[own.council] = file, own
    all_settings = [own for _, own in found.values()]
    for i, (_, problem, mend) in problems(all_settings):
        own = all_settings[i]
        raise UnsoundContent(f"{found[own.council][0]}, council {own.council}: {problem}. {mend}")
    return all_settings


def of(council: str | None, file: Path | None) -> Settings:
    """One council's own settings from its file; the example where it has none. Raises `UnsoundContent`.

    `council` may be left out where the file is of one council only.
    """
    if file is None:
        if council is None:
            raise UnsoundContent("Name a council with --council ID, or its own settings with --settings FILE.")
        return made_up.settings_of(council)
    there = {own.council: own for own in every(file)}
    if council is None and len(there) > 1:
        raise UnsoundContent(f"{file.name} is for {len(there)} councils: {_listed(there)}. Name one with --council ID.")
    if council is not None and council not in there:
        raise UnsoundContent(_not_in(council, file, list(there)))
    return there[council] if council else next(iter(there.values()))


def _sound(own: Settings, file: Path) -> None:
    """Raises `UnsoundContent` where there is no protocol to begin with."""
    try:
        shipped(own)
    except UnsoundContent as why:
        raise UnsoundContent(f"{file.name}, council: {why}") from None


def _not_in(council: str, file: Path, there: Sequence[str]) -> str:
    if len(there) == 1:
        return f"{file.name} is for {there[0]}, not for {council}. Name the one or the other."
    near = get_close_matches(council, there, n=1)
    return f"{file.name} is for {_listed(there)}, not for {council}.{f' Did you mean {near[0]}?' if near else ''}"


def _listed(ids: Sequence[str] | dict[str, Settings]) -> str:
    """At most ten of them: a county has two hundred."""
    names = list(ids)
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
