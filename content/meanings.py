"""What every setting and every variable of the environment means: `meanings.yaml`, beside the code's own records.

In: the file, the records of `bot.settings`. Out: each setting with what belongs there, its default, its meaning and an
example. Never: a setting without a meaning; a meaning of what is no setting; a default that is not the code's.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import NODEFAULT, inspect

from bot.settings import Settings
from content.fields import convert
from content.tree import Tree

_FILE: Final = files("content") / "meanings.yaml"


class Meaning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a setting. `example` is what may stand after its name, as YAML."""

    means: str
    example: str


class Variable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a variable of the environment; `without`: what holds where it is not set."""

    means: str
    without: str
    example: str


class Setting(NamedTuple):
    """A field of the settings. `path` as in `people.id`; `default` is None where the field is needed."""

    path: str
    record: str
    belongs: str
    default: str | None
    means: str
    example: str


class _Meanings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    settings: dict[str, Meaning]
    environment: dict[str, Variable]


@cache
def environment() -> Mapping[str, Variable]:
    """The variables of the environment, in the order of the file. Raises `UnsoundContent`."""
    return _read()[1].environment


@cache
def settings() -> tuple[Setting, ...]:
    """Every field of the settings, in the order of the records. Raises `UnsoundContent` where one is not explained."""
    tree, read = _read()
    found = dict(_fields(inspect.type_info(Settings), ""))
    for path in read.settings:
        if path not in found:
            raise tree.error(f"$.settings.{path}:key", "there is no such setting", "Delete it.")
    for path in found:
        if path not in read.settings:
            raise tree.error("$.settings", f"{path} is not explained", "Add what it means, and an example.")
    return tuple(
        Setting(path, record, _belongs(field.type), _default(field), told.means, told.example)
        for path, (record, field) in found.items()
        for told in (read.settings[path],)
    )


@cache
def _read() -> tuple[Tree, _Meanings]:
    tree = Tree(_FILE)
    return tree, convert(tree, _Meanings, "the others show")


def _fields(info: Any, above: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Every field of a record and of the records inside it, with the name of the record it is of."""
    for field in info.fields:
        path = f"{above}{field.encode_name}"
        yield path, (info.cls.__name__, field)
        for inner in _records(field.type):
            yield from _fields(inner, f"{path}.")


def _records(info: Any) -> Iterator[Any]:
    """The records that stand in a field: by itself, in a list or in a mapping."""
    if isinstance(info, inspect.StructType):
        yield info
    for inner in (*getattr(info, "types", ()), *(getattr(info, side, None) for side in ("item_type", "value_type"))):
        if inner is not None:
            yield from _records(inner)


# ---------------------------------------------------------------- in words


def _belongs(info: Any) -> str:
    """What belongs in a field, in words."""
    match info:
        case inspect.UnionType(types=types):
            return " or ".join(_belongs(one) for one in types if not isinstance(one, inspect.NoneType))
        case inspect.LiteralType(values=values):
            return str(values[0]) if len(values) == 1 else f"one of: {', '.join(sorted(map(str, values)))}"
        case inspect.IntType(ge=int(least), le=int(most)):
            return f"a whole number from {least} to {most}"
        case inspect.VarTupleType(item_type=inspect.StructType()):
            return "a list, each with the fields below"
        case inspect.VarTupleType(item_type=item):
            return f"a list, each {_belongs(item)}"
        case inspect.TupleType(item_types=items):
            return f"a list of {len(items)}"
        case inspect.DictType(key_type=key, value_type=value):
            names = "for each office" if isinstance(key, inspect.LiteralType) else "for each name"
            return f"{names} {_belongs(value)}"
        case inspect.DateType():
            return "a day: year-month-day"
        case inspect.StrType(pattern=str()):
            return "a time: hours:minutes"
        case inspect.StructType():
            return "the fields below"
        case _:
            return "text"


def _default(field: Any) -> str | None:
    """The code's own, as it would stand in the file."""
    if field.required:
        return None
    value = field.default_factory() if field.default is NODEFAULT else field.default
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, msgspec.Struct):
        return "as below"
    if isinstance(value, tuple) and value:
        return f"[{', '.join(_shown(one) for one in value)}]"
    if value in (None, "", {}, ()):
        return ""
    return f'"{value}"' if ":" in str(value) else str(value)
