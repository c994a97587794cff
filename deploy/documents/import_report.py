"""What came of importing a document, for the clerk who will look it through.

In: what was made of it. Out: lines of plain text. Never: a paragraph of the document left unmentioned.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bot.cutting import shortened
from bot.pack import Pack
from content import load
from content.importing.imported import Against, Imported, Report, Was
from content.reading.structure import Left, Why

_WIDTH: Final = 100  # characters of a paragraph that is shown to be recognised
_LINE: Final = 300  # of all that is of one kind
_FEW_WORDS: Final = 60  # characters of a rule that was there before
_MANY: Final = 8  # names that are told one by one
_SENTENCES: Final = 6  # that were set aside, and are told one by one
#: Words enough for a sentence, from a capital letter or a number to its full stop.
_SENTENCE: Final = re.compile(
    r"\s*(?:[\d.()]{1,8}\s+)?[\"'“‘]?[A-Z]\S*(?:\s+\S+){4,}(?:(?<=[.!?])|(?<=[.!?][\"'”’)]))\s*$"
)
_STAY: Final = "Rules about concerns that stay in force"
#: What a paragraph is that is no clause.
CALLED: Final[dict[Why, str]] = {
    "title": "the title",
    "letterhead": "letterhead",
    "header": "headers that repeat on pages",
    "footer": "footers that repeat on pages",
    "page number": "page numbers",
    "contents": "the list of contents",
    "signature": "lines to sign on",
    "adoption": "lines on adoption and review",
    "review table": "the record of reviews",
    "table": "tables",
    "source": "where the text is from",
    "footnote": "footnotes",
    "web page": "what belongs to the web page",
    "artefact": "what a program left behind in the text",
    "unplaced": "what could not be placed: please look",
}


def told(made: Imported, out: str) -> Iterator[str]:
    """The report, a line at a time."""
    pack, report = made.pack, made.report
    yield f"{pack.name}: {_title(pack)}"
    yield f"  Headings: {report.headings}. Clauses: {report.clauses}. Lines of lists: {report.items}."
    if report.against is None and pack.name in {load.council(id).name for id in load.councils()}:
        yield "  A file for a council of this name comes with the bot: --council lays the document beside it."
    yield from _facts(pack)
    yield from _named("It names", [row.name for row in (*pack.policies, *pack.bodies)])
    yield from _numbers(report)
    yield from _listed("Please look at", report.warnings)
    yield from _left(report.left)
    if report.against is not None:
        yield from _against(report.against)
    yield from _topics(report)
    yield from _proposals(pack)
    yield from _next(out, waiting=bool(pack.proposed))


def notes(made: Imported) -> Iterator[str]:
    """What somebody should look at who goes through it in the chat: the same, without what they see there anyway."""
    report, lines = made.report, list[str]()
    if report.against is not None:
        lines += [f"{name}: {'; '.join(rules)}" for name, rules in _earlier_rules(report.against) if name != _STAY]
    lines += [*report.warnings, *_numbers(report)]
    if report.against is not None:
        lines += _clauses(report.against)
    yield from (line.strip() for line in (*lines, *_set_aside(report.left)))


def _set_aside(left: Sequence[Left]) -> Iterator[str]:
    """What is no clause: whole sentences one by one, for one of them may be a clause after all; then the rest."""
    named = {" ".join(one.text.split()): one for one in left if _SENTENCE.match(one.text)}
    sentences = sorted(named, key=lambda text: named[text].why != "unplaced")
    for text in sentences[:_SENTENCES]:
        yield f"A whole sentence was not taken for a clause, {CALLED[named[text].why]}: {shortened(text, _LINE)}"
    if (more := len(sentences) - _SENTENCES) > 0:
        yield f"{_counted(more, 'more whole sentence was', 'more whole sentences were')} not taken for a clause."
    rest = [one for one in left if not _SENTENCE.match(one.text)]
    yield from (f"Not taken for a clause, {CALLED[why]}: {shortened(told, _LINE)}" for why, told in _kinds(rest))


def _kinds(left: Sequence[Left]) -> Iterator[tuple[Why, str]]:
    """What is no clause, each kind once: what has no place first."""
    kinds = sorted({one.why for one in left}, key=list(CALLED).index)
    for why in sorted(kinds, key=lambda why: why != "unplaced"):
        texts = dict.fromkeys(" ".join(one.text.split()) for one in left if one.why == why)
        yield why, " | ".join(texts)


def _title(pack: Pack) -> str:
    return "its document has no title" if pack.document.title == "not stated" else pack.document.title


def _facts(pack: Pack) -> Iterator[str]:
    document = pack.document
    yield ""
    yield "What the document says of itself"
    yield f"  Adopted: {document.adopted}. Next review: {document.next_review}. {pack.nation.title()}."
    yield from (f"  {name}: {said}." for name, said in (("Reference", document.reference), ("Source", document.source))
                if said != "not stated")  # fmt: skip
    for row in document.versions:
        yield f"  Version {row.version}: {row.date}, approved by: {row.approved_by}, changes: {row.changes}."


def _named(lead: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"  {lead}: {'; '.join(names)}."


def _numbers(report: Report) -> Iterator[str]:
    if report.doubles:
        yield f"  Numbers that are printed twice: {', '.join(report.doubles)}."
    if report.missing:
        yield f"  Numbers that are left out: {', '.join(report.missing)}."


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  – {line}" for line in lines)


def _left(left: Sequence[Left]) -> Iterator[str]:
    """Every paragraph that is no clause, by what it was taken for; the same again is only counted."""
    yield ""
    if not left:
        yield "Every paragraph is a heading, a clause or a line of a list."
        return
    yield f"No part of any clause: {len(left)} {'paragraph' if len(left) == 1 else 'paragraphs'}"
    order = list(CALLED)
    for why, rows in groupby(sorted(left, key=lambda one: order.index(one.why)), key=lambda one: one.why):
        yield f"  {CALLED[why].capitalize()}"
        texts = [" ".join(one.text.split()) for one in rows]
        for text in dict.fromkeys(texts):
            times = f" ({texts.count(text)} times)" if texts.count(text) > 1 else ""
            yield f"    {shortened(text, _WIDTH) or '(an empty line)'}{times}"


def _against(against: Against) -> Iterator[str]:
    yield ""
    yield "Beside the earlier file"
    yield from _clauses(against)
    for name, rules in _earlier_rules(against):
        yield f"  {name}:"
        yield from (f"    {rule}" for rule in rules)


def _clauses(against: Against) -> Iterator[str]:
    changed, same = len(against.plain_left_out), against.matched - len(against.plain_left_out)
    yield f"  {_counted(same, 'clause or line is', 'clauses and lines are')} the same as before."
    rows = (
        ("New", against.new),
        ("Gone", against.gone),
        ("Another number now", [f"{before} is {after}" for before, after in against.renumbered]),
    )
    yield from (f"  {name}: {'; '.join(found)}." for name, found in rows if found)
    if changed:
        yield (
            f"  {_counted(changed, 'is', 'are')} changed, or not surely the same; plain words there were left out: "
            f"{'; '.join(against.plain_left_out)}."
        )


def _earlier_rules(against: Against) -> Iterator[tuple[str, list[str]]]:
    """What became of the rules that were in force before, those first that nothing is wrong with."""
    rows = (
        (_STAY, against.rules_in_force),
        ("Rules out of force: their clause is read otherwise now, and that is proposed", against.rules_to_confirm),
        ("Rules out of force: no such rule is found in their clause now", against.rules_unread),
        ("Rules out of force: their clause is gone", against.rules_gone),
    )
    for name, ids in rows:
        if ids:
            yield name, [_was(against.earlier_rules[id], id) for id in ids]


def _was(rule: Was, id: str) -> str:
    return f"{id} ({rule.clause}): {shortened(' '.join(rule.plain.split()), _FEW_WORDS)}"


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _topics(report: Report) -> Iterator[str]:
    yield ""
    yield "What it can be asked about"
    has = _counted(report.tagged, "clause or line has", "clauses and lines have")
    yield f"  {has} topics; they are what questions are matched with."
    if report.untagged:
        more = len(report.untagged) - _MANY
        names = "; ".join(report.untagged[:_MANY]) + (f"; and {more} more" if more > 0 else "")
        none = _counted(len(report.untagged), "has none, and is found by its", "have none, and are found by their")
        yield f"  {none} number and words alone: {names}."


def _proposals(pack: Pack) -> Iterator[str]:
    yield ""
    yield "Rules about raising a concern"
    if pack.routes.rules:
        yield f"  {_counted(len(pack.routes.rules), 'is', 'are')} in force as before."
    if not pack.proposed:
        yield (
            "  No other was found in the wording."
            if pack.routes.rules
            else ("  None was found in the wording: the protocol does not say. Your council has to decide.")
        )
        return
    until = (
        "It is not in force until you confirm it."
        if len(pack.proposed) == 1
        else ("None of these is in force until you confirm it.")
    )
    yield f"  {_counted(len(pack.proposed), 'is', 'are')} proposed. {until}"
    for one in pack.proposed:
        yield f"    Clause {one.rule.clause}: {shortened(' '.join(one.rule.plain.split()), _WIDTH)}"


def _next(out: str, *, waiting: bool) -> Iterator[str]:
    yield ""
    yield f"Written to {out}. Nothing is in force yet. What comes next:"
    steps = (
        f'Look it through beside the document, and try it: protocol-bot ask "…" --pack {out}',
        *((f"Go through the proposed rules: protocol-bot confirm {out}",) if waiting else ()),
        f"Put it in force: protocol-bot adopt {out} --on DATE --minute REF --settings FILE",
    )
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, 1))
