"""Within Teams' limits: text is cut where it hurts least, what is too much is spread or said to be, nothing is lost."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.teams import dialogs, render, texts
from bot import cutting
from bot.conversation import Button, Buttons, Facts, Field, Form, Line, Option, Outline, Paragraph, Post, Quote
from tests.teams import SENTENCES, reading
from tests.teams.checks import problems, size

NONCE = "0123456789abcdef" * 2
WORDS = st.text(st.sampled_from("ab  .?é😀👍🏽\u0301\u200d&<>*"), max_size=400)
#: Each is seen as one character: with an accent (two), a vowel sign, a tone of skin, a look, a frame; joined; a flag
#: of two letters, and one that is spelt out.
SEEN_AS_ONE = (
    "a", "é", "e\u0301", "e\u0323\u0302", "क\u093f", "😀", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3",
    "👩\u200d👩\u200d👧", "👩🏽\u200d❤\ufe0f\u200d👨🏿", "🇬🇧", "🇫🇷",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
)  # fmt: skip


def never(_token: str) -> bool:
    return False


def cards(post: Post, **how) -> list[dict]:
    made = render.messages(post, NONCE, never, **how)
    assert [wrong for one in made for wrong in problems("activity", one)] == []
    assert all(size(one) <= 92_000 for one in made)  # the service adds to it
    return [one["attachments"][0]["content"] for one in made]


def dialog(made: dict) -> dict:
    assert problems("dialog", made) == []
    return made["task"]["value"]["card"]["content"]


# ---------------------------------------------------------------- pieces


@given(WORDS, st.integers(8, 60))
def test_pieces_put_together_are_the_text_and_none_is_too_long(text, most):
    pieces = cutting.pieces(text, most)
    assert "".join(pieces) == text
    assert all(0 < cutting.length(piece) <= most for piece in pieces)


@given(st.lists(st.sampled_from(SEEN_AS_ONE), max_size=200), st.integers(20, 60))
def test_no_accent_no_joined_picture_and_no_flag_is_torn_and_no_room_is_wasted(characters, most):
    rest = list(characters)
    for piece in cutting.pieces("".join(characters), most):
        taken = ""
        while len(taken) < len(piece):
            taken += rest.pop(0)
        assert taken == piece
        assert not rest or cutting.length(piece + rest[0]) > most


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One two three. Four five six seven.", "One two three. "),
        ("One two three four five six seven.", "One two three four "),
        ("Onetwothreefourfivesixseveneightnine", "Onetwothreefourfives"),
        ("Ten characters 👩‍👩‍👧", "Ten characters "),
        ("Nineteen.characters🇬🇧", "Nineteen.characters"),
        ("🇬🇧" * 4 + "🇫🇷" * 4, "🇬🇧" * 4 + "🇫🇷"),
    ],
    ids=["sentence", "word", "character", "picture", "flag", "flags"],
)
def test_text_is_cut_where_it_hurts_least(text, first):
    assert cutting.pieces(text, 20)[0] == first


@given(WORDS, st.integers(8, 60))
def test_what_is_shortened_fits_and_shows_that_it_is(text, most):
    short = cutting.shortened(text, most)
    assert cutting.length(short) <= most
    assert short == text or short.endswith("…")


# ---------------------------------------------------------------- text of any kind


@given(st.text(max_size=300))
@example("a\r\nb\n\nc\u2028d\x0be")
@example("\x00\ud800")
def test_every_line_is_an_element_of_its_own_and_says_what_it_said(text):
    drawn = [render.spoken(one) for one in texts.written(text)]
    assert drawn == [line for line in texts.clean(text).splitlines() if line.strip()]
    json.dumps(drawn, ensure_ascii=False).encode()


def test_a_blank_line_is_a_gap_and_another_is_none():
    gaps = [one.get("spacing", "default") for one in texts.written("a\nb\n\n\nc\nd")]
    assert gaps == ["default", "none", "default", "none"]


@given(st.text(max_size=100))
def test_a_label_is_one_line_and_never_empty(text):
    label = texts.flat(text)
    assert len(label.splitlines()) == 1
    assert label.split() == (texts.clean(text).split() or ["–"])


# ---------------------------------------------------------------- several messages


def test_a_story_of_ten_thousand_characters_is_one_message_and_whole():
    story = "He read my letters aloud, and laughed. " * 257
    (card,) = cards(Post((Quote(story, by="Jo"),)))
    assert reading.text(card).replace("\n", "") == f"“{story}”— Jo"


@pytest.mark.parametrize(
    "line", ['"', "\\", "😀", "م", "x", "a "], ids=["quote", "backslash", "emoji", "right to left", "x", "words"]
)
def test_too_much_for_one_message_becomes_several_that_are_numbered_and_hold_all(line):
    story = "\n".join(line * 700 for _ in range(100))
    made = cards(Post((Quote(story),), title="Much"))
    assert len(made) > 1
    assert [reading.part(card) for card in made] == [(at, len(made)) for at in range(1, len(made) + 1)]
    assert {card["body"][0]["style"] for card in made} == {"heading"}
    assert reading.text(reading.whole(made)).split("\n")[1:] == f"“{story}”".split("\n")


def test_messages_without_a_title_are_numbered_small():
    made = cards(Post((Quote("A line.\n" * 1500),)))
    assert [card["body"][0]["inlines"][0]["text"] for card in made] == [
        f"{at}/{len(made)}" for at in range(1, len(made) + 1)
    ]


def test_each_of_several_messages_of_a_notice_shows_the_title_alone_on_a_lock_screen():
    made = render.messages(Post((Quote("A line.\n" * 1500),), title="Something waits"), NONCE, never, notice=True)
    assert len(made) > 1
    assert {one["summary"] for one in made} == {"Something waits"}
    assert {one["attachments"][0]["content"]["fallbackText"] for one in made} == {"Something waits"}


def test_a_long_title_is_whole_above_the_first_message():
    title = "Why? " * 100
    (card,) = cards(Post((Paragraph("p"),), title=title))
    assert reading.text(card).split("\n") == [title, "p"]
    first, *others = cards(Post((Quote("A line.\n" * 1500),), title=title))
    assert title in reading.text(first)
    assert all(title not in reading.text(card) for card in others)


def test_a_clause_and_buttons_stay_with_what_stands_above_them():
    long = Quote("A line.\n" * 560)
    made = cards(Post((long, Paragraph("above"), Buttons((Button("Go", "a/b"),)))))
    *_, last = made
    assert reading.text(last).endswith("above")
    assert [button.label for button in reading.buttons(last)] == ["Go"]


@pytest.mark.parametrize(
    "post",
    [Post(()), Post((Paragraph(" \n"),)), Post((Buttons(()),)), Post((), title="T"), Post((), title="\x1b")],
    ids=repr,
)
def test_nothing_to_show_is_still_a_card(post):
    (card,) = cards(post)
    assert reading.text(card) == (post.title.strip("\x1b") or "–")


@given(
    st.lists(
        st.builds(Paragraph, st.text(max_size=400), small=st.booleans())
        | st.builds(Quote, st.text(min_size=1, max_size=3000), by=st.text(max_size=30))
        | st.builds(Facts, st.lists(st.tuples(st.text(max_size=60), st.text(max_size=3000)), max_size=6).map(tuple))
        | st.builds(Outline, st.lists(st.builds(Line, st.integers(0, 5), st.text(max_size=80)), max_size=40).map(tuple))
        | st.builds(Buttons, st.lists(st.builds(Button, st.text(max_size=90), st.just("a/b")), max_size=9).map(tuple)),
        max_size=12,
    ),
    st.text(max_size=200),
)
@settings(max_examples=60, deadline=None)
def test_any_post_is_within_the_limits_and_every_word_of_it_is_there(blocks, title):
    post = Post(tuple(blocks), title=title)
    made = cards(post)
    shown = "\n".join(reading.text(card) for card in made)
    buttons = [button.label for card in made for button in reading.buttons(card)]
    for word in texts.clean(post.plain()).replace("– ", "").split():
        assert word.strip("()“”:-—") in shown.replace("\u2060", "")
    wanted = [button for block in blocks if isinstance(block, Buttons) for button in block.buttons]
    assert len(buttons) == len(wanted)


# ---------------------------------------------------------------- buttons


def test_more_buttons_than_a_row_shows_are_in_several_rows():
    (card,) = cards(Post((Buttons(tuple(Button(str(at), f"a/{at}") for at in range(13))),)))
    assert [len(element["actions"]) for element in card["body"]] == [5, 5, 3]
    assert [button.label for button in reading.buttons(card)] == [str(at) for at in range(13)]


def test_the_words_of_a_button_that_are_too_many_for_it_stand_above_it():
    label = "Tell the chair, the vice-chair and the clerk that I would like this to stop here"
    (card,) = cards(Post((Buttons((Button(label, "a/b"),)),)))
    assert reading.text(card) == label
    (button,) = reading.buttons(card)
    assert button.action["title"].endswith("…")
    assert len(button.action["title"]) <= 40


# ---------------------------------------------------------------- dialogs


def fields_of(*fields: Field, **how) -> dict:
    return dialog(dialogs.form(Form("a/b", "T", fields, "Go"), NONCE, SENTENCES, **how))


def test_a_field_takes_more_than_it_may_so_that_pasted_words_are_not_cut_in_silence():
    (field,) = reading.inputs(fields_of(Field("f", "F", "text", limit=3000)))
    assert field.limit >= 6000
    (field,) = reading.inputs(fields_of(Field("f", "F", "text", limit=20_000)))
    assert field.limit == 20_000


@pytest.mark.parametrize("kind", ["line", "text"])
def test_what_was_typed_stands_in_its_field_however_long_it_is(kind):
    typed = "😀 a line\nand another" * 900
    (field,) = reading.inputs(fields_of(Field("f", "F", kind, value="old"), values={"f": typed}))
    assert field.value == typed


def test_a_line_is_one_line_and_a_text_and_a_line_with_line_ends_are_several():
    card = fields_of(Field("a", "A"), Field("b", "B", "text"), Field("c", "C", value="one\ntwo"))
    assert [one["isMultiline"] for box in card["body"][1:] for one in box["items"] if "isMultiline" in one] == [
        False, True, True
    ]  # fmt: skip


def test_a_date_that_stands_there_is_shown_and_what_is_none_is_not():
    card = fields_of(Field("a", "A", "date", value="2026-02-28"), Field("b", "B", "date", value="2026-02-31"))
    assert [field.value for field in reading.inputs(card)] == ["2026-02-28", ""]


def test_what_is_required_is_asked_for_by_the_client_itself():
    card = fields_of(Field("a", "A"), Field("b", "B", required=False))
    assert [field.required for field in reading.inputs(card)] == [SENTENCES.needed, None]


def choice(count: int, label: str = "Choice {}", **how) -> Field:
    options = tuple(Option(str(at), label.format(at)) for at in range(count))
    return Field("f", "Which?", **{"kind": "choice", "options": options, **how})


@pytest.mark.parametrize(
    ("field", "style"),
    [
        (choice(2), "expanded"),
        (choice(10), "expanded"),
        (choice(11), "filtered"),
        (choice(2, kind="person"), "filtered"),
        (choice(11, value="3"), "compact"),
        (choice(2, "*{}*"), "compact"),
        (choice(11, "the same"), "compact"),
    ],
    ids=["two", "ten", "eleven", "people", "chosen already", "marks", "the same twice"],
)
def test_a_few_choices_are_in_sight_and_many_in_a_list(field, style):
    card = fields_of(field)
    (made,) = (one for box in card["body"][1:] for one in box["items"] if one["type"] == "Input.ChoiceSet")
    assert made["style"] == style
    assert made.get("value", "") == ("=3" if field.value else "")
    assert [one["value"] for one in made["choices"]] == [f"={at}" for at in range(len(field.options))]


def test_choices_too_long_for_a_list_stand_in_full_above_it():
    card = fields_of(choice(11, "Choice {} that goes on for rather longer than any list on a telephone could show it"))
    shown = reading.text(card).split("\n")
    for at in range(11):
        assert (
            f"{at + 1}. Choice {at} that goes on for rather longer than any list on a telephone could show it" in shown
        )
    *_, made = card["body"][1]["items"]
    assert all(len(one["title"]) <= 60 and one["title"].endswith("…") for one in made["choices"])


def test_an_answer_that_may_stay_open_can_be_taken_back():
    (field,) = reading.inputs(fields_of(choice(2, required=False)))
    assert field.choices == {"–": "=", "Choice 0": "=0", "Choice 1": "=1"}
    (field,) = reading.inputs(fields_of(Field("f", "F", "person", options=(Option("", "Nobody"),), required=False)))
    assert field.choices == {"Nobody": "="}
    (field,) = reading.inputs(fields_of(Field("f", "F", "person")))
    assert field.choices == {"–": "="}


def test_a_problem_stands_at_its_field_and_on_top_and_one_of_the_whole_form_first():
    card = fields_of(
        Field("a", "A", hint="Help."), Field("b", "B"), problems={"b": "No.", "": "Not now.", "gone": "Nor then."}
    )
    heading, top, first, second = card["body"]
    assert [render.spoken(line) for line in top["items"]] == ["⚠ Not now.", "⚠ Nor then.", "⚠ B: No."]
    assert [one["type"] for one in first["items"]] == ["Input.Text", "RichTextBlock"]
    assert render.spoken(second["items"][1]) == "⚠ No."
    assert second["items"][1]["inlines"][0]["color"] == "attention"
    assert heading["text"] == "T"


def test_an_introduction_that_is_too_long_is_shown_as_far_as_it_fits_and_that_is_said():
    row = Buttons((Button("More", "a/more"),))
    form = Form("a/b", "T", (Field("f", "F"),), "Go", (Quote("A sentence of it. " * 4000), row))
    card = dialog(dialogs.form(form, NONCE, SENTENCES))
    shown = reading.text(card)
    assert shown.count("A sentence of it.") > 1500
    assert SENTENCES.not_all in shown
    assert [button.label for button in reading.buttons(card)] == ["More", "Go"]
    assert [field.id for field in reading.inputs(card)] == ["f.f"]


def test_many_short_lines_in_a_dialog_are_all_there():
    post = Post((Quote("\n".join(f"Line {at}." for at in range(1500))),), title="T")
    card = dialog(dialogs.sheet(post, NONCE, SENTENCES))
    assert all(f"Line {at}." in reading.text(card) for at in range(1500))
    assert SENTENCES.not_all not in reading.text(card)


def test_two_hundred_people_to_choose_from_fit_in_a_form():
    people = tuple(Option(f"teams:{at:032x}", f"Councillor Name-of-some-length {at}, a committee") for at in range(200))
    card = fields_of(Field("who", "Who?", "person", options=people))
    (field,) = reading.inputs(card)
    assert len(field.choices) == 200


def test_a_dialog_is_high_where_there_is_much_in_it():
    small = dialogs.form(Form("a/b", "T", (Field("f", "F"),), "Go"), NONCE, SENTENCES)
    high = dialogs.sheet(Post((Quote("A line.\n" * 100),)), NONCE, SENTENCES)
    assert [made["task"]["value"]["height"] for made in (small, high)] == ["medium", "large"]
    assert {made["task"]["value"]["title"] for made in (small, high)} == {SENTENCES.name}


def test_what_closes_a_dialog_is_no_task():
    assert dialogs.CLOSED == {}
