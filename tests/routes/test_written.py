"""The files written by hand hang together: a slip of the hand shows before it is taken for the bot's."""

import pytest

from tests.routes.written import COUNCILS, Cell, Pair, written

PAIRS = [(council, pair) for council in COUNCILS for pair in written(council).pairs]
NAMED = [f"{council}: {pair.name}" for council, pair in PAIRS]
every_pair = pytest.mark.parametrize(("council", "pair"), PAIRS, ids=NAMED)

#: The rows of the table, in its order.
ROWS = """
clerk councillor, officer councillor, clerk chair, officer chair, councillor clerk, councillor officer, chair clerk,
chair officer, councillor councillor, councillor chair, chair councillor, clerk officer, officer clerk, officer officer
"""


def cells(pair: Pair, *stages: str) -> list[Cell]:
    found = (getattr(pair.cells, stage) for stage in stages)
    return [cell for cell in found if isinstance(cell, Cell)]


@pytest.mark.parametrize("council", COUNCILS)
def test_every_file_has_the_fourteen_rows_in_order(council):
    rows = [tuple(row.split()) for row in ROWS.split(",")]
    assert written(council).council == council
    assert [(pair.raiser, pair.about) for pair in written(council).pairs] == rows


@every_pair
def test_the_seats_are_those_of_the_pair(council, pair):
    assert pair.by == pair.raiser
    second = pair.about == pair.raiser or pair.about == "councillor"
    assert pair.of == (f"{pair.about}-2" if second else pair.about)


@every_pair
def test_nobody_is_told_of_what_they_raise_or_of_themselves(council, pair):
    for sight in (pair.seen.informal, pair.seen.formal):
        assert not {pair.by, pair.of} & set(sight.told)
        assert len(set(sight.told)) == len(sight.told)


@every_pair
def test_somebody_is_told_or_the_step_is_to_speak(council, pair):
    assert pair.seen.informal.told or pair.seen.informal.speak
    assert pair.seen.formal.told == ("panel", "panel-2", "panel-3")
    assert not pair.seen.formal.speak


@every_pair
def test_a_stage_is_silent_where_its_cells_are(council, pair):
    assert pair.seen.informal.silent == (not cells(pair, "informal", "mediation"))
    assert pair.seen.formal.silent == (not cells(pair, "formal", "hears", "not_alone"))
    for sight in (pair.seen.informal, pair.seen.formal):
        assert bool(sight.clauses) != sight.silent
        assert sight.setting or not sight.silent


@every_pair
def test_two_are_needed_where_the_chair_may_not_act_alone(council, pair):
    # The clauses of Southwell and Twywell name line management too, which is what a clerk raises about an officer.
    line_management = council in ("southwell", "twywell") and (pair.raiser, pair.about) == ("clerk", "officer")
    assert pair.seen.formal.two == (bool(cells(pair, "not_alone")) or line_management)
    assert not pair.seen.informal.two


@every_pair
def test_only_an_office_that_the_protocol_names_and_that_is_a_party_is_skipped(council, pair):
    named = {who for cell in cells(pair, "informal") for who in cell.who}
    assert set(pair.seen.informal.skips) <= named & {pair.raiser, pair.about}
    assert not pair.seen.formal.skips


@every_pair
def test_conduct_goes_outside_where_it_is_about_somebody_elected(council, pair):
    outside = "ombudsman-wales" if council == "crickhowell" else "monitoring-officer"
    assert pair.seen.conduct == (outside if pair.about in ("councillor", "chair") else "no")


def test_crickhowell_is_silent_throughout():
    for pair in written("crickhowell").pairs:
        assert not cells(pair, "informal", "mediation", "formal", "hears", "not_alone", "special")
