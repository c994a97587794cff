"""A few stories of `tests.faults.slack` and `tests.faults.teams`, so that they can't rot (all: `make faults`)."""

import pytest

from tests.faults import playing, slack, teams
from tests.faults.calls import Told

SLACK = (
    Told("by Socket Mode"),
    Told("", "call", "cut after it was taken", "chat.postMessage", 1),
    Told("", "way", "twice at the same time"),
)
TEAMS = (
    Told("", "while", "key server rolled"),
    Told("", "call", "502 with HTML", "say", 2),
    Told("", "way", "twice at the same time"),
)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("platform", "few"), [(slack, SLACK), (teams, TEAMS)], ids=["slack", "teams"])
def test_a_story_ends_well_though_the_platform_misbehaves(platform, few):
    for told, outcome in zip(few, playing.told(few, platform.tell), strict=True):
        assert not outcome.broken, (told.name, outcome.broken)
