"""The file that `init` writes: every setting with what it means, those that were answered and those that were not.

In: `Settings`, or a file and one more council. Out: the text. Never: a line of a file that is there changed, but for
where it begins.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from bot.errors import ProtocolBotError
from bot.settings import Settings, Someone
from content import meanings
from content.settings import MANY
from content.tree import why_unread
from deploy.settings.yaml_words import written

_WIDTH: Final = 118
_HEAD: Final = """\
# The settings of Protocol Bot. There is no secret in here. After each change:
#
#   protocol-bot check --settings protocol-bot.yaml
#
# Lines that begin with # are not set: they say what could be. deploy/try.yaml is an example of a whole file, and
# `protocol-bot settings` explains every line.
"""


def text(own: Settings) -> str:
    """A whole file for one council."""
    return f"{_HEAD}\n{council(own)}"


def added(before: str, own: Settings) -> str:
    """The same file with one more council, with its ends of lines. Raises `ProtocolBotError` where no machine can."""
    if "\r\n" in before:
        return added(before.replace("\r\n", "\n"), own).replace("\n", "\r\n")
    column = _column(before)
    if column is None:
        before, column = f"{MANY}:\n  -\n{textwrap.indent(before, '    ')}", 2
    end = "" if before.endswith("\n") else "\n"
    pad = " " * column
    return f"{before}{end}{pad}-\n{textwrap.indent(council(own), f'{pad}  ')}"


def read(file: Path) -> str:
    """What is in it, its ends of lines as they are, without the mark some editors begin with (utf-8-sig).

    Raises `ProtocolBotError`.
    """
    try:
        return file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as broken:
        raise ProtocolBotError(f"{file}: can't be read: {why_unread(file, broken)}") from None


def _column(before: str) -> int | None:
    """Where the dashes of a file of many councils stand; None in a file of one. Raises `ProtocolBotError`."""
    node = yaml.compose(before, Loader=yaml.BaseLoader)
    several = any(line.startswith(("---", "...", "%")) for line in before.splitlines())
    if several or not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise ProtocolBotError(_BY_HAND)
    for key, value in node.value:
        if key.value == MANY:
            if not isinstance(value, yaml.SequenceNode) or value.flow_style:
                raise ProtocolBotError(_BY_HAND)
            return int(value.start_mark.column)
    return None


_BY_HAND: Final = (
    "The file is written in a way that nothing can be added to by itself. Write the new council to a file of its own "
    "with --out, and put it into the other by hand."
)


# ---------------------------------------------------------------- one council


def council(own: Settings) -> str:
    """Its own part of a file."""
    return "\n".join(_fields(own))


def _fields(own: Settings) -> Iterator[str]:
    """Each field with what it means before it; one that is not set as a note, with its example."""
    for one in (one for one in meanings.settings() if "." not in one.path):
        yield from textwrap.wrap(one.means, _WIDTH - 2, initial_indent="# ", subsequent_indent="# ")
        lines = list(_lines(own, one.path))
        yield from lines or textwrap.wrap(
            f"{one.path}: {one.example}", _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
        yield ""


def _lines(own: Settings, field: str) -> Iterator[str]:
    """What stands in the file for a field; nothing where it is not set."""
    value = getattr(own, field)
    if value == getattr(Settings(council=""), field):
        return
    match field:
        case "people":
            yield "people:"
            yield from (f"  - {_someone(one)}" for one in own.people)
        case "workspaces":
            yield f"workspaces: {{{', '.join(f'{name}: {written(id)}' for name, id in own.workspaces.items())}}}"
        case "alternates":
            yield "alternates:"
            yield from (f"  {office}: {_list(who)}" for office, who in own.alternates.items())
        case "group" if own.group:
            yield from ("group:", f"  name: {written(own.group.name)}", f"  members: {_list(own.group.members)}")
        case "bodies":
            yield "bodies:"
            for id, body in own.bodies.items():
                yield from (f"  {id}:", f"    name: {written(body.name)}", f"    reach: {written(body.reach)}")
        case _:
            yield f"{field}: {_list(value) if isinstance(value, tuple) else written(str(value))}"


def _someone(one: Someone) -> str:
    accounts = f", accounts: {_list(one.accounts)}" if one.accounts else ""
    return f"{{id: {written(one.id)}, name: {written(one.name)}, offices: {_list(one.offices)}{accounts}}}"


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(written, values))}]"
