"""Makes room in the tables of a Markdown file for rows that have more cells than the head.

In: the file's text. Out: the same, each table's head as wide as its widest row. Never: changes a cell.
The rule of GitHub's Markdown is that such cells are left out; somebody wrote them, and may mean what they say.
"""

import re

_RULE = re.compile(r":?-+:?")
_STROKE = re.compile(r"(?<!\\)\|")
#: No table of a protocol is wider; past this somebody draws with strokes.
_WIDEST = 50


def widened(text: str) -> str:
    """The text, with empty cells at the end of each table's first two lines where a row below needs them."""
    lines = text.split("\n")
    at = 1
    while at < len(lines):
        if not _is_rule(lines[at]) or _cells(lines[at - 1]) != _cells(lines[at]):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].strip():
            end += 1
        widest = min(max(map(_cells, lines[at:end])), _WIDEST)
        if more := widest - _cells(lines[at]):
            lines[at - 1] = _with(lines[at - 1], "   |" * more)
            lines[at] = _with(lines[at], " - |" * more)
        at = end
    return "\n".join(lines)


def _is_rule(line: str) -> bool:
    return "|" in line and all(_RULE.fullmatch(cell.strip()) for cell in _inside(line).split("|"))


def _cells(line: str) -> int:
    return len(_STROKE.findall(_inside(line))) + 1


def _inside(line: str) -> str:
    """A row without the strokes at its ends."""
    inside = line.strip().lstrip("> \t").removeprefix("|")
    return inside[:-1] if _is_closed(inside) else inside


def _is_closed(line: str) -> bool:
    return line.endswith("|") and not line.endswith("\\|")


def _with(line: str, cells: str) -> str:
    return (line.rstrip() if _is_closed(line.rstrip()) else f"{line.rstrip()} |") + cells
