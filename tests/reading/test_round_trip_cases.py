"""Small protocols that once were read back wrongly, or that are easily misread, in every form that can tell them."""

import pytest

from tests.reading.protocols import Paragraph, Part, Point, Protocol
from tests.reading.test_round_trip import differences
from tests.reading.written import FORMS

_EVERY = tuple(sorted(FORMS))
_WITH_LEVELS = tuple(form for form in _EVERY if not form.endswith(".txt") and form != "bold.docx")


def _protocol(*parts: Part, opening: tuple[str, ...] = ()) -> Protocol:
    return Protocol(
        name="case",
        title="Protocol for Members and Officers",
        council="Oakhurst Vale Parish Council",
        adopted="Adopted by Oakhurst Vale Parish Council on 11 March 2024",
        opening=tuple(Paragraph(text=text) for text in opening),
        parts=parts,
    )


def _part(heading: str, ref: str, *clauses: str | Paragraph) -> Part:
    numbered = (
        Paragraph(ref=f"{ref.rstrip('.')}.{number}", text=one) if isinstance(one, str) else one
        for number, one in enumerate(clauses, 1)
    )
    return Part(heading=heading, ref=ref, paragraphs=tuple(numbered))


def _list(ref: str, text: str, *points: Point) -> Paragraph:
    return Paragraph(ref=ref, text=text, points=points)


_SECOND = _part("Review", "2.", "The council reads this again each May.", "So does the Clerk.")


@pytest.mark.parametrize("form", _EVERY)
def test_an_opening_sentence_with_an_address_in_it_is_no_letterhead(form: str) -> None:
    opening = (
        "Whoever is in doubt about these pages writes to clerk@oakhurst.example and has an answer within a week.",
        "They stand at https://oakhurst.example/papers as well, where anybody may read them.",
    )
    first = _part("Purpose", "1.", "This is how we work together.")
    assert differences(_protocol(first, _SECOND, opening=opening), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_a_sentence_that_stands_twice_is_no_page_header(form: str) -> None:
    again = "The Clerk is told beforehand, in writing and in good time."
    assert (
        differences(_protocol(_part("Visits", "1.", again, "So is the Chair."), _part("Gifts", "2.", again)), form)
        == []
    )


@pytest.mark.parametrize("form", _EVERY)
def test_letters_within_a_sentence_begin_no_list_wherever_the_line_breaks(form: str) -> None:
    sentences = [
        f"{'Very ' * words}often somebody has to choose between (a) or (b) in this clause." for words in range(12)
    ]
    assert differences(_protocol(_part("Choices", "1.", *sentences), _SECOND), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_numbers_within_a_sentence_begin_no_clause_wherever_the_line_breaks(form: str) -> None:
    tail = "often the answer has to come within 14 days, or 28. Nobody waits for longer than 2.5 hours."
    assert (
        differences(_protocol(_part("Time", "1.", *(f"{'Very ' * n}{tail}" for n in range(14))), _SECOND), form) == []
    )


@pytest.mark.parametrize("form", _EVERY)
def test_numbers_that_begin_with_a_letter_are_numbers(form: str) -> None:
    first = _part("Purpose", "A.", "Staff and members share an office.", "A clerk leads the staff.")
    assert differences(_protocol(first, _part("Review", "B.", "It is read again each May.")), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_a_gap_and_a_number_used_twice_stand_as_printed(form: str) -> None:
    clauses = [
        Paragraph(ref=ref, text=f"Clause {ref} says what it says.") for ref in ("1.1", "1.2", "1.4", "1.4", "1.5")
    ]
    assert differences(_protocol(_part("Purpose", "1.", *clauses), _SECOND), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_romans_inside_letters_go_on_with_the_letters(form: str) -> None:
    inside = tuple(Point(ref=f"({ref})", text=f"by way {ref};") for ref in ("i", "ii", "iii", "iv", "v", "vi"))
    points = (
        Point(ref="(a)", text="at once;"),
        Point(ref="(b)", text="as soon as can be, that is:", points=inside),
        Point(ref="(c)", text="not at all."),
    )
    first = _part("Answers", "1.", _list("1.1", "The Clerk answers:", *points), "Silence is no answer.")
    assert differences(_protocol(first, _SECOND), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_a_list_of_nine_letters_has_an_i_that_is_a_letter(form: str) -> None:
    points = tuple(Point(ref=f"({letter})", text=f"matters of kind {letter.upper()};") for letter in "abcdefghij")
    assert differences(_protocol(_part("Matters", "1.", _list("1.1", "These are:", *points)), _SECOND), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_a_clause_may_begin_with_a_number_of_its_own(form: str) -> None:
    first = _part(
        "Numbers", "1.", "3 councillors are a quorum.", "2027 is the next year of review.", "£50 is the limit."
    )
    assert differences(_protocol(first, _SECOND), form) == []


@pytest.mark.parametrize("form", _WITH_LEVELS)
def test_headings_of_three_levels_without_numbers_keep_their_levels(form: str) -> None:
    deepest = Part(heading="Letters", paragraphs=(Paragraph(text="Letters are answered within a week."),))
    middle = Part(heading="In writing", paragraphs=(Paragraph(text="Writing is best."),), parts=(deepest,))
    other = Part(heading="By word of mouth", paragraphs=(Paragraph(text="Talking is quickest."),))
    first = Part(heading="Questions", paragraphs=(Paragraph(text="Questions are welcome."),), parts=(middle, other))
    last = Part(heading="Thanks", paragraphs=(Paragraph(text="Thanks are welcome, too."),))
    assert differences(_protocol(first, last), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_marks_that_mean_something_to_a_format_are_only_words_here(form: str) -> None:
    text = "Write <b>nothing</b> & *no* _stars_ in `code`, #7 or [notes](x) | 1 < 2 > 0 \\ &amp; ~not~ C:\\papers."
    point = Point(ref="(a)", text="an <item> & *another* _one_ #2;")
    first = _part("Marks & <signs>", "1.", text, _list("1.2", "And these:", point, Point(ref="(b)", text="none.")))
    assert differences(_protocol(first, _SECOND), form) == []


@pytest.mark.parametrize("form", _EVERY)
def test_many_clauses_run_over_many_pages(form: str) -> None:
    clauses = [
        f"Clause {n} is long enough to run over the end of a line, as most clauses do, and over a page."
        for n in range(60)
    ]
    parts = [_part(f"Part {name}", f"{n}.", *clauses) for n, name in enumerate(("one", "two", "three"), 1)]
    assert differences(_protocol(*parts), form) == []
