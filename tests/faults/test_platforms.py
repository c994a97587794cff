"""A few stories of the campaigns against Slack, Teams and mail servers, so that they can't rot (all: `make faults`)."""

import pytest

from tests.faults import mail, mail_kills, playing, slack, teams
from tests.faults.calls import Told
from tests.faults.story import Place


def everywhere(call: str, nth: int) -> tuple[Place, ...]:
    """At each step that makes this call so often."""
    return tuple(Place(step, call, nth) for step in range(40))


SLACK = (
    Told("by Socket Mode", "call", "cut after it was taken", everywhere("chat.postMessage", 1)),
    Told("", "call", "expired trigger", everywhere("views.open", 1)),
    Told("", "way", "twice at the same time"),
)
TEAMS = (
    Told("", "call", "502 with HTML", everywhere("say", 2)),
    Told("", "way", "twice at the same time"),
)
MAIL = ("closing (421)", "no such person (550 5.1.1)", "cut after it was taken")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("platform", "few"), [(slack, SLACK), (teams, TEAMS)], ids=["slack", "teams"])
def test_a_story_ends_well_though_the_platform_misbehaves(platform, few):
    for told, outcome in zip(few, playing.told(few, platform.tell), strict=True):
        assert not outcome.broken, (told.name, outcome.broken)
        assert outcome.struck or told.kind != "call"


@pytest.mark.sqlite_only
def test_what_is_told_by_e_mail_arrives_though_the_mail_server_misbehaves():
    (table,) = mail.tables(MAIL)
    assert all(goal.met for goal in table.goals), table.markdown()


@pytest.mark.sqlite_only
def test_what_is_told_by_e_mail_arrives_in_order_wherever_the_process_is_killed():
    (table,) = mail_kills.tables()
    assert all(goal.met for goal in table.goals), table.markdown()
