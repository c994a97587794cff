"""Goes through a protocol's body and tells, for each statement, where it stands.

In: a `Pack`. Out: its statements with section and lead-in, in the document's order. Never: decides what one means.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from bot.pack import Clause, Heading, Item, Pack
from content.importing.offices import tagged
from content.importing.sentences import sentences, statements
from content.importing.sides import Sides, headed, said

_TROUBLE: Final = re.compile(
    r"\bgo(?:es|ing)? wrong\b|\bcomplain|\bgrievanc|\bdisput|\bconflicts? (?!of interest)|\bconflict\b$"
    r"|\bbreach|\bconcerns?\b"
    r"|\bcritici|\bdifficult|\bdisagree|\bdisciplin|\bnot kept\b|\bbreak ?downs?\b|\bresolution\b|\bresolving\b"
    r"|\bredress\b"
    r"|\bunhapp|\bproblems?\b|\ballegation|\bmisconduct|\bbullying\b|\bharassment\b|\bdissatisf|\bfall(?:ing)? out\b"
    r"|\bputting (?:things|it|matters) right\b|\bwhen relation"
)
_OTHERS: Final = re.compile(r"<public>|\bpublic\b|\bpress\b|\bmedia\b|\bcustomers?\b|\bplanning\b")
_RUN_IN: Final = re.compile(r"^([^.:;]{3,70}):\s+(?=[“\"‘]?[A-Z])")
_LONG: Final = 70
#: Words of a heading that was read as a clause.
_FEW: Final = 6
#: No rule is longer, in characters; what is may be anything, and patterns take their time over it.
_LONGEST: Final = 1500


class Section(Struct, frozen=True):
    """Where a statement stands: the ids of its headings, the sides they name, whether they are about trouble.

    `public`: they are about what residents or the press have to say.
    """

    path: tuple[str, ...] = ()
    sides: Sides = Sides()
    trouble: bool = False
    public: bool = False

    def below(self, id: str, words: str) -> "Section":
        """The section under a further heading."""
        told = tagged(words)
        sides = headed(told)
        trouble = bool(_TROUBLE.search(told) or (sides.raisers and re.match(r"(?:the )?procedures?\b", told)))
        public = bool(trouble and _OTHERS.search(told))
        sides = sides if sides != Sides() else self.sides
        return Section((*self.path, id), sides, self.trouble or (trouble and not public), self.public or public)


class Statement(Struct, frozen=True):
    """Part of a sentence. `text` is tagged, with the lead-in of its list before it, which ends at `lead`.

    `clause` is the id it rests on, `number` counts the printed clauses, so that all parts of one have the same.
    """

    clause: str
    number: int
    sentence: str
    text: str
    section: Section
    lead: int = 0


def walked(pack: Pack) -> Iterator[Statement]:
    """Every statement of a protocol that is short enough to be a rule."""
    return (statement for statement in _walked(pack) if len(statement.text) <= _LONGEST)


def _walked(pack: Pack) -> Iterator[Statement]:
    open_: list[tuple[int, Section]] = []
    for number, node in enumerate(pack.body):
        if isinstance(node, Heading):
            open_ = [(level, section) for level, section in open_ if level < node.level]
            above = open_[-1][1] if open_ else Section()
            open_.append((node.level, above.below(node.id, node.heading)))
            continue
        section = open_[-1][1] if open_ else Section()
        words = wording(node)
        title = _title(node, words)
        if title:
            open_ = [(level, one) for level, one in open_ if level < _LONG]
            section = (open_[-1][1] if open_ else Section()).below(node.id, title)
            open_.append((_LONG, section))
            words = words[len(title) :].lstrip(": ")
        yield from _clause(node, number, words, section)


def wording(node: Clause | Item) -> str:
    """The adopted words, where they are there."""
    return node.text or node.plain


def _title(node: Clause, words: str) -> str:
    """A heading read as a clause, or run into one, that says for whom the rest is, or tells of trouble."""
    run_in = _RUN_IN.match(words)
    title = run_in[1] if run_in else words.rstrip(":") if len(words) < _LONG and not words.endswith((".", ";")) else ""
    if not title or (node.items and not run_in):
        return ""
    told = tagged(title)
    heads = headed(told).raisers or (
        _TROUBLE.search(told) and len(told.split()) <= _FEW and not run_in and not node.ref
    )
    return title if heads and not said(told).pairs else ""


def _clause(node: Clause, number: int, words: str, section: Section) -> Iterator[Statement]:
    told = sentences(words)
    led = bool(node.items) and bool(told)
    for sentence in told[:-1] if led else told:
        for part in statements(sentence):
            yield Statement(node.id, number, part, tagged(part), section)
    if not led:
        yield from _items(node, number, "", section)
    elif said(tagged(told[-1])).pairs:
        yield _whole(node, number, told[-1], section)
    else:
        yield Statement(node.id, number, told[-1], tagged(told[-1]), section)
        yield from _items(node, number, told[-1], section)


def _whole(node: Clause, number: int, lead: str, section: Section) -> Statement:
    """A list that tells one person how to go about it is one rule."""
    lines = [lead, *(wording(item) for item in node.items)]
    return Statement(node.id, number, "\n".join(lines), tagged(" ; ".join(lines)), section, lead=len(tagged(lead)))


def _items(node: Clause | Item, number: int, lead: str, section: Section) -> Iterator[Statement]:
    for item in node.items if len(lead) <= _LONGEST else ():
        words = wording(item)
        for sentence in sentences(words):
            text = tagged(f"{lead.rstrip(':')} {sentence}")
            yield Statement(item.id, number, sentence, text, section, lead=len(tagged(lead.rstrip(":"))))
        yield from _items(item, number, f"{lead.rstrip(':')} {words}" if words.endswith(":") else lead, section)
