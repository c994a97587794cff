"""What `protocol-bot routes` prints is what was written by hand from the five documents."""

import io
import json
from contextlib import redirect_stdout
from functools import cache
from typing import Any

import pytest

from deploy.cli import main
from tests.routes.written import COUNCILS, STAGES, Cell, Pair, written
from tests.shared import lines

PAIRS = [(council, pair) for council in COUNCILS for pair in written(council).pairs]
NAMED = [f"{council}: {pair.name}" for council, pair in PAIRS]


@cache
def printed(*arguments: str) -> Any:
    with redirect_stdout(out := io.StringIO()):
        assert main(["routes", *arguments, "--json"]) == 0
    return json.loads(out.getvalue())


def of(council: str, pair: Pair) -> dict[str, Any]:
    """The stages printed for a pair."""
    found = [row for row in printed("--council", council) if (row["from"], row["about"]) == (pair.raiser, pair.about)]
    assert len(found) == 1
    return found[0]["stages"]


@pytest.mark.parametrize("council", COUNCILS)
def test_the_fourteen_pairs_are_printed_once_each(council):
    told = [(row["from"], row["about"]) for row in printed("--council", council)]
    assert told == [(pair.raiser, pair.about) for pair in written(council).pairs]
    assert len(set(told)) == 14


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("council", "pair"), PAIRS, ids=NAMED)
def test_a_cell_is_printed_as_it_was_written_by_hand(council, pair, stage):
    told, mine = of(council, pair)[stage], getattr(pair.cells, stage)
    if not isinstance(mine, Cell):
        assert (told["silent"], told["who"], told["clauses"]) == (True, [], [])
        return
    assert told["silent"] is False
    assert set(told["who"]) == set(mine.who)
    assert set(told["clauses"]) == set(mine.clauses)
    assert (told["strength"], told["inferred"]) == (mine.strength, mine.inferred)


@pytest.mark.parametrize("council", COUNCILS)
def test_nobody_and_no_clause_is_printed_twice_in_a_cell(council):
    for row in printed("--council", council):
        assert set(row["stages"]) == set(STAGES)
        for told in row["stages"].values():
            assert len(told["who"]) == len(set(told["who"]))
            assert len(told["clauses"]) == len(set(told["clauses"]))


@pytest.mark.parametrize("council", COUNCILS)
def test_every_clause_is_a_passage_of_the_document(council):
    ids = {passage["id"].removeprefix(f"{council}-") for passage in lines("questions/passages.jsonl")}
    told = {id for row in printed("--council", council) for cell in row["stages"].values() for id in cell["clauses"]}
    assert told <= ids


@pytest.mark.parametrize("council", COUNCILS)
def test_every_clause_written_by_hand_is_a_passage_of_the_document(council):
    ids = {p["id"].removeprefix(f"{council}-") for p in lines("questions/passages.jsonl") if p["council"] == council}
    for pair in written(council).pairs:
        for stage in STAGES:
            if isinstance(cell := getattr(pair.cells, stage), Cell):
                assert set(cell.clauses) <= ids


def test_one_pair_can_be_asked_for():
    [row] = printed("--council", "twywell", "--from", "councillor", "--about", "officer")
    assert (row["from"], row["about"]) == ("councillor", "officer")
    assert row["stages"]["informal"]["who"] == ["chair", "clerk"]


def test_the_only_must_is_southwells_written_code_complaint():
    musts = {
        (council, stage, tuple(cell["clauses"]))
        for council in COUNCILS
        for row in printed("--council", council)
        for stage, cell in row["stages"].items()
        if cell["strength"] == "must"
    }
    assert {(council, stage) for council, stage, _ in musts} == {("southwell", "special")}
    assert all("wrong-clerk-p4" in clauses for _, _, clauses in musts)
