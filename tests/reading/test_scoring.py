"""The figures by which reading is measured."""

import copy
import importlib.util
import json
import random
from types import ModuleType

import pytest

from tests.reading.protocols import own, truth
from tests.reading.scoring import Printed, Score, score
from tests.shared import shared


def _protocol() -> Printed:
    return truth(own()[0])


def test_what_was_read_as_it_stands_is_all_right() -> None:
    found, misses = score(_protocol(), _protocol())
    assert found[:7] == (1.0,) * 7
    assert (found.extra, misses) == (0, [])


def test_nothing_read_is_nothing_right() -> None:
    found, misses = score({"clauses": []}, _protocol())
    assert (found.words, found.clause, found.extra) == (0, 0, 0)
    assert {miss.why for miss in misses} == {"text"}


@pytest.mark.parametrize(
    ("field", "wrong"), [("ref", "9.9"), ("headings", []), ("items", [{"text": "something else"}])]
)
def test_one_fault_costs_one_clause_and_is_named(field: str, wrong: object) -> None:
    got = copy.deepcopy(_protocol())
    got["clauses"][4][field] = wrong  # type: ignore[literal-required]
    found, misses = score(got, _protocol())
    assert found.clause == pytest.approx(1 - 1 / found.clauses)
    assert [miss.why for miss in misses] == [{"headings": "path"}.get(field, field)]


def test_furniture_taken_for_a_clause_is_extra() -> None:
    got = copy.deepcopy(_protocol())
    got["clauses"].append({"ref": None, "headings": [], "text": "Signed by the chairman, at last"})
    assert score(got, _protocol())[0].extra == 1


def test_quotes_and_hyphens_within_words_do_not_count() -> None:
    def one(text: str) -> Printed:
        return {"clauses": [{"ref": "1.", "headings": [], "text": text, "items": []}]}

    assert score(one("The clerks co-opted “friend”"), one("The clerk's coopted 'friend'"))[0].clause == 1


NAMES = (
    "arrowdale ayton_code_of_conduct barrow crickhowell heckleby leigh-on-sea southwell thornmere twywell whitbourne"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_the_shared_scorer_gives_the_same_figures(name: str) -> None:
    theirs = _shared_scorer()
    wanted = json.loads(shared(f"documents/truth/{name}.json").read_text(encoding="utf-8"))
    chance = random.Random(name)  # noqa: S311 no secret
    for _ in range(20):
        got = _spoilt(wanted, chance)
        figures, misses = theirs.score(got, wanted)
        found, missed = score(got, wanted)
        assert found._asdict() == pytest.approx(figures)
        assert [(miss.why, miss.clause) for miss in missed] == misses
        assert set(figures) == set(Score._fields)


def _shared_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_import", shared("documents/score_import.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _spoilt(wanted: Printed, chance: random.Random) -> Printed:
    """The truth with faults of every kind in it."""
    got = copy.deepcopy(wanted)
    clauses = got["clauses"]
    for at in range(len(clauses) - 1, 0, -1):
        clause, fault = clauses[at], chance.randrange(16)
        if fault == 0:
            clause["text"] += " and so on"
        elif fault == 1:
            clause["ref"] = "7.7"
        elif fault == 2:
            clause["headings"] = clause["headings"][:-1]
        elif fault == 3:
            clause["items"] = clause["items"][1:]
        elif fault == 4:
            # The word between: their `extra` goes by the order of a set where two whole clauses are joined.
            clauses[at - 1]["text"] += " furthermore " + clause["text"]
            del clauses[at]
        elif fault == 5:
            clauses.insert(chance.randrange(len(clauses)), clauses.pop(at))
        elif fault == 6:
            clauses.insert(at, {"ref": None, "headings": [], "text": f"Page {at} of many"})
        elif fault == 7:
            clause["headings"] = [*clause["headings"], {"ref": clause.get("ref"), "text": clause["text"]}]
            clause["text"] = "Another paragraph under it"
    return got
