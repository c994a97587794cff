"""Parts that are printed with a word and a number before their heading: found by either, cited with both."""

import pytest
from msgspec.structs import replace

from bot.contents import Contents
from bot.pack import Clause, Heading
from bot.references import References
from deploy.handbooks import handbook
from tests.lookup.test_lookup import BARE, PLAIN

NAMED = (
    Heading(heading="Basics", ref="Part B", level=1, id="part-b"),
    Heading(heading="Letters", ref="Section 3", level=2, id="section-3"),
    Clause(id="section-3-p1", ref=None, plain="Letters are answered.", **PLAIN),
    Clause(id="3.1", ref="3.1", plain="Every one of them.", **PLAIN),
    Heading(heading="Forms", ref="Appendix A", level=1, id="appendix-a"),
    Clause(id="appendix-a-p1", ref=None, plain="Forms are kept.", **PLAIN),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("section 3", "section-3"),
        ("What does Section 3 say?", "section-3"),
        ("section three", "section-3"),
        ("clause 3", "section-3"),
        ("Part B", "part-b"),
        ("show me appendix A please", "appendix-a"),
        ("section 3.1", "3.1"),
    ],
)
def test_a_part_that_is_printed_with_a_word_and_a_number_is_found_by_both(asked, found):
    book = handbook(replace(BARE, body=NAMED))
    assert book.finder.find(asked).findings[0].stand.id == found


def test_a_section_of_an_act_is_not_the_protocol_s_section():
    references = References(Contents(replace(BARE, body=NAMED)))
    assert references.read("section 3 of the Localism Act") is None


def test_a_named_part_is_cited_with_a_colon_between_its_number_and_its_words():
    contents = Contents(replace(BARE, body=NAMED))
    assert contents["section-3"].label == "Section 3: Letters"
    assert contents["section-3-p1"].path == ("Part B: Basics", "Section 3: Letters")
