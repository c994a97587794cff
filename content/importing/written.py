"""A pack as YAML that a clerk can read and edit.

In: a `Pack`. Out: text that `content.load.pack` reads back to the very same value. Never: a value that YAML would take
for another: what could be is put in quotation marks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import fields

from bot.pack import Clause, Heading, Item, Named, Pack, Pair, Proposal, Rule, Value, Version
from content.quoting import UNPRINTED, quoted

_WIDTH: Final = 112  # characters of a folded line, its indent not counted
#: What may stand without quotation marks and be nothing but itself; a colon, a hash or a dash may begin something else.
_PLAIN: Final = re.compile(r"[A-Za-z0-9][\w .,'’()/&–-]*(?<![ ])")
#: YAML takes these for something else, at least in an editor.
_MISTAKEN: Final = re.compile(r"(?:null|true|false|yes|no|on|off|y|n|[\d.,_]+(?:e\d+)?|0[xo].*)", re.IGNORECASE)
_HEAD: Final = """\
# {named}
#
# This is the council's own protocol as the bot reads it: `text` is the adopted wording, to the letter.
# Look through it against the document. What may be put right here: headings, numbers, strengths, topics, facts.
# Then:
#   protocol-bot check {file}     says whether it is sound, and where it is not
#   protocol-bot confirm {file}   goes through the rules about concerns that are proposed at the end
#   protocol-bot adopt {file} --on DATE --minute REF --settings FILE   puts it in force
"""
_PARTS: Final = {
    "policies": "Other documents and laws that are named, and the clauses that name them.",
    "bodies": "Outside bodies that are named, and the clauses that name them.",
    "notes": "What stands outside the clauses.",
    "body": "Every heading and clause in the document's order. `strength`: must, should, may or none.",
    "routes": "Rules about concerns that are in force, and whom they are for. `silent`: the protocol does not say.",
    "gaps": "What the protocol does not say.",
}
_PROPOSED: Final = """\
# Rules that were read out of the wording. None is in force: confirm or refuse each.
#   protocol-bot confirm {file}"""


def written(pack: Pack, file: str = "PACK.yaml") -> str:
    """The whole file; `file` is its name, for the commands at its head."""
    titled = "" if pack.document.title == "not stated" else f": {pack.document.title}"
    head = _HEAD.format(named=_comment(pack.name + titled), file=_comment(file))
    return head + "\n".join(_lines(pack, file)) + "\n"


def _lines(pack: Pack, file: str) -> Iterator[str]:
    for name in ("council", "name", "place", "nation", "principal_council"):
        yield from _field(name, getattr(pack, name), 0)
    yield "document:"
    yield from _struct(pack.document, 2)
    for name in ("policies", "bodies", "notes", "body", "routes", "gaps"):
        yield f"# {_PARTS[name]}"
        yield from _field(name, getattr(pack, name), 0)
    if pack.proposed:
        yield _PROPOSED.format(file=_comment(file))
        yield "proposed:"
        for proposal in pack.proposed:
            yield f"  # {_what(proposal)}"
            yield from _listed(_struct(proposal, 4), 2)


def _what(proposal: Proposal) -> str:
    rule = proposal.rule
    who = ", ".join(rule.who) or "nobody is named"
    return _comment(f"Clause {rule.clause}, {rule.stage.replace('_', ' ')}: {who}. Read as: {proposal.family}.")


# ---------------------------------------------------------------- values


def _struct(value: Struct, indent: int) -> Iterator[str]:
    """A record's fields, those that are as they always are left out."""
    for field in fields(value):
        held = getattr(value, field.name)
        if not field.required and held == field.default and not _needed(value, field.name):
            continue
        yield from _field(field.encode_name, held, indent)


def _needed(value: Struct, name: str) -> bool:
    """What is written though it is empty: a clause's number, a pair's inferences, as the other files have them."""
    return (isinstance(value, Pair) and name == "inferred") or (isinstance(value, Clause | Heading) and name == "ref")


def _field(name: str, held: object, indent: int) -> Iterator[str]:
    blank = " " * indent
    match held:
        case None:
            yield f"{blank}{name}: null"
        case int():
            yield f"{blank}{name}: {held}"
        case str():
            yield from _text(f"{blank}{name}:", held, indent)
        case Struct():
            yield f"{blank}{name}:"
            yield from _struct(held, indent + 2)
        case tuple() if _flat(held):
            yield f"{blank}{name}: {_flow(held)}"
        case tuple():
            yield f"{blank}{name}:"
            for one in held:
                yield from _entry(one, indent + 2)


def _entry(one: object, indent: int) -> Iterator[str]:
    """A record in a list: on one line where it is short, else a field a line."""
    if isinstance(one, Version | Named):
        pairs = (f"{field.encode_name}: {_one(getattr(one, field.name))}" for field in fields(one))
        if len(line := ", ".join(pairs)) <= _WIDTH:
            yield f"{' ' * indent}- {{{line}}}"
            return
    if isinstance(one, Struct):
        lines = (
            _ordered(one, indent + 2) if isinstance(one, Clause | Item | Heading | Rule) else _struct(one, indent + 2)
        )
        yield from _listed(lines, indent)


def _ordered(node: Value, indent: int) -> Iterator[str]:
    """A clause's fields in the order in which they are read; which is a heading shows by its first field."""
    order = ("heading", "id", "ref", "marker", "continues", "clause", "stage", "who", "raised_with", "strength",
             "in_part", "topics", "text", "plain", "level", "items")  # fmt: skip
    known = {field.name: field for field in fields(node)}
    for name in order:
        field = known.get(name)
        if field is None:
            continue
        held = getattr(node, name)
        if field.required or held != field.default or _needed(node, name):
            yield from _field(field.encode_name, held, indent)


def _listed(lines: Iterable[str], indent: int) -> Iterator[str]:
    """A record's lines as an entry of a list."""
    for i, line in enumerate(lines):
        yield f"{' ' * indent}- {line[indent + 2 :]}" if i == 0 else line


def _flat(held: Sequence[object]) -> bool:
    return not any(isinstance(one, Struct) for one in held)


def _flow(held: Sequence[object]) -> str:
    return f"[{', '.join(_one(one) for one in held)}]"


def _one(held: object) -> str:
    """A value within a line."""
    if isinstance(held, tuple):
        return _flow(held)
    text = str(held)
    return text if _bare(text) and not re.search(r"[,\[\]{}]", text) else quoted(text)


def _text(name: str, text: str, indent: int) -> Iterator[str]:
    """A text on its field's line, or folded under it where it is long."""
    if _folds(text) and len(text) + len(name) > _WIDTH:
        yield f"{name} >-"
        yield from (f"{' ' * (indent + 2)}{line}" for line in _wrapped(text))
    else:
        yield f"{name} {text if _bare(text) else quoted(text)}"


def _bare(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and not _MISTAKEN.fullmatch(text)


def _folds(text: str) -> bool:
    """Whether folding gives the same text back: single blanks between words, nothing that can't be printed."""
    return (
        text == " ".join(text.split(" ")) and "  " not in text and text == text.strip() and not UNPRINTED.search(text)
    )


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _WIDTH:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _comment(text: str) -> str:
    """On one line, whatever it holds."""
    return UNPRINTED.sub(" ", " ".join(text.split()))
