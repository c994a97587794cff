"""The file a clerk gets reads back as the very same pack, whatever stands in the document."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.errors import UnsoundContent
from bot.pack import Pack
from content import load
from content.importing.imported import Known, imported
from content.importing.written import written
from content.reading.structure import Entry, Left, Outline, Passage, Title
from tests.importing.made import KNOWN, clause, heading, read
from tests.importing.truths import NAMES, outlined, truth

words = st.text(max_size=200).filter(lambda text: any(c.isalnum() for c in text))
entries = st.deferred(
    lambda: st.lists(
        st.builds(lambda text, ref, under: Entry(
            ref=ref, marker=None if ref else "•", text=text, entries=tuple(under)
        ), words, st.sampled_from([None, "(a)", "i.", "1.1.1"]), entries), max_size=3)
)  # fmt: skip
passages = st.builds(
    lambda text, ref, under: Passage(ref=ref, text=text, entries=tuple(under)),
    words, st.sampled_from([None, "1.1", "2.", "(c)", "3)"]), entries,
)  # fmt: skip
titles = st.builds(lambda text, ref, level: Title(ref=ref, text=text, level=level), words,
                   st.sampled_from([None, "1", "2."]), st.integers(1, 4))  # fmt: skip
lefts = st.builds(lambda text, why: Left(text=text, why=why), words, st.sampled_from(["title", "adoption", "source"]))
KIND = read(clause("1", "Be kind.")).pack


def back(pack: Pack) -> Pack:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ours.yaml"
        file.write_text(written(pack, "ours.yaml"), encoding="utf-8")
        return load.pack(file)


@pytest.mark.parametrize("council", load.councils())
def test_every_council_that_ships_reads_back_the_same(council):
    assert back(load.council(council)) == load.council(council)


@pytest.mark.parametrize("name", NAMES)
def test_every_document_reads_back_the_same(name):
    told = truth(name)
    pack = imported(outlined(told), Known(council="ours", name=told["council"], nation="england")).pack
    assert back(pack) == pack


@given(st.lists(passages | titles, max_size=6), st.lists(lefts, max_size=3))
@settings(max_examples=25, deadline=None)
def test_any_wording_reads_back_the_same(body, left):
    pack = imported(Outline(body=tuple(body), left=tuple(left)), KNOWN).pack
    assert back(pack) == pack


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_at_all_reads_back_the_same(text):
    pack = replace(KIND, name=text or "x", place=text or "x", principal_council=text or "x")
    assert back(pack) == pack


@pytest.mark.parametrize(
    "text",
    ["null", "~", "yes", "1.10", "2026-05-11", "a: b", "a #b", "- a", "[a]", "{a}", "'a'", '"a"', "a\tb", "  a",
     "a  b",
     "&a", "*a", "!a", "|", ">-", "%a", "@a", "`a`", "a:", "x" * 300, "word " * 80 + "word",
     "# " + "word " * 60 + "end"],
)  # fmt: skip
def test_what_yaml_would_take_for_something_else_stays_what_it_is(text):
    pack = replace(KIND, place=text)
    assert back(pack) == pack


def test_a_clerk_can_read_it():
    pack = read(heading("Working together", "1."), clause("1.1", "Members should be kind. " * 12)).pack
    lines = written(pack, "ours.yaml").splitlines()
    assert lines[0] == "# Ashcombe Regis Parish Council"
    assert any("protocol-bot adopt ours.yaml" in line for line in lines)
    assert all(len(line) <= 130 for line in lines)
    assert "    text: >-" in lines


def test_every_proposal_has_a_line_that_says_what_it_is():
    pack = read(
        heading("When it goes wrong", "3"),
        clause("3.1", "A councillor who is unhappy with the clerk should first raise it with the chair."),
    ).pack
    text = written(pack)
    assert pack.proposed
    assert text.count("  # Clause 3.1, ") == len(pack.proposed)
    assert "None is in force" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("clause: 3.1", "clause: '9.9'"), r"there is no clause '9.9'"),
        (("who: [chair", "who: [beadle"), r"there is no 'beadle'"),
        (("[councillor, clerk]", "[clerk, clerk]"), r"clerk > clerk can't stand here"),
    ],
)
def test_a_proposal_is_checked_like_a_rule(change, said, tmp_path):
    pack = read(
        heading("When it goes wrong", "3"),
        clause("3.1", "A councillor who is unhappy with the clerk should first raise it with the chair."),
    ).pack
    text = written(pack).replace('clause: "3.1"\n      stage', "clause: 3.1\n      stage")
    start, _, proposed = text.partition("proposed:")
    assert change[0] in proposed, proposed
    file = tmp_path / "ours.yaml"
    file.write_text(f"{start}proposed:{proposed.replace(*change)}", encoding="utf-8")
    with pytest.raises(UnsoundContent, match=said):
        load.pack(file)


def test_a_report_can_be_told_to_scripts():
    import msgspec

    report = read(heading("Working together", "1."), clause("1.1", "Be kind.")).report
    assert json.loads(msgspec.json.encode(report))["clauses"] == 1
