"""How long a platform that refuses everybody is left alone."""

from datetime import timedelta

from bot.resting import AT_MOST, RESTS, Rests
from tests.worlds import NOON


def test_a_rest_is_longer_each_time_it_has_helped_nothing_and_over_when_somebody_was_served():
    rests, where, now = Rests(), ("test", "barrow"), NOON
    lengths = []
    for _ in range(len(RESTS) + 2):
        for who in ("ann", "bea", "cal"):
            rests.refused(where, who, now)
        until = rests.until(where, now)
        lengths.append(until - now)
        now = until
    assert lengths == [*RESTS, RESTS[-1], RESTS[-1]]
    assert rests.until(("test", "twywell"), now) is None
    rests.served(where)
    rests.refused(where, "ann", now)
    assert rests.until(where, now) is None


def test_a_rest_that_the_platform_asks_for_is_honoured_up_to_an_hour():
    for asked_for, length in ((timedelta(minutes=7), timedelta(minutes=7)), (timedelta(days=7), AT_MOST)):
        rests, where = Rests(), ("test", "barrow")
        for who in ("ann", "bea", "cal"):
            rests.refused(where, who, NOON, asked_for)
        assert rests.until(where, NOON) == NOON + length


def test_one_person_refused_ever_so_often_is_not_everybody():
    rests = Rests()
    for _ in range(50):
        rests.refused(("test", "barrow"), "ann", NOON)
    assert rests.until(("test", "barrow"), NOON) is None
