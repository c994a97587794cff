"""The outside bodies that a council is asked to write down are those of its own nation."""

import pytest
from msgspec.structs import replace

from bot.proposing import as_proposed, undecided
from tests.importing.made import clause, heading, read

BODY = (
    heading("Complaints"),
    clause("1", "A formal complaint that a councillor broke the Code of Conduct must go to the Monitoring Officer."),
)


@pytest.mark.parametrize(
    ("nation", "mine", "other"),
    [("wales", "ombudsman-wales", "monitoring-officer"), ("england", "monitoring-officer", "ombudsman-wales")],
)
def test_the_body_of_the_other_nation_is_never_asked_for(nation, mine, other):
    pack = as_proposed(replace(read(*BODY).pack, nation=nation))
    (bodies,) = (one.who for one in undecided(pack) if one.what == "bodies")
    assert mine in bodies
    assert other not in bodies
