"""A YAML file as plain values that still know their lines.

In: a file. Out: `Tree`: text, lists, mappings and None, and for each path the line it stands on.
Never: guesses a type (`yes`, `1.10` and dates stay text), lets a key stand twice.
"""

import re
import sys
from collections.abc import Hashable
from copy import copy
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from bot.errors import UnsoundContent

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
File: TypeAlias = Path | Traversable

#: Shorter texts are words such as `should` and names of topics: held once, in however many files they stand.
_REPEATED: Final = 40
#: Values that a file may have beyond the number of its characters: only & and * make more of them than stand there, and
#: a few lines of those can mean more than any computer holds.
_SPARE: Final = 20_000
_Loader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def why_unread(file: File, failed: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, and the mend, as the end of a sentence."""
    if isinstance(failed, UnicodeDecodeError):
        return "it is no text in UTF-8. Save it as that."
    if file.is_dir():
        return "it is a folder. Name the file itself."
    if isinstance(failed, FileNotFoundError):
        return "it is not there. Name it with the folder it is in."
    return f"{failed.strerror or type(failed).__name__}. May this account read it?"


class Tree:
    """A parsed file. `lines` maps a path such as `$.body[3].strength` to its line.

    `name` is what its errors call it, where its own name alone would not tell which file it is.
    """

    def __init__(self, file: File, name: str = "") -> None:
        self.name = name or file.name
        self.lines: dict[str, int] = {}
        try:
            text = file.read_text(encoding="utf-8")
            node = yaml.compose(text, Loader=_Loader)
        except (OSError, UnicodeDecodeError) as broken:
            raise UnsoundContent(f"{file}: can't be read: {why_unread(file, broken)}") from None
        except yaml.MarkedYAMLError as broken:
            mark = broken.problem_mark
            line = mark.line + 1 if mark else 1
            raise UnsoundContent(
                f"{self.name}, line {line}: this is not YAML: {broken.problem}. "
                "Look for a missing quotation mark, colon or indent on this line or the one above."
            ) from None
        except yaml.YAMLError as broken:
            raise UnsoundContent(f"{self.name}: this is not YAML: {str(broken).splitlines()[0]}.") from None
        if node is None:
            raise UnsoundContent(f"{self.name}: the file is empty. Copy one of the others and change it.")
        self._at, self._called = "$", ""
        self._open: set[int] = set()
        self._room = len(text) + _SPARE
        try:
            self.value = self._plain(node, "$")
        except RecursionError:
            raise UnsoundContent(
                f"{self.name}: lists stand within lists, too deep to be read. Take some out."
            ) from None

    def part(self, path: str, called: str) -> "Tree":
        """What stands at `path`, as if it were a file by itself; its errors say what it is `called` too."""
        part = copy(self)
        part._at, part._called = path, called
        for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path):
            inside: Any = part.value
            part.value = inside[name or int(index)]
        return part

    def error(self, path: str, problem: str, mend: str) -> UnsoundContent:
        """The error for something at `path`: file, line, field, and the mend."""
        known = self._at + path.removeprefix("$")
        while known not in self.lines and known != "$":
            known = known[: max(known.rfind("."), known.rfind("["))]
        field = path.removeprefix("$").removeprefix(".") or ("" if self._called else "the whole file")
        where = ", ".join(part for part in (self._called, field) if part)
        return UnsoundContent(f"{self.name}, line {self.lines.get(known, 1)}, {where}: {problem}. {mend}")

    def _plain(self, node: yaml.Node, path: str) -> Plain:
        self.lines[path] = node.start_mark.line + 1
        if id(node) in self._open:
            raise self.error(path, "this refers to itself", "Write it out instead of using & and *.")
        self._room -= 1
        if self._room < 0:
            raise self.error(path, "far more than stands here is said by & and *", "Write it out.")
        self._open.add(id(node))
        value = self._value(node, path)
        self._open.remove(id(node))
        return value

    def _value(self, node: yaml.Node, path: str) -> Plain:
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, f"{path}[{i}]") for i, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        value = str(node.value)
        if isinstance(node, yaml.ScalarNode) and not node.style and value in ("", "null", "~"):
            return None
        return sys.intern(value) if len(value) < _REPEATED else value

    def _mapping(self, node: yaml.MappingNode, path: str) -> Plain:
        found: dict[str, Plain] = {}
        for key, child in node.value:
            name = key.value
            if not isinstance(name, Hashable) or not isinstance(name, str):
                raise self.error(path, "a key must be a word", "Put the key in quotation marks.")
            here = f"{path}.{name}"
            if name == "<<" and not key.style:  # YAML 1.1, "merge": most readers put in what stands elsewhere
                self.lines[here] = key.start_mark.line + 1
                raise self.error(here, "merging is not read here", "Write it out.")
            if name in found:
                self.lines[here] = key.start_mark.line + 1
                first = self.lines[f"{path}.{name}:key"]
                raise self.error(here, f"{name!r} stands twice; the first is on line {first}", "Delete one of the two.")
            self.lines[f"{here}:key"] = key.start_mark.line + 1
            found[name] = self._plain(child, here)
        return found
