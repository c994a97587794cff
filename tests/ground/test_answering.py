"""The papers for auditors and the public say what the program does: no table, command or test that is not there.

In: deploy/answering/, SECURITY.md, the code. Out: a verdict. Never: a judgement of the law.
"""

import argparse
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from sqlalchemy import LargeBinary

from adapters.slack.manifest import SCOPES
from bot import clauses
from bot.bot import COMMANDS
from bot.conversation import LIMIT
from bot.lists import LISTS
from bot.pack import Pack
from bot.records import Kept
from bot.settings import Retention, Settings
from deploy import cli
from storage import records, store, tables

ROOT = Path(__file__).parents[2]
ANSWERING = ROOT / "deploy" / "answering"
PAPERS = sorted([*ANSWERING.glob("*.md"), ROOT / "SECURITY.md"])
#: Papers that a council fills in, with gaps in square brackets.
TO_FILL = ("privacy-notice.md", "dpia.md", "processing.md", "retention.md")
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def paper(name: str) -> str:
    return (ANSWERING / name).read_text("utf-8")


def said(file: Path) -> str:
    """As it reads, wherever its lines end."""
    return " ".join(file.read_text("utf-8").split())


def spans(file: Path) -> list[str]:
    return SPAN.findall(FENCE.sub("", file.read_text("utf-8")))


def rows(text: str, header: str) -> Iterator[list[str]]:
    """The cells of a table, by the beginning of its first line."""
    lines = text[text.index(f"| {header}") :].splitlines()[2:]
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


# ---------------------------------------------------------------- the retention schedule, held to the tables


def test_the_schedule_names_every_table_and_every_column() -> None:
    told = {SPAN.findall(row[0])[0]: set(SPAN.findall(row[1])) for row in rows(paper("retention.md"), "table")}
    assert told == {name: {column.name for column in table.c} for name, table in tables.metadata.tables.items()}


def test_of_every_table_the_schedule_says_what_ends_it() -> None:
    for row in rows(paper("retention.md"), "table"):
        assert len(row) == 5
        assert all(row), row


def test_what_the_schedule_calls_sealed_is_bytes_and_what_holds_a_plain_record_is_in_the_clear() -> None:
    plain = {table.name for table, *_ in records._PLACES.values()} | {"reach", "teams_places", "web_posts"}
    for row in rows(paper("retention.md"), "table"):
        name = SPAN.findall(row[0])[0]
        assert ("**in the clear**" in row[3]) == (name in plain), name
        if row[3].startswith("sealed"):
            assert any(isinstance(column.type, LargeBinary) for column in tables.metadata.tables[name].c), name


def structs() -> dict[str, set[str]]:
    """Every kind of record that is kept, and every part of one; but for the protocol itself, a public document."""
    found: dict[str, set[str]] = {}

    def visit(kind: object) -> None:
        if isinstance(kind, msgspec.inspect.StructType):
            if kind.cls is Pack or kind.cls.__name__ in found:
                return
            found[kind.cls.__name__] = {field.name for field in kind.fields}
            for field in kind.fields:
                visit(field.type)
        elif isinstance(kind, msgspec.inspect.NamedTupleType):
            found[kind.cls.__name__] = {field.name for field in kind.fields}
        for name in ("item_type", "item_types", "types", "key_type", "value_type"):
            inner = getattr(kind, name, ())
            for one in inner if isinstance(inner, tuple) else (inner,):
                visit(one)

    for kind in get_args(Kept):
        visit(msgspec.inspect.type_info(kind))
    return found


def test_the_schedule_names_every_field_of_every_record() -> None:
    kept, named = structs(), []
    for what, fields in rows(paper("retention.md"), "record"):
        names = SPAN.findall(what)
        assert set(SPAN.findall(fields)) == set().union(*(kept.get(name, set()) for name in names)), names
        named += names
    assert sorted(named) == sorted(kept)


def test_the_times_that_a_council_sets_are_those_of_the_settings() -> None:
    told = {SPAN.findall(row[0])[0]: int(row[1]) for row in rows(paper("retention.md"), "setting")}
    assert told == {f"retention.{name}": getattr(Retention(), name) for name in Retention.__struct_fields__}


def test_the_times_that_are_built_in_are_those_of_the_code() -> None:
    told = [row[1] for row in rows(paper("retention.md"), "what | how long |")]
    assert told == [
        f"{store.KNOWN.days} days",
        f"{store.ASIDE.days} days",
        f"{store.LEASE.seconds // 60} minutes",
        "1 day",
        f"until {clauses.KNOWN} others were asked, or the bot stops",
    ]


def test_the_notice_has_the_same_times() -> None:
    text, kept = said(ANSWERING / "privacy-notice.md"), Retention()
    for times in (
        f"withdrawn, {kept.withdrawn} months; settled informally, {kept.informal} months; formal, {kept.formal} months",
        f"taken to an outside body, {kept.outside} months",
        f"{kept.informal} months after it was dealt with",
    ):
        assert times in text


def test_the_other_papers_have_the_same_figures() -> None:
    assert f"{store.ASIDE.days} days" in paper("processing.md")
    assert f"for {store.KNOWN.days} days a fingerprint" in paper("processing.md")
    assert f"Up to {LIMIT:,} characters" in said(ANSWERING / "dpia.md")
    asked = {6: "six"}[len(SCOPES)]
    assert f"asks for {asked} permissions" in said(ROOT / "SECURITY.md")


# ---------------------------------------------------------------- what is named is there


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_every_file_and_every_test_that_a_paper_names_is_there(file: Path) -> None:
    for span in spans(file):
        if not re.fullmatch(r"(?:bot|adapters|content|storage|deploy|tests)/[\w./-]+(?:::\w+)?", span):
            continue
        path, _, test = span.partition("::")
        assert (ROOT / path).exists(), span
        if test:
            assert re.search(rf"^(?:async )?def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), span


def test_every_measure_of_the_threat_model_names_where_it_is_and_a_test_that_holds_it() -> None:
    measures = list(rows(paper("threats.md"), "measure"))
    assert len(measures) > 15
    for what, where, test in measures:
        assert what
        assert SPAN.findall(where), what
        assert all(span.startswith("tests/") and "::test_" in span for span in SPAN.findall(test)), what
        assert SPAN.findall(test), what


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_every_command_that_a_paper_names_is_one(file: Path) -> None:
    for span in spans(file):
        if span.startswith("protocol-bot "):
            understood(span)


def understood(line: str) -> None:
    parser = cli.parser()
    for word in line.split()[1:]:
        if word.startswith("--"):
            assert word in parser._option_string_actions, line
        elif choices := [one.choices for one in parser._actions if isinstance(one, argparse._SubParsersAction)]:
            assert word in choices[0], line
            parser = choices[0][word]


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_every_command_of_the_chat_that_a_paper_names_is_one(file: Path) -> None:
    for span in spans(file):
        if span.startswith("/protocol"):
            assert span.removeprefix("/protocol").strip() in {"", *COMMANDS, *(one.name for one in LISTS)}, span


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_every_make_that_a_paper_names_can_be_made(file: Path) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for span in spans(file):
        if span.startswith("make "):
            assert span.split()[1] in made, span


@cache
def code() -> str:
    """All of the code that knows variables of the environment."""
    return "\n".join(file.read_text("utf-8") for file in (ROOT / "deploy").rglob("*.py"))


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_every_variable_that_a_paper_names_is_read(file: Path) -> None:
    for span in spans(file):
        if re.fullmatch(r"[A-Z][A-Z]+_[A-Z_]+", span):
            assert f'"{span}"' in code(), span


def settings_named(kind: type = Settings, before: str = "") -> Iterator[str]:
    for field in msgspec.structs.fields(kind):
        yield (name := f"{before}{field.encode_name}")
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from settings_named(field.type, f"{name}.")


@pytest.mark.parametrize("file", [file for file in PAPERS if file.name != "retention.md"], ids=lambda file: file.name)
def test_every_setting_that_a_paper_names_is_one(file: Path) -> None:
    known = {*settings_named(), *tables.metadata.tables, "cryptography", "held", "complaint"}
    for span in spans(file):
        if re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)*", span):
            assert span in known, span


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_every_link_within_the_papers_leads_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text("utf-8")):
        assert (file.parent / target).exists(), target


# ---------------------------------------------------------------- ready to adapt


@pytest.mark.parametrize("name", TO_FILL)
def test_every_gap_to_fill_in_is_listed_at_the_top_and_none_besides(name: str) -> None:
    head, _, body = paper(name).partition("\n\n**")
    listed = set(re.findall(r"`(\[[^\]]+\])`", head))
    assert listed
    assert listed == set(re.findall(r"(?<!`)(\[[A-Z][^\]]*\])(?!\()", " ".join(body.split())))


@pytest.mark.parametrize("file", [file for file in PAPERS if file.name not in TO_FILL], ids=lambda file: file.name)
def test_the_other_papers_have_no_gaps(file: Path) -> None:
    assert re.findall(r"(\[[A-Z][^\]]*\])(?!\()", file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_a_paper_can_be_read_in_one_go(file: Path) -> None:
    most = {"access.md": 650, "privacy-notice.md": 1100}.get(file.name, 2200)
    assert len(file.read_text("utf-8").split()) < most


#: What the law is known to say, looked up in a source; all else of the law is for somebody to check.
LOOKED_UP = re.compile(
    r"one month|two months more|30 days, as the law has it since 19 June 2026|no fixed times|not rely on your consent"
)
LAW = re.compile(r"Article \d|Schedule 1|Act \d{4}|\d\(\d\)|72 hours|exemption|the law ", re.IGNORECASE)


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_what_a_paper_says_of_the_law_was_looked_up_or_is_marked_to_be_checked(file: Path) -> None:
    for block in re.split(r"\n(?=\n|- |\d\. )", file.read_text("utf-8")):
        if LAW.search(block) and not block.strip().startswith("|"):
            assert "check" in block.casefold() or LOOKED_UP.search(" ".join(block.split())), block


def test_nobody_is_promised_that_a_chat_service_keeps_nothing() -> None:
    for file in PAPERS:
        text = " ".join(file.read_text("utf-8").split())
        assert not re.search(r"(?:Slack|Microsoft) (?:can ?not|can't|never|does not) (?:see|keep|read)", text), (
            file.name
        )


def test_what_a_paper_says_of_an_anonymous_concern_is_that_there_is_none() -> None:
    assert "Confidential is not anonymous" in paper("access.md")
    assert "No anonymity" in paper("threats.md")
