"""A file's plain values as the core's records, by schema: what does not fit is refused in words.

In: a `Tree`, and what it should be. Out: that, or `UnsoundContent` with file, line, field and the mend.
Never: reads a file; checks what the shape of a record does not tell.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

import msgspec

from content.tree import Plain, Tree

T = TypeVar("T")

_COMPLAINT = re.compile(r"(?P<problem>.*?)(?: - at (?P<key>`key` in )?`(?P<path>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_DAY = "Write it as year-month-day, for example 2027-05-06."
#: A validator's words, what they mean to somebody who edits a file, and the mend.
_PLAINLY: tuple[tuple[str, str, str], ...] = (
    (r"Expected `int` >= (\d+)", "this must be at least {}", "Write a larger number."),
    (r"Expected `int` <= (\d+)", "this must be at most {}", "Write a smaller number."),
    (r"Expected `int( \| null)?`", "a whole number belongs here", "Write it in figures."),
    (r"Expected `array`", "a list belongs here", "Write it in square brackets: [one, two]."),
    (r"Expected `object`", "fields belong here, not a text or a list", "Write each as `name: value`, a line each."),
    (r"Expected `str`, got", "one text belongs here", "Put it in quotation marks."),
    (r"Invalid RFC3339 encoded date", "this is no day that a calendar has", _DAY),
)


def convert(tree: Tree, kind: type[T], example: str, mends: Mapping[str, str] | None = None) -> T:
    """The file as a `kind`. `example` says where to see how it looks; `mends` are by field, as in `quiet.from`."""
    try:
        return msgspec.convert(tree.value, kind, strict=False)
    except msgspec.ValidationError as wrong:
        problem, path = _placed(tree, kind, str(wrong))
        raise tree.error(*_mend(problem, path, kind, example, mends or {})) from None


def _placed(tree: Tree, kind: type, complaint: str) -> tuple[str, str]:
    """What is wrong, and where: a validator does not tell which entry of a mapping it means."""
    found = _COMPLAINT.fullmatch(complaint)
    if found is None:
        return complaint, "$"
    path = found["path"] or "$"
    path += "[...]" if found["key"] else ""
    while (before := path.partition("[...]"))[1]:
        path = next(_entries(tree.value, kind, before[0], complaint), before[0]) + before[2]
    return found["problem"], path


def _entries(value: Plain, kind: type, path: str, complaint: str) -> Iterator[str]:
    """The entries of the mapping at `path` that give this complaint when each stands alone."""
    mapping: Any = value
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    for step in steps:
        mapping = mapping[step]
    for name, entry in mapping.items():
        try:
            msgspec.convert(_with(value, steps, {name: entry}), kind, strict=False)
        except msgspec.ValidationError as wrong:
            if str(wrong) == complaint:
                yield f"{path}.{name}"


def _with(value: Any, steps: list[Any], new: Plain) -> Any:
    """The same value with another at the end of these steps."""
    if not steps:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[steps[0]] = _with(value[steps[0]], steps[1:], new)
    return copy


def _mend(problem: str, path: str, kind: type, example: str, mends: Mapping[str, str]) -> tuple[str, str, str]:
    """A validator's complaint in words for the person who edits the file."""
    if unknown := re.search(r"contains unknown field `(.*)`", problem):
        near = get_close_matches(unknown[1], _field_names(kind), n=1)
        meant = f"Did you mean {near[0]!r}?" if near else f"Delete it; {example} what fields there are."
        return f"{path}.{unknown[1]}", "there is no such field", meant
    if missing := re.search(r"missing required field `(.*)`", problem):
        return f"{path}.{missing[1]}", "this field is missing", f"Add it; {example} how it looks."
    if "got `null`" in problem:
        return path, "this is empty", mends.get("", "Write it, or delete the line.")
    mend = mends.get(re.sub(r"\[\d+\]", "", path).removeprefix("$."))
    if mend and "regex" in problem:
        return path, "this can't be read", mend
    if choice := re.search(r"Invalid enum value '(.*)'", problem):
        return path, f"{choice[1]!r} can't stand here", mend or _choices(kind, path, choice[1], example)
    for pattern, plainly, how in _PLAINLY:
        if said := re.match(pattern, problem):
            return path, plainly.format(*said.groups()), mend or how
    return path, problem[:1].lower() + problem[1:], mend or f"{example.capitalize()} what may stand here."


def _choices(kind: type, path: str, written: str, example: str) -> str:
    """What may stand at a path, the nearest of it first where one is near."""
    allowed = [str(value) for info in _at(kind, path) for value in getattr(info, "values", ())]
    if near := get_close_matches(written, allowed, n=1):
        return f"Did you mean {near[0]!r}?"
    return f"Choose from: {', '.join(allowed)}." if allowed else f"{example.capitalize()} what may stand here."


def _at(kind: type, path: str) -> list[Any]:
    """The types that may stand at a path, as `msgspec.inspect` tells them."""
    infos: list[Any] = [msgspec.inspect.type_info(kind)]
    for name, _index in _STEP.findall(path):
        infos = [inner for info in infos for one in getattr(info, "types", (info,)) for inner in _inside(one, name)]
    return [inner for info in infos for inner in getattr(info, "types", (info,))]


def _inside(info: Any, name: str) -> Iterator[Any]:
    """The types one step further in: a field, an item, or an entry of a mapping with the key it goes by."""
    yield from (field.type for field in getattr(info, "fields", ()) if field.encode_name == name)
    yield from (getattr(info, side) for side in ("item_type", "value_type", "key_type") if hasattr(info, side))
    yield from getattr(info, "item_types", ())


@cache
def _field_names(kind: type) -> frozenset[str]:
    """The names of every field of a record and of the records inside it."""
    found: set[str] = set()
    todo: list[Any] = [msgspec.inspect.type_info(kind)]
    while todo:
        info = todo.pop()
        for field in getattr(info, "fields", ()):
            if field.encode_name not in found:
                found.add(field.encode_name)
                todo.append(field.type)
        todo.extend(getattr(info, "types", ()))
        todo.extend(x for side in ("item_type", "value_type") if (x := getattr(info, side, None)))
    return frozenset(found)
