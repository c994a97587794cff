"""A translation that would be shown broken, or gives another number than the English sentence, is refused."""

import shutil
from pathlib import Path

import pytest
import yaml as pyyaml

from bot.errors import UnsoundContent
from content import load, wording
from content.wording import FLOW, Lacking
from deploy import on_words

CONTENT = Path(__file__).parents[2] / "content"
TOPICS = {topic.id: topic.name for topic in load.topics()}


@pytest.fixture
def content(tmp_path) -> Path:
    for name in ("words", "flows"):
        shutil.copytree(CONTENT / name, tmp_path / name)
        (tmp_path / name / "cy").mkdir()
    return tmp_path


def refused(content: Path, text: str, folder: str = "words") -> str:
    (content / folder / "cy" / "main.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UnsoundContent) as wrong:
        _ = wording.words(content, "cy", TOPICS) if folder == "words" else wording.flow(content, "cy")
    return str(wrong.value)


@pytest.mark.parametrize("sign", [">", "|", ">+", "|-"], ids=["folded", "kept", "all", "two lines"])
def test_an_end_of_line_where_the_english_has_none_is_refused(content, sign):
    said = refused(content, f"share: {sign}\n  Rhannu\n  yma\n\n  nawr\n")
    assert "words/cy/main.yaml, line 1, share: it has an end of line in it" in said
    assert "`>-`" in said


def test_folded_without_the_end_of_line_it_is_one_line(content):
    (content / "words" / "cy" / "main.yaml").write_text("share: >-\n  Rhannu\n  yma\n", encoding="utf-8")
    assert wording.words(content, "cy", TOPICS)("share") == "Rhannu yma"


def test_a_sentence_in_two_lines_has_no_third_that_is_empty(content):
    told = "sees: |{sign}\n  anffurfiol: {{informal}}\n  ffurfiol: {{formal}}\n"
    assert "it ends with an empty line" in refused(content, told.format(sign=""))
    (content / "words" / "cy" / "main.yaml").write_text(told.format(sign="-"), encoding="utf-8")
    words = wording.words(content, "cy", TOPICS)
    assert words("sees", informal="Ann", formal="Dee") == "anffurfiol: Ann\nffurfiol: Dee"


def test_a_page_may_have_paragraphs_as_the_english_one_has(content):
    (content / "words" / "cy" / "main.yaml").write_text("install-denied: |\n  Un.\n\n  Dau.\n", encoding="utf-8")
    assert wording.words(content, "cy", TOPICS)("install-denied") == "Un.\n\nDau.\n"


@pytest.mark.parametrize("text", ["share: ''\n", "share: '  '\n", "share: >-\n\n"], ids=["empty", "blank", "folded"])
def test_an_empty_sentence_is_refused(content, text):
    assert "words/cy/main.yaml, line 1, share: this is empty" in refused(content, text)


@pytest.mark.parametrize("ring", ["99", "9999", "999 neu 101", ""], ids=["less", "more", "another", "none"])
def test_whoever_is_in_danger_is_given_the_same_number(content, ring):
    said = refused(content, f'wrong-danger: "Ffoniwch {ring}."\n')
    assert "its numbers differ from the English ones. They are: 999." in said


def numbered() -> tuple[str, str, str]:
    """A sentence with a telephone number, and that number."""
    for name, sentence in load.words().beginning("").items():
        if "0303 123 1113" in sentence:
            return name, sentence, "0303 123 1113"
    raise AssertionError


@pytest.mark.parametrize("wrong", ["0303 123 1131", "0303 1113 123", "03031231113"], ids=range(3))
def test_a_telephone_number_stays_as_it_is(content, wrong):
    name, sentence, number = numbered()
    said = refused(content, pyyaml.safe_dump({name: sentence.replace(number, wrong)}, allow_unicode=True))
    assert number in said
    (content / "words" / "cy" / "main.yaml").write_text(pyyaml.safe_dump({name: sentence}), encoding="utf-8")
    assert wording.words(content, "cy", TOPICS)(name, **dict.fromkeys(wording._gaps(sentence), "x"))


def test_a_telephone_number_may_be_kept_from_breaking(content):
    name, sentence, number = numbered()
    unbroken = sentence.replace(number, number.replace(" ", "\u00a0"))
    (content / "words" / "cy" / "main.yaml").write_text(pyyaml.safe_dump({name: unbroken}), encoding="utf-8")
    assert wording.words(content, "cy", TOPICS).language == "cy"


def test_numbers_that_another_language_puts_side_by_side_are_two():
    english, welsh = "within 30 days, by the Act of 2018; ring 0303 123 1113", "0303 123 1113; Deddf 2018 30 diwrnod"
    assert wording._numbers(english) == wording._numbers(welsh) == ["0303 123 1113", "2018", "30"]
    assert wording._numbers("0303 123 1113") != wording._numbers("0303 1113 123")


def test_a_number_that_is_in_no_english_sentence_is_refused(content):
    assert "There are none: write it without." in refused(content, 'share: "Rhannu 2"\n')


def test_a_sentence_for_exactly_one_number_may_write_it_out_or_in_figures(content):
    file = content / "words" / "cy" / "main.yaml"
    file.write_text('months: "{count} mis"\nmonths-1: un mis\nmonths-2: "2 fis"\n', encoding="utf-8")
    words = wording.words(content, "cy", TOPICS)
    assert [words("months", count=count) for count in (1, 2, 3)] == ["un mis", "2 fis", "3 mis"]


def test_of_two_files_with_one_name_the_error_says_which(content):
    pair = "- english: Ring 999\n  said: {said}\n"
    assert refused(content, pair.format(said="Ffoniwch 99"), "flows").startswith("flows/cy/main.yaml, line 2")
    assert "it has an end of line in it" in refused(content, pair.format(said="|\n    Ffoniwch 999"), "flows")


def test_merging_is_answered_with_its_mend(content):
    said = refused(content, "<<: {share: Rhannu}\n")
    assert "words/cy/main.yaml, line 1, <<: merging is not read here. Write it out." in said


def test_what_is_lacking_is_printed_as_the_files_want_it():
    lacking = [
        Lacking("gap-nearest", " (The nearest: {label}.)"),
        Lacking("page", "One: two.\n\n“Three” # four"),
        Lacking(FLOW, "Ring 999: now"),
    ]
    printed = "\n".join(on_words.lacks("cy", lacking))
    sentences, flow = pyyaml.load_all(printed, Loader=pyyaml.BaseLoader)
    assert sentences == {one.name: one.english for one in lacking[:2]}
    assert flow == [{"english": "Ring 999: now", "said": "Ring 999: now"}]


def test_what_is_printed_for_a_new_language_is_taken_as_it_stands(content):
    lacking = wording.lacking(content, "cy", TOPICS)
    words, _, flows = "\n".join(on_words.lacks("cy", lacking)).partition("\n---\n")
    (content / "words" / "cy" / "all.yaml").write_text(words, encoding="utf-8")
    (content / "flows" / "cy" / "all.yaml").write_text(flows, encoding="utf-8")
    assert wording.lacking(content, "cy", TOPICS) == []
    said = wording.words(content, "cy", TOPICS).beginning("")
    assert {name: english for name, english in load.words().beginning("").items() if said.get(name) != english} == {
        name: english
        for name, english in load.words().beginning("").items()
        if wording.EXACTLY.fullmatch(name) and name not in said
    }
