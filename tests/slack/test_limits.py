"""Text within Slack's limits: cut where it hurts least, whole again when put together."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.slack import render, views
from bot import cutting
from bot.conversation import Button, Buttons, Facts, Field, Form, Line, Option, Outline, Paragraph, Place, Post
from tests.slack import SENTENCES, reading
from tests.slack.checks import problems

PLACE = Place("slack", "T1", "D1", private=True)
WORDS = st.text(st.sampled_from("ab \n\n.?é😀👍🏽\u0301\u200d&<>*"), max_size=400)
#: Each is seen as one character: with an accent (two), a vowel sign, a tone of skin, a look, a frame; joined; a flag
#: of two letters, and one that is spelt out.
SEEN_AS_ONE = (
    "a", "é", "e\u0301", "e\u0323\u0302", "क\u093f", "😀", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3",
    "👩\u200d👩\u200d👧", "👩🏽\u200d❤\ufe0f\u200d👨🏿", "🇬🇧", "🇫🇷",
    "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
)  # fmt: skip


# ---------------------------------------------------------------- pieces


@given(WORDS, st.integers(8, 60))
def test_pieces_put_together_are_the_text_and_none_is_too_long(text, size):
    pieces = cutting.pieces(text, size)
    assert "".join(pieces) == text
    assert all(0 < cutting.length(piece) <= size for piece in pieces)


@given(st.lists(st.sampled_from(SEEN_AS_ONE), max_size=200), st.integers(20, 60))
def test_no_accent_no_joined_picture_and_no_flag_is_torn_and_no_room_is_wasted(characters, size):
    rest = list(characters)
    for piece in cutting.pieces("".join(characters), size):
        taken = ""
        while len(taken) < len(piece):
            taken += rest.pop(0)
        assert taken == piece
        assert not rest or cutting.length(piece + rest[0]) > size


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One two.\nThree.\n\nFour five six.", "One two.\nThree.\n\n"),
        ("One two three.\nFour five six seven.", "One two three.\n"),
        ("One two three. Four five six seven.", "One two three. "),
        ("One two three four five six seven.", "One two three four "),
        ("Onetwothreefourfivesixseveneightnine", "Onetwothreefourfives"),
        ("Ten characters 👩‍👩‍👧", "Ten characters "),
        ("Nineteen.characters🇬🇧", "Nineteen.characters"),
        ("🇬🇧" * 4 + "🇫🇷" * 4, "🇬🇧" * 4 + "🇫🇷"),
    ],
    ids=["paragraph", "line", "sentence", "word", "character", "picture", "flag", "flags"],
)
def test_text_is_cut_where_it_hurts_least(text, first):
    assert cutting.pieces(text, 20)[0] == first


@given(WORDS, st.integers(8, 60))
def test_what_is_shortened_fits_and_shows_that_it_is(text, size):
    short = cutting.shortened(text, size)
    assert cutting.length(short) <= size
    assert short == text or short.endswith("…")


# ---------------------------------------------------------------- whatever there is to say


def message(*blocks, title="", notice=False):
    return render.messages(Post(blocks, title=title), notice=notice)


@pytest.mark.parametrize("size", [1, 149, 151, 2999, 3001, 9000, 40_000])
def test_a_text_of_any_length_is_shown_whole(size):
    text = " ".join(f"w{number}" for number in range(size))[:size].rstrip()
    made = message(Paragraph(text), Paragraph(text, small=True), title="T")
    assert [found for one in made for found in problems("message", one)] == []
    blocks = [block for one in made for block in one["blocks"] if block["type"] != "header"]
    shown = [said["text"] for block in blocks for said in (block.get("text"), *block.get("elements", ())) if said]
    assert "".join("".join(shown).split()) == "".join((text + text).split())


@pytest.mark.parametrize(("rows", "messages"), [(1, 1), (5, 1), (6, 1), (50, 1), (400, 5)])
def test_many_facts_are_on_several_messages_that_are_numbered(rows, messages):
    made = message(Facts(tuple((f"Name {number}", "a value of some length") for number in range(rows))), title="All")
    assert [found for one in made for found in problems("message", one)] == []
    tops = [one["blocks"][0]["text"]["text"] for one in made]
    assert len(made) == messages
    assert tops == (["All"] if messages == 1 else [f"All ({number}/{messages})" for number in range(1, messages + 1)])
    fields = [field for one in made for block in one["blocks"] for field in block.get("fields", ())]
    assert len(fields) == 2 * rows


def test_a_fact_too_long_for_its_column_stands_below_its_name():
    made = message(Facts((("Short", "one"), ("Long", "x " * 1500), ("After", "two"))))
    assert [block.get("text", {}).get("text", "fields")[:6] for block in made[0]["blocks"]] == [
        "fields", "*Long*", "x x x ", "fields"
    ]  # fmt: skip


def test_an_outline_shows_what_is_under_what_even_where_spaces_are_dropped():
    (made,) = message(Outline((Line(0, "One", "1"), Line(1, "Two", "1.1–1.3"), Line(2, "Three"), Line(0, "Four"))))
    lines = made["blocks"][0]["text"]["text"].split("\n")
    assert [line.strip() for line in lines] == ["One · 1", "• Two · 1.1–1.3", "◦ Three", "Four"]
    assert [len(line) - len(line.lstrip()) for line in lines] == [0, 1, 2, 0]


def test_many_buttons_are_in_several_rows_and_none_is_lost_or_named_twice():
    row = Buttons(tuple(Button(f"Button {number}", f"a/b/{'x' * 600}{number}") for number in range(60)))
    made = message(row)
    assert [found for one in made for found in problems("message", one)] == []
    tokens = [button["value"] for one in made for block in one["blocks"] for button in block.get("elements", ())
              if button.get("type") == "button"]  # fmt: skip
    assert tokens == [button.token for button in row.buttons]


def test_the_whole_words_of_a_long_button_stand_above_it():
    label = "Show me everything that the protocol says about who may answer the letters of the public"
    (made,) = message(Buttons((Button(label, "a/b"),)))
    above, row = made["blocks"]
    assert above["elements"][0]["text"] == label
    assert row["elements"][0]["text"]["text"].endswith("…")


def test_buttons_go_with_what_they_are_about_to_the_next_message():
    long = [Paragraph("x" * 2900), Paragraph("y" * 1000), Buttons((Button("Go", "a/b"),))]
    first, second = message(*long)
    assert "actions" not in {block["type"] for block in first["blocks"]}
    assert [block["type"] for block in second["blocks"]] == ["context", "section", "actions"]


def test_a_token_that_no_button_holds_is_a_fault_and_not_cut():
    with pytest.raises(ValueError, match="token is longer"):
        message(Buttons((Button("Go", "x" * 2001),)))


# ---------------------------------------------------------------- fields of a form


def inputs(*fields, submit="Go", intro=()):
    view = views.form(Form("a/b", "Title", fields, submit, intro), PLACE, SENTENCES)
    assert problems("modal", view) == []
    return view["blocks"][1:]


@pytest.mark.parametrize(("kind", "count", "drawn"), [
    ("choice", 1, "radio_buttons"), ("choice", 10, "radio_buttons"), ("choice", 11, "static_select"),
    ("person", 2, "static_select"), ("person", 100, "static_select"), ("person", 101, "groups"),
    ("person", 950, "groups"),
])  # fmt: skip
def test_choices_are_drawn_by_how_many_there_are(kind, count, drawn):
    options = tuple(Option(f"v{number}", f"Choice {number}") for number in range(count))
    (block,) = inputs(Field("f", "Which?", kind, options=options, value=f"v{count - 1}"))
    element = block["element"]
    assert drawn in (element["type"], "groups" if "option_groups" in element else "")
    groups = element.get("option_groups") or [element]
    assert [option["value"] for group in groups for option in group["options"]] == [f"=v{n}" for n in range(count)]
    assert element["initial_option"]["value"] == f"=v{count - 1}"


def test_a_choice_of_two_lines_has_its_second_below_it():
    label = "I would like it to be dealt with by somebody who does not know either of us, and soon"
    (block,) = inputs(Field("f", "Which?", "choice", options=(Option("a", label), Option("b", "No"))))
    first = block["element"]["options"][0]
    assert first["text"]["text"].rstrip("… ") + " " + first["description"]["text"].lstrip("… ") == label


LABELS = st.text(st.sampled_from("abcdefg  .é"), min_size=1, max_size=200).filter(str.strip)


@given(st.lists(LABELS, min_size=1, max_size=12), st.sampled_from(["choice", "person"]))
@example(["x" * 70 + " " + "y" * 20], "choice")
@example(["word " * 15 + "more " * 9], "choice")
@example(["a" * 40 + " " + "b" * 79, "short"], "choice")
@example(["a" * 73 + "    ", " " * 80 + "b"], "choice")
@example(["word " * 8 + "x" * 200], "person")
def test_a_label_of_any_length_is_taken_and_read_whole(labels, kind):
    """Beside its choice or, by its number, above them all; `inputs` asks whether Slack would take it."""
    options = tuple(Option(f"v{number}", label) for number, label in enumerate(labels))
    (read,) = reading.inputs(inputs(Field("f", "Which?", kind, options=options)))
    assert [flat(choice.words) for choice in read.choices] == [flat(label) for label in labels]


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize(("first", "second", "lines"), [
    (73, 0, 1), (75, 0, 1), (73, 72, 2), (72, 73, 2), (72, 74, 0), (73, 74, 0), (74, 10, 0), (20, 70, 0),
])  # fmt: skip
def test_a_choice_has_two_lines_where_both_hold_its_words_and_an_ellipsis(first, second, lines):
    label = f"{'a' * first} {'b' * second}".strip()
    *above, block = inputs(Field("f", "Which?", "choice", options=(Option("a", label), Option("b", "No"))))
    drawn = block["element"]["options"][0]
    assert lines == (0 if above else 1 + ("description" in drawn))


@pytest.mark.parametrize(("kind", "count"), [("choice", 2), ("choice", 12), ("person", 2)])
def test_choices_longer_than_that_stand_numbered_above_in_full(kind, count):
    options = tuple(Option(f"v{number}", f"{number} " + "long words " * 20) for number in range(count))
    *above, block = inputs(Field("f", "Which?", kind, options=options))
    assert [one["text"]["text"] for one in above[1:]] == [f"{n}. {o.label}" for n, o in enumerate(options, 1)]
    labels = [option["text"]["text"] for option in block["element"]["options"]]
    assert [label.partition(". ")[0] for label in labels] == [str(number) for number in range(1, count + 1)]


def test_choices_with_the_same_words_are_both_there_and_with_the_same_value_once():
    options = (Option("a", "Jo"), Option("b", "Jo"), Option("a", "Jo again"), Option("", "Nobody"))
    (block,) = inputs(Field("f", "Who?", "person", options=options, required=False))
    assert [(o["text"]["text"], o["value"]) for o in block["element"]["options"]] == [
        ("Jo", "=a"), ("Jo", "=b"), ("Nobody", "=")
    ]  # fmt: skip


def test_a_value_that_is_not_offered_any_more_is_not_chosen():
    (block,) = inputs(Field("f", "Who?", "choice", options=(Option("a", "A"),), value="gone"))
    assert "initial_option" not in block["element"]


def test_a_value_that_slack_can_not_bring_back_is_a_fault_and_not_cut():
    with pytest.raises(ValueError, match="value is longer"):
        inputs(Field("f", "Who?", "choice", options=(Option("x" * 150, "A"),)))


@pytest.mark.parametrize(("value", "drawn"), [
    ("2026-11-20", "2026-11-20"), ("2026-02-31", None), ("", None), ("next May", None), ("20261120", "2026-11-20"),
])  # fmt: skip
def test_a_date_is_picked_and_what_is_none_does_not_break_the_form(value, drawn):
    (block,) = inputs(Field("f", "When?", "date", value=value))
    assert block["element"].get("initial_date") == drawn


@pytest.mark.parametrize(("limit", "size", "parts"), [(200, 0, 1), (3000, 3000, 1), (6000, 0, 2), (6000, 6000, 3)])
def test_a_long_text_has_as_many_inputs_as_it_needs(limit, size, parts):
    text = ("word " * 1200)[:size]
    drawn = inputs(Field("story", "What happened?", "text", value=text, limit=limit))
    assert len(drawn) == (parts if size != 6000 else len(cutting.pieces(text, 3000)))
    assert [block["block_id"] for block in drawn[:2]] == ["f.story", "f.story#2"][: len(drawn)]
    assert "".join(block["element"].get("initial_value", "") for block in drawn) == text
    assert [block["optional"] for block in drawn] == [False, *[True] * (len(drawn) - 1)]


def test_a_label_for_sending_that_is_too_long_for_a_button_is_told_in_full_above_it():
    label = "Send it to the clerk and to the chair"
    view = views.form(Form("a/b", "T", (Field("f", "F"),), label), PLACE, SENTENCES)
    assert problems("modal", view) == []
    assert view["submit"]["text"] == SENTENCES.go_on
    assert view["blocks"][-1]["text"]["text"] == f"{SENTENCES.go_on}: {label}"


@pytest.mark.parametrize("title", ["T", "x" * 150, "long " * 40, "😀" * 80])
def test_a_title_of_any_length_stands_whole_on_top(title):
    view = views.form(Form("a/b", title, (Field("f", "F"),), "Go"), PLACE, SENTENCES)
    assert problems("modal", view) == []
    assert view["blocks"][0]["text"]["text"].strip() == title.strip()


def test_an_introduction_of_too_many_blocks_is_shown_as_plain_words():
    told = tuple(Paragraph(f"Paragraph {number}") for number in range(150))
    drawn = inputs(Field("f", "F"), intro=told)
    assert all(one.text in drawn[0]["text"]["text"] for one in told)


def test_an_introduction_that_no_view_holds_says_that_it_is_not_all_of_it():
    drawn = inputs(Field("f", "F"), intro=tuple(Paragraph("x" * 3000) for _ in range(150)))
    assert drawn[-2]["text"]["text"] == SENTENCES.not_all


def test_a_long_post_in_a_dialog_keeps_its_buttons():
    told = (*(Paragraph(f"Paragraph {number}") for number in range(150)), Buttons((Button("Go", "a/b"),)))
    view = views.sheet(Post(told, title="T"), SENTENCES, PLACE)
    assert problems("modal", view) == []
    assert [block["type"] for block in view["blocks"]] == ["header", "section", "actions"]


def page(*posts):
    """Its titles and its last words."""
    view = views.page(posts, SENTENCES)
    assert problems("home", view) == []
    return [block["text"]["text"] for block in view["blocks"] if block["type"] in ("header", "section")]


def lengthy(title, blocks=30):
    return Post(tuple(Paragraph(title.lower(), small=True) for _ in range(blocks)), title=title)


ASK = Post((Paragraph("Ask away."), Buttons((Button("Raise a concern", "a/b"),))), title="What you can ask")


def test_on_a_page_of_too_much_as_much_as_fits_stands_above_what_can_be_asked():
    posts = [lengthy(f"Post {number}") for number in range(9)]
    assert page(*posts, ASK) == ["Post 0", "Post 1", SENTENCES.not_all, ASK.title, "Ask away."]


def test_what_is_too_much_for_a_page_leaves_room_for_what_comes_after_it():
    posts = (lengthy("Short", 9), lengthy("Endless", 300), lengthy("After", 9))
    assert page(*posts, ASK) == ["Short", "After", SENTENCES.not_all, ASK.title, "Ask away."]


@pytest.mark.parametrize("size", range(86, 96))
def test_a_page_is_whole_as_long_as_a_view_holds_it(size):
    shown = page(lengthy("Long", size), ASK)
    assert shown == (["Long", *page(ASK)] if size <= 93 else [SENTENCES.not_all, *page(ASK)])


def test_a_page_of_one_thing_that_no_view_holds_keeps_its_buttons_and_says_that_it_is_not_all():
    told = tuple(Paragraph("x" * 3000) for _ in range(150))
    view = views.page([lengthy("Before"), Post((*told, *ASK.blocks), title="Last")], SENTENCES)
    assert problems("home", view) == []
    assert view["blocks"][-1]["type"] == "actions"
    assert view["blocks"][-2]["text"]["text"] == SENTENCES.not_all


# ---------------------------------------------------------------- room for a problem


@pytest.mark.parametrize("told", [0, 1, 93, 94, 95, 96, 97, 98, 99, 150])
@pytest.mark.parametrize("title", ["", "A title", "long " * 700])
@pytest.mark.parametrize("submit", ["Go", "Send it to the clerk and to the chair"])
@pytest.mark.parametrize("kind", ["line", "text", "none"])
def test_a_form_of_as_many_blocks_as_there_may_be_has_room_for_its_problem(told, title, submit, kind):
    fields = () if kind == "none" else (Field("f", "F", kind, limit=6000),)
    form = Form("a/b", title, fields, submit, tuple(Paragraph(f"{n}", small=True) for n in range(told)))
    bare = views.form(form, PLACE, SENTENCES)
    for view in (bare, views.form(form, PLACE, SENTENCES, problem="Wrong."), *again(bare)):
        assert problems("modal", view) == []
        assert [block for block in view["blocks"] if block["type"] == "input"] == [
            block for block in bare["blocks"] if block["type"] == "input"
        ]


def again(view):
    """With a problem of any length, and with a second one instead of it."""
    first = views.with_problem(view, "Wrong. " * 900, SENTENCES)
    second = views.with_problem(first, "Still wrong.", SENTENCES)
    assert sum("⚠" in block.get("text", {}).get("text", "") for block in second["blocks"]) == 1
    return first, second


def test_a_form_uses_all_but_two_of_the_blocks_that_slack_takes():
    told = tuple(Paragraph(f"{n}", small=True) for n in range(96))
    view = views.form(Form("a/b", "T", (Field("f", "F"),), "Go", told), PLACE, SENTENCES)
    assert len(view["blocks"]) == 98
    assert len(views.with_problem(view, "Wrong.", SENTENCES)["blocks"]) == 99
