"""Whatever comes in by any door is answered or refused kindly; the same few examples each time.

`python -m tests.fuzz` tries more of them, and others each time.
"""

import pytest

from tests.fuzz.__main__ import DOORS
from tests.fuzz.trying import tried

#: How many of a door's examples; of the slow ones fewer.
FEW, SLOW = 12, 4


@pytest.mark.sqlite_only
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_whatever_comes_in_by_it_is_answered_or_refused(door):
    row = tried(door, SLOW if door.name == "files: backups" else FEW)
    assert not row.broken, row.broken
    assert row.ended
