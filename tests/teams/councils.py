"""The made-up councils in a Teams of the tests' own: a tenant each, with its people and one channel.

In: a council, a seat. Out: their ids at Microsoft; settings; tenants at the stand-in.
Never: two councils in one tenant.
"""

import uuid

from msgspec.structs import replace

from bot.settings import Settings
from content import load
from deploy.settings import made_up
from tests.teams.standin import StandIn


def tenant_of(council: str) -> str:
    """The tenant of a council."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{council}.example"))


def channel_of(council: str) -> str:
    """The one channel of a council: ids of channels are nobody else's."""
    return f"19:{council}@thread.tacv2"


def account(seat: str) -> str:
    """Somebody's object id in the directory."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{seat}.people.example"))


def settings_of(council: str) -> Settings:
    """The made-up council, with its people on Teams."""
    made = made_up.settings_of(council)
    people = (replace(one, accounts=(f"teams:{account(one.id)}",)) for one in made.people)
    return replace(made, people=tuple(people), workspaces={"teams": tenant_of(council)})


def settled(teams: StandIn) -> None:
    """Every council's tenant, with its people, who all have the app."""
    for council in load.councils():
        tenant = teams.tenant(tenant_of(council))
        for seat in made_up.settings_of(council).people:
            tenant.add_person(account(seat.id), seat.name)
        tenant.add_channel(channel_of(council), "council")
