"""The body of a request, before anybody knows who sent it.

In: bytes from anywhere. Out: a JSON object that everybody reads alike, or `Unreadable`.
Never: I/O; gets lost in what was made to get lost in; repeats anything of it.
"""

import json
import math
from collections.abc import Sequence
from typing import Any, Final, NoReturn

_LONGEST: Final = 1_000_000  # bytes
_DEEPEST: Final = 60  # levels; a card's data has about ten
_DIGITS: Final = 40  # of a whole number


class Unreadable(ValueError):
    """Nothing that Teams sends. `status` is all that the sender is told."""

    status = 400


class TooLarge(Unreadable):
    """Far more than Teams sends."""

    status = 413


def read(raw: bytes) -> dict[str, Any]:
    """Raises `Unreadable` for what two readers could take for different things (RFC 8259), or stumble over."""
    if len(raw) > _LONGEST:
        raise TooLarge
    try:
        found = json.loads(
            raw.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite, parse_int=_short
        )
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(found, dict) or (_is_perhaps_deep(raw) and _is_deeper(found, _DEEPEST)):
        raise Unreadable
    return found


def _is_perhaps_deep(raw: bytes) -> bool:
    """No level without its bracket: most that comes has too few of them to be gone through."""
    return raw.count(b"{") + raw.count(b"[") > _DEEPEST


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_number(_name: str) -> NoReturn:
    raise ValueError("no number of JSON’s")


def _finite(digits: str) -> float:
    if math.isfinite(number := float(digits)):
        return number
    raise ValueError("too large a number")


def _short(digits: str) -> int:
    if len(digits) <= _DIGITS:
        return int(digits)
    raise ValueError("too long a number")


def _is_deeper(value: object, levels: int) -> bool:
    within: Sequence[object] = ()
    if isinstance(value, dict):
        within = tuple(value.values())
    elif isinstance(value, list):
        within = value
    return bool(within) and (not levels or any(_is_deeper(one, levels - 1) for one in within))
