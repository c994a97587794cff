"""What is proposed for protocols that nobody here wrote rules for: the five as if unknown, and invented ones."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from bot.contents import Contents
from bot.pack import PAIRS, Pack
from bot.proposing import confirmed
from content import load
from content.importing.rules import proposals
from tests.routes.measured import ALL, by_hand, proposed, shipped, wrong
from tests.routes.unknown import cells, read, truth, written
from tests.routes.written import COUNCILS

NAMES = re.compile("Public Services Ombudsman for Wales|Society of Local Council Clerks")
INVENTED = sorted(file.stem for file in (Path(__file__).parent / "invented").glob("*.yaml"))
ROW = re.compile(r"(?P<raisers>.+) about (?P<about>.+); (?P<stage>\w+); (?P<who>.+); (?P<clauses>.+)")


def careful(rows: list[str]) -> dict[tuple[str, str, str], tuple[frozenset[str], frozenset[str]]]:
    """The cells that a careful reader of an invented protocol expects."""
    found: dict[tuple[str, str, str], tuple[frozenset[str], frozenset[str]]] = {}
    for row in rows:
        for cell, who, clauses in _cells(row):
            before = found.get(cell, (frozenset(), frozenset()))
            found[cell] = (before[0] | who, before[1] | clauses)
    return found


def _cells(row: str) -> Iterator[tuple[tuple[str, str, str], frozenset[str], frozenset[str]]]:
    told = ROW.fullmatch(row)
    assert told, row
    who, clauses = frozenset(told["who"].split(", ")) - {"nobody"}, frozenset(told["clauses"].split(", "))
    for pair in PAIRS:
        if pair[0] in told["raisers"].split(", ") and pair[1] in told["about"].split(", "):
            yield (*pair, told["stage"]), who, clauses


def invented(name: str) -> Pack:
    """One of our own, with what is proposed for it."""
    document = _document(name)
    return read(written(document["text"], document.get("nation", "england")))


def _document(name: str) -> dict[str, Any]:
    file = Path(__file__).parent / "invented" / f"{name}.yaml"
    return yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506


@pytest.mark.parametrize("name", INVENTED)
def test_an_invented_protocol_is_read_as_a_careful_reader_would(name):
    misses = wrong(cells(invented(name)), careful(_document(name)["cells"]))
    assert not misses, "\n".join(misses)


@pytest.mark.parametrize("council", COUNCILS)
def test_of_a_council_imported_as_unknown_nine_cells_in_ten_are_proposed_right(council):
    for expected in (shipped(council), by_hand(council)):
        misses = wrong(proposed(council), expected)
        assert len(misses) <= ALL * 0.1, "\n".join(misses)


def test_over_the_five_all_but_a_few_cells_are_proposed_right():
    assert sum(len(wrong(proposed(council), by_hand(council))) for council in COUNCILS) <= 5


def test_where_a_protocol_has_no_rule_of_this_kind_none_is_proposed():
    assert read(truth("crickhowell", "wales")).proposed == ()


@pytest.mark.parametrize("name", ["quiet-fold"])
def test_words_that_come_up_in_such_rules_make_no_rule(name):
    assert invented(name).proposed == ()


def test_a_code_of_conduct_is_no_protocol_on_concerns():
    assert read(truth("ayton_code_of_conduct")).proposed == ()


#: What an eye that read the four invented documents of the checking material expects of them, clause by clause.
@pytest.mark.parametrize(
    ("name", "count", "expected"),
    [
        ("thornmere", 8, ("officer", "councillor", "informal", {"clerk"})),
        ("thornmere", 8, ("clerk", "chair", "informal", {"chair"})),
        ("thornmere", 8, ("councillor", "clerk", "hears", {"personnel-sub-committee"})),
        ("thornmere", 8, ("chair", "officer", "mediation", {"chair", "third-party"})),
        ("heckleby", 7, ("councillor", "clerk", "informal", {"personnel-sub-committee"})),
        ("heckleby", 7, ("officer", "councillor", "formal", {"personnel-sub-committee", "monitoring-officer"})),
        ("arrowdale", 2, ("councillor", "officer", "formal", {"officer", "clerk"})),
        ("arrowdale", 2, ("councillor", "councillor", "formal", {"monitoring-officer"})),
        ("whitbourne", 7, ("councillor", "officer", "informal", {"officer"})),
        ("whitbourne", 7, ("clerk", "councillor", "informal", {"monitoring-officer"})),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_other_layouts_are_read_too(name, count, expected):
    pack = read(truth(name))
    assert len(pack.proposed) == count
    by, of, stage, who = expected
    assert cells(pack)[by, of, stage][0] == who


def everything() -> Iterator[Pack]:
    """Every protocol at hand."""
    yield from (invented(name) for name in INVENTED)
    yield from (read(truth(name)) for name in (*COUNCILS, "thornmere", "heckleby", "arrowdale", "whitbourne"))


def test_a_proposal_rests_on_words_of_its_clause_to_the_letter():
    for pack in everything():
        contents = Contents(pack)
        for one in pack.proposed:
            stand = contents[one.rule.clause]
            under = " ".join([stand.wording, *(item.text or "" for item in stand.items)])
            assert all(line in under for line in one.sentence.splitlines()), one.rule.id


def test_what_a_rule_means_is_told_in_other_words_than_the_documents():
    for pack in everything():
        for one in pack.proposed:
            told = (NAMES.sub("", words).casefold() for words in (one.sentence, one.rule.plain))
            theirs, ours = (re.findall(r"[a-z]+", words) for words in told)
            runs = {tuple(theirs[at : at + 6]) for at in range(len(theirs) - 5)}
            assert not runs & {tuple(ours[at : at + 6]) for at in range(len(ours) - 5)}, one.rule.plain


def test_each_proposal_has_an_id_of_its_own_and_somebody_it_holds_for():
    for pack in everything():
        ids = [one.rule.id for one in pack.proposed]
        assert len(ids) == len(set(ids))
        assert all(one.pairs and set(one.inferred) <= set(one.pairs) for one in pack.proposed)


@pytest.mark.parametrize(
    ("says", "strength"),
    [
        ("must be raised with", "must"),
        ("shall be raised with", "must"),
        ("should be raised with", "should"),
        ("is to be raised with", "should"),
        ("may be raised with", "may"),
        ("can be raised with", "may"),
        ("will be raised with", "none"),
        ("is raised with", "none"),
    ],
)
def test_a_rule_is_as_strong_as_its_words_and_no_stronger(says, strength):
    [one] = read(written(f"# Complaints\n1 If a member has a concern about an officer, it {says} the Clerk.")).proposed
    assert one.rule.strength == strength
    words = {word for word in ("must", "should", "may") if re.search(rf"\b{word}\b", one.rule.plain)}
    assert words == ({strength} - {"none"})


def test_a_condition_lends_a_rule_no_strength():
    text = "# Complaints\n1 Should a member be unhappy with an officer, the member raises it with the Clerk."
    assert [one.rule.strength for one in read(written(text)).proposed] == ["none"]


def test_what_is_in_force_already_is_not_proposed_again():
    pack = read(truth("twywell"))
    first = pack.proposed[0].rule.id
    again = proposals(confirmed(pack, [first]))
    assert first not in {one.rule.id for one in again}
    assert len(again) == len(pack.proposed) - 1


def test_reading_only_the_plain_words_finds_the_rules_too():
    for council in COUNCILS:
        pack = load.council(council)
        bare = replace(pack, routes=written("").routes)
        misses = wrong(cells(read(bare)), cells(pack))
        assert len(misses) <= ALL * 0.15, "\n".join(misses)


def test_a_clause_that_is_longer_than_any_rule_is_left_alone():
    text = "# Complaints\n1 A member unhappy with an officer tells " + "the clerk, " * 20_000 + "or the mayor."
    assert read(written(text)).proposed == ()


ALONE = "The Chairman should not deal with a grievance alone."


@pytest.mark.parametrize(
    "text",
    [
        f"# When something goes wrong\n1 {ALONE}",
        f"# When something goes wrong\n1 A member unhappy with an officer should speak to the Clerk.\n2 {ALONE}",
        f"# When something goes wrong\n1 Concerns are settled informally first.\n2 {ALONE}",
    ],
    ids=["alone", "after what members raise", "after what anybody raises"],
)
def test_a_grievance_is_raised_by_employees_whoever_was_spoken_of_before(text):
    found = cells(read(written(text)))
    for by in ("clerk", "officer"):
        assert found[by, "councillor", "not_alone"][0] == {"chair"}
    assert ("councillor", "officer", "not_alone") not in found


def test_under_a_heading_for_councillors_nobody_elses_grievance_is_meant():
    text = f"# Complaints\n## For councillors\n1 A member unhappy with an officer tells the Clerk.\n2 {ALONE}"
    assert all(stage != "not_alone" for *_, stage in cells(read(written(text))))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("in exceptional circumstances", "exceptional"),
        ("in serious cases", "serious"),
        ("unless the Clerk is away", "exception"),
        ("normally, and by letter", "not always"),
        ("if both sides agree", "agreement"),
        ("where appropriate", "called for"),
        ("by letter", ""),
    ],
)
def test_what_narrows_a_rule_shows_in_its_plain_words(words, told):
    text = f"# Complaints\n1 A member who is unhappy with an officer should raise it with the Clerk {words}."
    [one] = read(written(text)).proposed
    assert told in one.rule.plain
    assert (one.rule.plain.count(".") > 1) == bool(told)
