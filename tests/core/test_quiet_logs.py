"""Nothing anybody typed reaches a log."""

import logging

import pytest

from tests.worlds import channel, command, message, press, submit

CANARY = "zebra-canary-4711"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        CANARY * 600,
        "😀😀😀",
        f"'; DROP TABLE heard; -- {CANARY}",
        f"<script>alert('{CANARY}')</script>",
        f"\u202e{CANARY}\u202c \u200f\u2066",
        f"<!channel> {CANARY}",
        f"{{{CANARY}}} %s {{0}}",
        "\x00\x01" + CANARY,
    ],
)
async def test_odd_text_gets_a_clear_answer_and_leaves_no_trace_in_the_log(bot, caplog, text):
    caplog.set_level(logging.DEBUG)
    for event in (
        command(text),
        message(text),
        message(text, where=channel("barrow")),
        press(f"questions/pass/{text}"),
    ):
        answer = await bot.hear(event)
        assert answer is not None
    answer = await bot.hear(submit("questions/pass/", {"question": text}))
    assert answer is not None
    for record in caplog.records:
        assert CANARY not in record.getMessage()
        assert CANARY not in str(record.args)
