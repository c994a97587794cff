"""What Slack's refusals mean: each said once, with the mend, and never with anything private."""

import re
from datetime import timedelta

import pytest

from adapters.slack.refusals import REFUSALS, WHYS, out_of_reach, refused, seconds, unanswered
from bot import reach


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_word_of_slacks_is_a_sentence_with_what_to_do(code):
    no = refused(200, code)
    assert code.replace("rate_limited", "ratelimited") in (no.code, str(no)) or code in str(no)
    assert str(no).endswith((".", ")."))
    assert len(str(no)) < 250
    if no.ours or not (no.again or no.unreachable):
        assert re.search(r"\. [A-Z].*\.$", str(no)), "the administrator is told the mend"


@pytest.mark.parametrize(
    "code",
    [
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "ekm_access_denied",
    ],
)
def test_a_bot_that_is_not_let_in_waits_until_that_is_mended(code):
    no = refused(200, code)
    assert (no.again, no.unsure, no.unreachable, no.ours) == (True, False, False, True)


def test_a_mend_that_can_be_done_is_told_where_tokens_expire():
    said = str(refused(200, "token_expired"))
    assert "make the app anew from the manifest" in said
    assert "turn token rotation off" not in said.lower()


@pytest.mark.parametrize(
    "code", ["channel_not_found", "not_in_channel", "is_archived", "msg_too_long", "invalid_blocks"]
)
def test_what_can_not_be_delivered_as_it_is_is_not_tried_again(code):
    no = refused(200, code)
    assert (no.again, no.unsure, no.unreachable) == (False, False, False)


@pytest.mark.parametrize(
    "code", ["user_not_found", "users_not_found", "user_disabled", "cannot_dm_bot", "user_not_visible"]
)
def test_somebody_who_can_not_be_told_is_out_of_reach(code):
    no = refused(200, code)
    assert (no.again, no.unreachable) == (False, True)


def test_slack_is_left_alone_as_long_as_it_asks():
    no = refused(429, "", "37")
    assert (no.code, no.again, no.unsure, no.after) == ("ratelimited", True, False, timedelta(seconds=37))
    assert refused(200, "ratelimited", "3").after == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("said", "asked"), [("30", 30), ("0", 0), ("", 5), ("soon", 5), ("-4", 5), ("9" * 40, 24 * 3600), ("²", 5)]
)
def test_a_time_that_can_not_be_read_is_a_short_one_and_a_wild_one_a_day(said, asked):
    assert seconds(said) == timedelta(seconds=asked)


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, ""), (503, "<html>"), (200, ""), (302, ""), (200, "internal_error"), (200, "fatal_error")],
)
def test_a_fault_of_slacks_own_may_have_posted_it(status, code):
    assert refused(status, code).unsure
    assert refused(status, code).again
    assert not refused(status, code, says=False).unsure, "asking a question posts nothing"


def test_no_answer_at_all_may_have_posted_it():
    assert unanswered("Slack did not answer in time.", says=True).unsure
    assert not unanswered("Slack could not be reached.", says=False).unsure


def test_a_word_that_nobody_knows_yet_is_tried_again_and_told():
    no = refused(200, "brand_new_reason")
    assert (no.again, no.unsure, no.ours) == (True, False, False)
    assert "brand_new_reason" in str(no)


@pytest.mark.parametrize("code", ["<script>", "Jo said that the clerk", "a" * 200, "x\ny", "ÄÖ"])
def test_only_a_word_of_slacks_gets_into_an_error(code):
    assert code not in str(refused(400, code))


def test_why_somebody_is_out_of_reach_is_a_word_that_the_core_knows():
    assert set(WHYS.values()) <= set(reach.WHYS)
    assert all(REFUSALS[code][0] == "nobody" for code in WHYS)


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived"])
def test_a_persons_own_chat_that_is_shut_puts_the_person_out_of_reach_and_the_mend_is_about_them(code):
    no = out_of_reach(code)
    assert (no.code, no.again, no.unreachable) == (code, False, True)
    assert "account" in str(no)
    assert "channel" not in str(no).replace(code, "")
