"""What people, platforms and their mistakes send: strange text, broken JSON, broken files.

In: sound examples. Out: Hypothesis strategies. Never: an address that is not this computer's; a name of anybody's.
"""

import copy
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from hypothesis import strategies as st

from bot.bot import COMMANDS
from bot.lists import LISTS

#: Stands in much of what is sent; it may stand in no log.
CANARY: Final = "zebracanary"

#: Words that a question or a command may be made of.
KNOWN: Final = (
    *COMMANDS,
    *(one.name for one in LISTS),
    "/protocol",
    "protocol",
    "@protocol",
    "concern",
    "3.2",
    "clause 5.3",
    "was",
    "in 2024",
    "bullet 5",
    "compare mediation",
    "clerk",
    "bullying",
    "who decides",
    "help",
    "CN-0000-0000",
    "barrow",
    "part 2",
    "paragraph 4",
    "2026-11-22",
)

_ODD: Final = (
    "",
    " ",
    "\0",
    "\ud800",
    "\udfff x",
    "\u202e3.2\u202c",
    "مادة ٣.٢",
    "סעיף 3.2",
    "三.二",
    "３．２",
    "²",
    "½",
    "-1",
    "1e999",
    "9" * 400,
    "0" * 5000,
    "3.2 bullet 5",
    "3..2",
    "3.2.1.9.9.9",
    "clause",
    "payload",
    "payload=",
    "%s %n %(x)s {0}",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "<@U1>",
    "<!everyone>",
    "<script>alert(1)</script>",
    "&lt;&amp;lt;",
    "'; DROP TABLE x;--",
    "../../etc/passwd",
    "con",
    "nul",
    "\r\nX-A: b",
    "\x1b[31m",
    "ﷺ" * 50,
    "Z̸̢̛͔͇̠̾͋a̷̢͎̐l̵͖̄g̴̛̠o̶͖̕" * 20,
    "\u200b\u200e\ufeff",
    "👩‍👩‍👧‍👦" * 30,
    "İ" * 30,
    "ß" * 30,
    "ŉ" * 40,
    "\ufdfa" * 20,
    "a" * 100_000,
    "é" * 40_000,
    "( " * 3000,
    "a? " * 4000,
    "\n" * 5000,
    "2026-02-30",
    "29 February 2027",
    "0000-00-00",
    "99999-01-01",
    "2026-11-22T12:00:00Z",
    "1/2/3",
    "today",
    "next week",
    "CN-0000-0000",
    "CN-",
    "concerns/start/",
    "clauses/run/roles",
    "a/b/c/d/e",
    "/",
    "//",
    "yes",
    "null",
    "true",
    "NaN",
)


def text(size: int = 300) -> st.SearchStrategy[str]:
    """Any text, half characters too; some of it has the canary in it."""
    anything = st.text(st.characters(), max_size=size)
    odd = st.sampled_from(_ODD)
    return st.one_of(odd, anything, st.builds(lambda a, b: f"{a}{CANARY}{b}", anything, odd))


def words(known: Sequence[str]) -> st.SearchStrategy[str]:
    """Words that mean something, among any others."""
    return st.lists(st.one_of(st.sampled_from(known), text(40)), max_size=6).map(" ".join)


def values() -> st.SearchStrategy[Any]:
    """Whatever JSON can carry."""
    plain = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), text(60), st.just(10**400), st.just(-0.0), st.just(2**63)
    )
    return st.recursive(plain, _within, max_leaves=8)


def _within(some: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(some, max_size=4), st.dictionaries(text(10), some, max_size=4))


def deep(times: int) -> Any:
    """So many lists and mappings, one in another."""
    made: Any = CANARY
    for number in range(times):
        made = [made] if number % 2 else {"type": made}
    return made


# ---------------------------------------------------------------- JSON


@st.composite
def mutated(draw: st.DrawFn, sound: Sequence[Any]) -> Any:
    """One of these, with a few things in it changed."""
    made = copy.deepcopy(draw(st.sampled_from(sound)))
    for _ in range(draw(st.integers(0, 5))):
        paths = list(_paths(made))
        if not paths:
            break
        path = paths[draw(st.integers(0, len(paths) - 1))]
        other = paths[draw(st.integers(0, len(paths) - 1))]
        _change(draw, made, path, other)
    return made


def _change(draw: st.DrawFn, made: Any, path: Sequence[Any], other: Sequence[Any]) -> None:
    inner, key = _at(made, path[:-1]), path[-1]
    match draw(st.integers(0, 6)):
        case 0:
            del inner[key]
        case 1:
            inner[key] = draw(text())
        case 2:
            inner[key] = draw(values())
        case 3:
            inner[key] = deep(draw(st.sampled_from((3, 40, 400))))
        case 4:
            inner[key] = copy.deepcopy(_at(made, other))
        case 5:
            inner[key] = [copy.deepcopy(inner[key])] * draw(st.sampled_from((0, 1, 2, 200)))
        case _:
            inner[key] = json.dumps(inner[key])


def _paths(inner: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs: Iterable[Any] = ()
    if isinstance(inner, dict):
        pairs = list(inner.items())
    elif isinstance(inner, list):
        pairs = list(enumerate(inner))
    for name, value in pairs:
        yield (*path, name)
        if len(path) < 12:
            yield from _paths(value, (*path, name))


def _at(made: Any, path: Sequence[Any]) -> Any:
    for name in path:
        made = made[name]
    return made


def whole(given: Any) -> Any:
    """The same where a form or a header has to carry it: half a character can't be sent there."""
    return given.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if isinstance(given, str) else given


# ---------------------------------------------------------------- files

#: What stands where something else should, in YAML.
_YAML: Final = (
    "&a [*a]",
    "*nobody",
    "!!python/object/apply:os.system [true]",
    "!!binary aGk=",
    "<<: {a: b}",
    "? [a]\n: b",
    "{",
    "[",
    '"',
    "'",
    "|",
    ">-",
    "- - - -",
    "\t",
    "\0",
    "---\n",
    "...\n",
    "%YAML 9.9\n---\n",
    "\ufeff",
    "[" * 3000,
    "{a: " * 2000,
    "- " * 3000,
    "yes",
    "1.10",
    "2026-02-30",
    "99999999999999999999",
    "~",
    "é" * 5000,
    f"{CANARY}: {CANARY}",
    "@",
    "`",
    "&x a\nb: *x",
    "a: &l [x,x,x,x,x,x,x,x,x]\nb: &m [*l,*l,*l,*l,*l,*l,*l,*l]\nc: &n [*m,*m,*m,*m,*m,*m,*m,*m]\n"
    "d: &o [*n,*n,*n,*n,*n,*n,*n,*n]\ne: &p [*o,*o,*o,*o,*o,*o,*o,*o]\nf: &q [*p,*p,*p,*p,*p,*p,*p,*p]\n"
    "g: &r [*q,*q,*q,*q,*q,*q,*q,*q]\nh: [*r,*r,*r,*r,*r,*r,*r,*r]",
)


@st.composite
def lines(draw: st.DrawFn, sound: Sequence[str]) -> str:
    """One of these files, with a few of its lines changed."""
    made = draw(st.sampled_from(sound)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        at, other = (draw(st.integers(0, max(len(made) - 1, 0))) for _ in range(2))
        if not made:
            break
        odd = draw(st.one_of(st.sampled_from(_YAML), text(60), st.sampled_from(_ODD)))
        key, colon, _ = made[at].partition(": ")
        match draw(st.integers(0, 8)):
            case 0:
                del made[at]
            case 1:
                made.insert(at, made[at])
            case 2:
                made[at], made[other] = made[other], made[at]
            case 3:
                made[at] = " " * draw(st.integers(0, 9)) + made[at].lstrip(" ")
            case 4 | 5:
                made[at] = f"{key}: {odd}\n" if colon else f"{odd}\n"
            case 6:
                made.insert(at, f"{odd}\n")
            case 7:
                made[at:] = made[at : at + draw(st.integers(0, 3))]
            case _:
                cut = draw(st.integers(0, len(made[at])))
                made[at] = made[at][:cut] + odd + made[at][cut:]
    return "".join(made)


@st.composite
def bytes_of(draw: st.DrawFn, sound: Sequence[bytes]) -> bytes:
    """One of these files, with a few of its bytes changed, or cut short."""
    made = bytearray(draw(st.sampled_from(sound)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(made) - 1, 0)))
        match draw(st.integers(0, 4)):
            case 0 if made:
                made[at] ^= 1 << draw(st.integers(0, 7))
            case 1:
                del made[at:]
            case 2:
                made[at:at] = draw(st.binary(max_size=80))
            case 3:
                del made[at : at + draw(st.integers(1, 40))]
            case _:
                made += made[: draw(st.integers(0, 200))]
    return bytes(made)
