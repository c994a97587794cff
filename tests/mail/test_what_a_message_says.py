"""A message says the title, our own sentences and where to act, and nothing that anybody wrote."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mail.render import Sentences, message
from bot.addresses import is_address
from bot.conversation import Button, Buttons, Cited, Facts, Line, Outline, Paragraph, Post, Quote

WORDS = Sentences("Open the chat.", "Sent by Protocol Bot.", "Protocol Bot")
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CANARY = "zebra"


def sent(post: Post, to: str = "ada@example.org", sender: str = "bot@example.org", key: str = "notice-1a2b"):
    raw = message(post, to, sender, key, AT, WORDS).as_bytes()
    return message_from_bytes(raw, policy=SMTP)


def test_it_says_the_title_our_sentences_and_where_to_act():
    read = sent(Post((Paragraph("C-1: please open this."),), title="Something waits for you"))
    assert read["Subject"] == "Something waits for you"
    assert read.get_content().replace("\r\n", "\n") == (
        "C-1: please open this.\n\nOpen the chat.\n\n-- \nSent by Protocol Bot.\n"
    )


def test_nothing_that_anybody_wrote_is_in_it_and_no_button():
    blocks = (
        Paragraph("Ours."),
        Quote(CANARY, by=CANARY),
        Cited(council=CANARY, label=CANARY, path=(CANARY,), strength=CANARY, text=CANARY, items=(CANARY,)),
        Facts(((CANARY, CANARY),)),
        Outline((Line(0, CANARY, CANARY),)),
        Buttons((Button(CANARY, f"concerns/open/{CANARY}"),)),
    )
    raw = message(Post(blocks, title="T"), "ada@example.org", "bot@example.org", "k", AT, WORDS).as_bytes()
    assert CANARY.encode() not in raw
    assert b"Ours." in raw


def test_the_same_notice_is_the_same_message_and_another_is_not():
    post = Post((Paragraph("x"),), title="T")
    assert sent(post)["Message-ID"] == "<notice-1a2b@example.org>"
    assert sent(post)["Message-ID"] == sent(post)["Message-ID"]
    assert sent(post, key="notice-2")["Message-ID"] != sent(post)["Message-ID"]


def test_no_machine_answers_it():
    assert sent(Post((), title="T"))["Auto-Submitted"] == "auto-generated"


def test_its_date_is_when_it_is_sent():
    assert sent(Post((), title="T"))["Date"].datetime == AT


def test_it_is_plain_text_in_utf_8():
    read = sent(Post((Paragraph("Eve O’Neill, Llŷr – £5"),), title="Something’s up, Llŷr"))
    assert read.get_content_type() == "text/plain"
    assert read.get_content_charset() == "utf-8"
    assert "Eve O’Neill, Llŷr – £5" in read.get_content()
    assert read["Subject"] == "Something’s up, Llŷr"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=400))
def test_whatever_is_said_arrives_to_the_letter(text: str):
    raw = message(Post((Paragraph(text),), title="T"), "a@b.uk", "c@d.uk", "k", AT, WORDS).as_bytes()
    assert all(len(line) <= 998 and line.isascii() for line in raw.split(b"\r\n"))
    body = message_from_bytes(raw, policy=SMTP).get_payload(decode=True).decode()
    assert "\n".join(text.splitlines()) in "\n".join(body.splitlines())


@pytest.mark.parametrize("sign", ["\r", "\n", "\r\nBcc: eve@example.org", "\x00", "\u2028", "\x85"])
def test_nothing_breaks_out_of_a_header(sign):
    for wrong in (
        {"to": f"ada@example.org{sign}"},
        {"sender": f"bot@example.org{sign}"},
        {"key": f"notice{sign}"},
        {"post": Post((), title=f"T{sign}")},
    ):
        with pytest.raises(ValueError, match="header") as refused:
            sent(**({"post": Post((), title="T")} | wrong))
        assert "eve" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["ada@example.org", "a.b+c@x-y.example.org", "o'neill@parish.gov.uk", f"{'a' * 64}@example.org"]
)
def test_an_address_is_an_address(address):
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "ada@", "@example.org", "ada@example", "ada@@example.org", "ada@example..org", ".ada@example.org",
        "ada.@example.org", "a da@example.org", "ada@exa mple.org", "ada@-example.org", "ada@example.org-",
        "ada@[1.2.3.4]", '"a b"@example.org', "ada@example.org,eve@example.org", "<ada@example.org>",
        "Ada <ada@example.org>", "ada@example.org\n", "ådä@example.org", "ada@exämple.org",
        f"{'a' * 65}@example.org", f"a@{'b.' * 130}org",
    ],
)  # fmt: skip
def test_anything_else_is_none(address):
    assert not is_address(address)


def test_words_without_a_paragraph_still_say_where_to_act():
    assert "Open the chat." in sent(Post((Quote(CANARY),), title="T")).get_content()
