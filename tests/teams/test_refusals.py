"""What the refusals of Teams mean: each said once, with the mend, and never with anything private."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from adapters.teams.refusals import (
    REFUSALS,
    WHYS,
    crowded,
    foreign,
    no_account,
    out_of_reach,
    refused,
    seconds,
    unanswered,
    word,
)
from bot import reach

NOW = datetime(2026, 10, 9, 12, 0, 0, tzinfo=UTC)
STATUS = {"ours": 403, "again": 412, "unsure": 500, "never": 400, "shut": 403}


@pytest.mark.parametrize("code", sorted(set(REFUSALS) - {"BadArgument"}))
def test_every_word_of_microsofts_is_a_sentence_with_what_to_do(code):
    no = refused(STATUS[REFUSALS[code][0]], code)
    assert str(no).endswith((".", ")."))
    assert len(str(no)) < 320
    if no.ours or not (no.again or no.unreachable):
        assert code in str(no)
        assert re.search(r"\. [A-Z].*\.$", str(no)), "the administrator is told the mend"


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "BotNotRegistered"), (401, ""), (401, "Forbidden"), (403, "BotDisabledByAdmin"), (403, "InvalidBotApiHost")],
)
def test_a_bot_that_is_not_let_in_waits_until_that_is_mended(status, code):
    no = refused(status, code)
    assert (no.again, no.unsure, no.unreachable, no.ours, no.shut) == (True, False, False, True, False)


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("BotNotRegistered", "TEAMS_APP_ID"),
        ("BotDisabledByAdmin", "admin centre"),
        ("NotEnoughPermissions", "admin centre"),
        ("InvalidBotApiHost", "Only the public one is served"),
        ("BotNotInConversationRoster", "Add the app"),
    ],
)
def test_which_mend_is_told(code, mend):
    assert mend in str(refused(403, code))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "ActivityNotFoundInConversation"),
        (404, "ConversationNotFound"),
        (413, "MessageSizeTooBig"),
        (413, ""),
        (400, "BadArgument"),
        (400, ""),
    ],
)
def test_what_can_not_be_delivered_as_it_is_is_not_tried_again(status, code):
    no = refused(status, code)
    assert (no.again, no.unsure, no.unreachable, no.shut) == (False, False, False, False)


@pytest.mark.parametrize(
    "code",
    ["BotNotInConversationRoster", "ForbiddenOperationException", "ConversationBlockedByUser", "MessageWritesBlocked"],
)
def test_a_conversation_that_takes_nothing_puts_its_person_out_of_reach_if_it_is_their_own(code):
    no = refused(403, code)
    assert (no.again, no.shut, no.unreachable) == (False, True, False)
    theirs = out_of_reach(no)
    assert (theirs.again, theirs.unreachable, theirs.code) == (False, True, code)
    assert code in str(theirs)
    assert "account" in str(theirs)


def test_a_conversation_that_teams_does_not_know_as_ours_is_no_fault_of_the_post():
    no = refused(403, "BadArgument")
    assert (no.again, no.unsure, no.shut, no.ours) == (True, False, False, False)


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_without_microsofts_word_may_be_somebody_elses(status):
    no = refused(status, "")
    assert (no.again, no.unsure, no.shut, no.ours, no.gone, no.unreachable) == (True, False, False, False, False, False)
    assert refused(404, "ConversationNotFound").gone
    assert not refused(400, "BadArgument").gone


@pytest.mark.parametrize(("status", "code"), [(429, "Throttled"), (429, "TooManyRequests"), (429, "")])
def test_teams_is_left_alone_as_long_as_it_asks(status, code):
    no = refused(status, code, "37")
    assert (no.code, no.again, no.unsure, no.after) == ("Throttled", True, False, timedelta(seconds=37))
    assert refused(status, code).after == timedelta(seconds=5), "and a little where it does not say for how long"


def test_what_changed_meanwhile_is_tried_again_when_teams_says():
    assert (refused(412, "").again, refused(412, "").after) == (True, None)
    assert refused(412, "PreconditionFailed", "3").after == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("30", 30),
        ("0", 0),
        (" 7 ", 7),
        ("", 5),
        ("soon", 5),
        ("-4", 5),
        ("9" * 40, 24 * 3600),
        ("²", 5),
        ("Fri, 09 Oct 2026 12:00:45 GMT", 45),
        ("Fri, 09 Oct 2026 11:00:00 GMT", 0),
        ("Fri, 09 Oct 2126 12:00:00 GMT", 24 * 3600),
        ("Fri, 09 Oct 2026 12:00:45 -0000", 45),
        ("Fri, 99 Oct 2026 12:00:45 GMT", 5),
    ],
    ids=str,
)
def test_a_time_that_can_not_be_read_is_a_short_one_and_a_wild_one_a_day(said, asked):
    assert seconds(said, NOW) == timedelta(seconds=asked)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, ""),
        (500, "ServiceError"),
        (502, ""),
        (503, ""),
        (504, ""),
        (500, "BrandNew"),
        (503, "Throttled"),
        (200, ""),
    ],
)
def test_a_fault_of_teams_own_may_have_posted_it(status, code):
    assert refused(status, code).unsure
    assert refused(status, code).again
    assert not refused(status, code, says=False).unsure, "asking a question posts nothing"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 402, 409, 418, 451])
def test_a_redirect_or_a_refusal_without_a_word_has_posted_nothing(status):
    assert (refused(status, "").again, refused(status, "").unsure) == (True, False)


def test_no_answer_at_all_may_have_posted_it():
    assert unanswered("Teams did not answer in time.", says=True).unsure
    assert not unanswered("Teams could not be reached.", says=False).unsure


def test_a_word_that_nobody_knows_yet_is_tried_again_and_told():
    no = refused(409, "BrandNewReason")
    assert (no.again, no.unsure, no.ours) == (True, False, False)
    assert "BrandNewReason" in str(no)


@pytest.mark.parametrize("code", ["<script>", "Jo said that the clerk", "A" * 200, "X\ny", "ÄÖ"])
def test_only_a_word_of_microsofts_gets_into_an_error(code):
    assert code not in str(refused(400, code))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            {"error": {"code": "BotDisabledByAdmin", "message": "The tenant admin disabled this bot"}},
            "BotDisabledByAdmin",
        ),
        ({"error": {"code": "Bad Argument", "message": "x"}}, "BadArgument"),
        ({"error": {"code": "Forbidden", "subCode": "MessageWritesBlocked"}}, "MessageWritesBlocked"),
        (
            {"errorCode": 209, "message": '{\r\n  "subCode": "MessageWritesBlocked",\r\n  "details": "x"\r\n}'},
            "MessageWritesBlocked",
        ),
        (
            {"error": {"code": "Forbidden", "message": '{"subCode": "MessageWritesBlocked"}'}},
            "MessageWritesBlocked",
        ),
        ({"code": "Throttled"}, "Throttled"),
        ({"error": "Forbidden"}, ""),
        ({"error": {"code": 7, "message": 8}}, ""),
        ({"error": {"code": "Jo told the clerk; see p. 3"}}, ""),
        ([], ""),
        (None, ""),
        ("Forbidden", ""),
    ],
    ids=[
        "plain",
        "spaced",
        "sub",
        "documented",
        "nested",
        "bare",
        "text",
        "numbers",
        "words",
        "list",
        "none",
        "string",
    ],
)
def test_microsofts_word_is_found_whichever_shape_the_error_has(body, found):
    assert word(body) == found


def test_why_somebody_is_out_of_reach_is_a_word_that_the_core_knows():
    assert set(WHYS.values()) <= set(reach.WHYS)
    assert all(REFUSALS[code][0] == "shut" for code in WHYS)


def test_what_passes_by_itself_is_told_from_what_does_not():
    passing = [refused(429, ""), refused(412, ""), crowded(2.0), unanswered("Not reached.", says=False)]
    lasting = [refused(500, ""), refused(401, ""), refused(403, ""), refused(404, ""), foreign(), no_account()]
    assert all(no.passes for no in passing)
    assert not any(no.passes for no in lasting)
    assert not unanswered("No answer.", says=True).passes


def test_a_crowd_is_told_with_its_time_and_a_foreign_server_for_good():
    assert crowded(90.0).after == timedelta(seconds=90)
    assert (foreign().again, foreign().unsure) == (False, False)
    assert (no_account().again, no_account().unreachable) == (False, True)
