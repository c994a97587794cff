"""A word that a line's end broke is whole again, and one that has a hyphen keeps it."""

import pytest

from content.reading.mended import joined, vocabulary
from content.reading.pdf import read as read_pdf
from content.reading.text import read as read_text
from tests.reading.pdfs import Page, written

KNOWN = vocabulary(["Today is the day, face it: the clerk is informed."])


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("day-to-", "day work", "day-to-day work"),
        ("face-", "to-face talks", "face-to-face talks"),
        ("face-to-", "face talks", "face-to-face talks"),
        ("part-", "time staff", "part-time staff"),
        ("co-", "opted members", "co-opted members"),
        ("a sub-", "committee", "a sub-committee"),
        ("re-", "elected", "re-elected"),
    ],
)
def test_a_hyphen_of_its_own_stays(first: str, second: str, whole: str) -> None:
    assert joined([first, second]) == joined([first, second], KNOWN) == whole


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("a part-", "ner", "a partner"),
        ("re-", "port", "report"),
        ("pro-", "tocol", "protocol"),
        ("mem-", "ber-officer", "member-officer"),
        ("well-in-", "formed", "well-informed"),
    ],
)
def test_a_hyphen_that_broke_a_word_goes(first: str, second: str, whole: str) -> None:
    assert joined([first, second], KNOWN) == whole


def test_pdf_and_text_mend_the_same_words() -> None:
    said = ["The clerk is in charge of the day-to-", "day work of the council, and of all its part-", "time staff."]
    page = Page()
    for at, line in enumerate(said):
        page.text(72, 700 - 12 * at, line)
    whole = "The clerk is in charge of the day-to-day work of the council, and of all its part-time staff."
    assert [line.text for line in read_text("\n".join(said).encode()).lines] == [whole]
    assert [line.text for line in read_pdf(written([page])).lines] == [whole]
