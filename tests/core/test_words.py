"""The bot's own sentences: all there, all used, and with all that their gaps need."""

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from adapters import PLATFORMS
from adapters.slack import render as slack
from adapters.teams import render as teams
from bot import cycle, following, handler_form, intakes
from bot.concern import (
    Concern,
    Entry,
    Hold,
    Informal,
    Outcome,
    Pace,
    Parties,
    Signature,
    Skipped,
    Stage,
    State,
    Way,
)  # fmt: skip
from bot.contents import Citing
from bot.dates import PROBLEMS
from bot.differing import WHATS
from bot.help import FURTHER
from bot.lists import LISTS
from bot.lookup import Sure
from bot.pack import BODIES, PAIRS, Nation, Strength
from bot.reach import WHYS
from bot.settings import OFFICES
from content import load
from deploy.documents.rephrasing import OF_READING
from tests.worlds import NOON

HERE = Path(__file__).parents[2]
SENTENCES = load.words()._sentences
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted((HERE / "bot").glob("*.py"))}
SOURCE = "\n".join(
    file.read_text(encoding="utf-8")
    for folder in ("bot", "adapters", "deploy")
    for file in (HERE / folder).rglob("*.py")
)


# ---------------------------------------------------------------- names that are put together from a part that varies


def literals(kind: Any, field: str) -> tuple[str, ...]:
    """The words that a field of a record may hold."""
    return get_args(kind.__annotations__[field])


def concerns() -> Iterator[Concern]:
    """One in every state, as far as it matters to what somebody may do with it."""
    at, by = NOON, "ann"
    plain = Concern(
        id="1", council="barrow", reference="CN-AAAA-BBBB", secret="", at=at, stage="informal",
        state="sent", informal="accepted", pace=Pace(5, 20, 10, 3, ("18:00", "08:30")), parties=Parties(raiser=by),
    )  # fmt: skip
    asked = Entry(kind="asked", by=by, at=at, text="")
    for stage, state, speak, handlers, words, signed, hold in product(
        get_args(Stage), get_args(State), (True, False), ((), ("bea",)), ((), (asked,)), ((), (Signature(by, at),)),
        (None, Hold(by, "", at)),
    ):  # fmt: skip
        parties = replace(plain.parties, handlers=handlers)
        ways = (Way(stage=stage, speak=speak),)
        yield replace(
            plain, stage=stage, state=state, ways=ways, words=words, signed=signed, hold=hold, parties=parties
        )


def done_words() -> Iterator[str]:
    """Every word that a line of a concern's history may have: what `Done` and those that make one are given."""
    takes = {"Done": 0, "moved": 1, "noted": 1, "given": 2}
    varies = {"kind": ("added", "answered"), "said": ("asked", "dates"), "did": (), "outcome": get_args(Outcome)}
    for tree in (tree for file, tree in TREES.items() if file.stem not in ("leads", "requests")):
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in takes and len(call.args) > takes[name]:
                yield from values(call.args[takes[name]], varies)


def values(given: ast.expr, varies: dict[str, Iterable[str]]) -> Iterator[str]:
    """What an expression may come to."""
    match given:
        case ast.Constant():
            yield str(given.value)
        case ast.IfExp():
            yield from (*values(given.body, varies), *values(given.orelse, varies))
        case ast.Name():
            yield from varies[given.id]
        case ast.JoinedStr(values=[ast.Constant() as first, ast.FormattedValue(value=ast.Name() as part)]):
            yield from (f"{first.value}{word}" for word in varies[part.id] if word)
        case _:
            raise AssertionError(f"line {given.lineno}: nobody told this test what that may come to")


KINDS = literals(Entry, "kind")
LISTED = (*(one.name for one in LISTS), *FURTHER, "question", "number")
#: Each template in the code, and everything that may fill it.
FAMILIES = {
    "about-{}": {about for _, about in PAIRS} | {*intakes.ELSE, *intakes.WHOLE},
    "act-{}": {act for one in concerns() for act in following._acts(one)},
    "body-{}": {*BODIES},
    "changes-what-{}": {*WHATS} - {"worded"},
    "cite-{}": {*Citing._fields},
    "conduct-{}": {*get_args(Nation)},
    "do-{}": {*handler_form.ACTS},
    "done-{}": {*done_words()},
    "further-{}": {"formal", "not-settled", "other-handler"},
    "help-{}": {*LISTED},
    "help-{}-tells": {*LISTED},
    "help-seen-{}": {"teams"},
    "informal-{}": {*get_args(Informal)},
    "kept-{}": {*KINDS},
    "kind-{}": {*get_args(Stage)},
    "month-{}": {str(number) for number in range(1, 13)},
    "nation-{}": {*get_args(Nation)},
    "next-{}": {*get_args(State)},
    "notice-{}": {"acknowledge", "answer"},
    "office-{}": {*OFFICES},
    "remove-{}": {*PLATFORMS},
    "setup-bring-{}": {*PLATFORMS} - {"web"},
    "review-bad-{}": {*PROBLEMS},
    "review-last-{}": {"adopted", "reviewed"},
    "review-source-{}": {*get_args(cycle.Source)} - {""},
    "review-state-{}": {*get_args(cycle.State)},
    "review-why-{}": {"not-stated", "unknown", "blank"},
    "said-{}": {*KINDS} - {"note"},
    "skipped-{}{}": {f"{why}{further}" for why in literals(Skipped, "why") for further in ("", "-next")},
    "stage-{}": {*get_args(Stage)},
    "state-{}": {*get_args(State)},
    "step-{}": {"accepted", "declined", "unsafe", "tried"},
    "strength-{}": {*get_args(Strength)},
    "sure-{}": {*get_args(Sure)},
    "unreached-{}": {*WHYS},
    "waits-{}": {*get_args(State)},
}
#: Templates of other things.
NO_SENTENCES = {"-{}", "{}-{}", "closed-{}", "{}-"}
#: Words with a hyphen that are no sentence's name: parties, topics, acts and the like.
OTHER_WORDS = {
    "annual-meeting", "bot-itself", "chair-role", "complaint-about-councillor", "complaint-about-staff",
    "councillor-roles", "county-association", "else-councillor", "else-officer", "ended-outside",
    "independent-adviser", "let-go", "monitoring-officer", "no-change", "nobody-left", "not-allowed", "not-offered",
    "not-set", "not-settled", "officer-role", "ombudsman-wales", "other-handler", "personnel-sub-committee",
    "put-off", "small-group", "small-talk", "stand-in", "the-council", "the-group", "the-person-concerned",
    "third-party",
    "to-formal", "vice-chair", "what-councillors-can-expect", "what-officers-can-expect",
    "bad-address", "next-review", "no-platform", "not-installed", "not-there", "review-history",
}  # fmt: skip
MADE = {
    template.replace("{}{}", "{}").replace("{}", word) for template, words in FAMILIES.items() for word in words if word
}
#: What an adapter says of its own accord: the names are its sentences' fields.
SAYING = {"slack": slack.Sentences, "teams": teams.Sentences}
ADAPTERS = {f"{name}-{field.replace('_', '-')}" for name, said in SAYING.items() for field in said.__struct_fields__}
MADE |= ADAPTERS
#: What the browser's page and its script say: names in what is sent to the browser.
PAGE = "\n".join(file.read_text(encoding="utf-8") for file in (HERE / "adapters/web/page").glob("*.[hj]*"))
MADE |= {*re.findall(r"\bweb(?:-[a-z]+)+", PAGE)}
#: What reading says in English and the chat in any language: tests/languages holds that each is said.
MADE |= {*load.words().beginning(OF_READING)}
#: What the made-up people of the try-out are called (deploy/running/tryout.py).
MADE |= {f"seat-{office}" for office in OFFICES}


def templates() -> set[str]:
    """Every name in the code with a gap in it."""
    made = (node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
    found = {"".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in one.values) for one in made}
    return {one for one in found if re.fullmatch(r"[a-z{}-]*-[a-z{}-]*", one) and "{}" in one}


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_every_sentence_is_used(name):
    whole = of_a_number(name)
    assert f'"{whole}"' in SOURCE or whole in MADE


def of_a_number(name: str) -> str:
    """The sentence that one for exactly one number, such as `months-1`, belongs to; of any other its own name."""
    whole, _, number = name.rpartition("-")
    return whole if number.isdecimal() and whole in SENTENCES and "count" in gaps(whole) else name


def test_every_sentence_that_an_adapter_says_itself_is_there_and_has_no_gap():
    theirs = tuple(f"{name}-" for name in SAYING)
    assert {name: gaps(name) for name in ADAPTERS} == {name: set() for name in SENTENCES if name.startswith(theirs)}


@pytest.mark.parametrize("template", sorted(FAMILIES))
def test_every_name_that_the_code_can_make_is_there(template):
    words = FAMILIES[template]
    assert words
    made = {template.replace("{}{}", "{}").replace("{}", word) for word in words if word}
    assert made <= set(SENTENCES)


def test_every_template_in_the_code_is_known_here():
    assert templates() - {"notice-{}"} == (set(FAMILIES) | NO_SENTENCES) - {"notice-{}"}


def test_every_name_that_is_written_out_is_there():
    found = (node.value for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Constant))
    named = {value for value in found if isinstance(value, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", value)}
    assert named - OTHER_WORDS <= set(SENTENCES)


def test_every_sentence_gets_what_its_gaps_need():
    said = 0
    for tree in TREES.values():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name, given = _named(call), {keyword.arg for keyword in call.keywords}
            if name in SENTENCES and None not in given:
                assert gaps(name) <= given, f"{name}, line {call.lineno}"
                said += 1
    assert said > 100


def _named(call: ast.Call) -> str | None:
    """The sentence that a call asks for by name: `words("name", …)`, `note(words, "name", …)`."""
    asks = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = {"words": 0, "note": 1, "button": 1}.get(asks)
    if place is None or len(call.args) <= place or not isinstance(call.args[place], ast.Constant):
        return None
    return str(call.args[place].value)


def gaps(name: str) -> set[str]:
    return {gap for _, gap, _, _ in Formatter().parse(SENTENCES[name]) if gap}


@pytest.mark.parametrize("name", sorted(name for name in SENTENCES if name.startswith(("notice-", "raiser-"))))
def test_a_notice_holds_a_reference_and_a_day_and_nothing_else(name):
    assert gaps(name) <= {"reference", "due"}
