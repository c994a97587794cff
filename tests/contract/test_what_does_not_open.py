"""A concern that is damaged, opened by its button: what whoever has a part in it is told, on every platform."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import make_url

from tests import databases
from tests.contract.test_talks import do, see

pytestmark = pytest.mark.sqlite_only

RAISED = (
    {"as": "councillor", "in": "private", "type": "/protocol concern"},
    {"press": "Raise a concern"},
    {"fill": {"Who is it about?": "Ruth Ellison, the clerk"}, "send": "Go on"},
    {"fill": {"What happened?": "Papers come the night before."}, "send": "Look it over"},
    {"send": "Send", "sees": ["Your receipt"]},
)
NOT_LOST = ["This can't be opened just now.", "nothing of it is deleted"]


async def told(here, *steps) -> None:
    for number, step in enumerate(steps, 1):
        await do(here, step)
        await see(here, step, f"step {number}")


def spoilt(here) -> None:
    """Whose key is gone does not open."""
    with closing(sqlite3.connect(make_url(databases.url(here._data)).database, isolation_level=None)) as file:
        assert file.execute("DELETE FROM keys").rowcount == 1


async def test_who_raised_it_and_who_deals_with_it_are_told_what_became_of_it(rig):
    here = await rig("southwell")
    await told(here, *RAISED, {"as": "chair", "in": "private", "sees": ["Something waits for you"]})
    spoilt(here)
    await told(here, {"press": "Open it", "sees": NOT_LOST, "not": ["went wrong", "Papers"], "no form": True})
    await told(here, {"as": "councillor", "type": "/protocol concerns", "sees": ["One more can't be opened"]})


async def test_what_they_wrote_into_its_form_is_not_taken_and_they_are_told(rig):
    here = await rig("southwell")
    await told(here, *RAISED)
    await told(here, {"type": "/protocol concerns"}, {"press": "Open CN-…", "form": ["Papers come the night before."]})
    spoilt(here)
    more = {"What would you like to do?": "Add something", "In your words": "And again in June."}
    await told(here, {"fill": more, "send": "Do it", "problem": ["This can't be opened just now."]})
    await told(here, {"press": "Open CN-…", "sees": NOT_LOST})
