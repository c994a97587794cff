"""A document that nobody had known is answered from as well as the project promises."""

import pytest

from content import load
from tests.importing.asked import book, translated
from tests.lookup.measure import HERE, measure, read


@pytest.fixture(scope="module")
def books():
    return {council: book(council) for council in load.councils()}


def test_questions_are_answered_from_imported_documents(books):
    """The project's goals, on the set that nothing was tuned on, with topics proposed by other councils alone."""
    told = measure(list(translated(read(HERE / "blind.jsonl"), books)), books)
    assert told.questions >= 100
    assert told.hit1 >= 0.55
    assert told.hit3 >= 0.75
    assert told.keyword1 >= 0.95
    assert told.numbers == 1.0
    assert told.refusal_f1 >= 0.75
    assert told.wrongly_refused <= 0.10
