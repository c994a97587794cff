"""What a process needs to serve a council in Teams.

In: a Teams of the tests' own, a folder. Out: an environment, settings, people. Never: a real Teams.
"""

import uuid
from pathlib import Path

from deploy.platforms import teams_given
from tests.running.process import Running
from tests.teams.standin import Said, Somebody, StandIn, Tenant
from tests.teams.standin.server import APP_ID, PASSWORD

TENANT = "0b0a0a0a-0000-4000-8000-000000000001"
CHANNEL = "19:council@thread.tacv2"
PEOPLE = {"ruth": ("Ruth Ellison", "clerk"), "jo": ("Jo Hartley", "councillor")}
#: Whole, and nobody is there.
HALF = {
    teams_given.APP: APP_ID,
    teams_given.TENANT: TENANT,
    teams_given.PASSWORD: PASSWORD,
    teams_given.LOGIN: "https://127.0.0.1:9",
    teams_given.OPENID: "http://127.0.0.1:9/openid",
    teams_given.HOSTS: "127.0.0.1",
}
#: Nobody is asked who they are.
OFF = {teams_given.AUTH: "off"}


def account(id: str) -> str:
    """Somebody's object id."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{id}.council.example"))


def populated(teams: StandIn, tenant: str = TENANT) -> Tenant:
    here = teams.tenant(tenant)
    for id, (name, _) in PEOPLE.items():
        here.add_person(account(id), name)
    here.add_channel(CHANNEL, "council")
    return here


def at(teams: StandIn, id: str, tenant: str = TENANT) -> Somebody:
    here = teams.tenants[tenant]
    return Somebody(teams, here, here.people[account(id)])


def settled(where: Path, council: str = "barrow", tenant: str = TENANT, name: str = "protocol-bot.yaml") -> Path:
    """A council's settings: the clerk, a councillor and the tenant."""
    people = (
        f'  - {{id: {id}, name: {whole}, offices: [{office}], accounts: ["teams:{account(id)}"]}}\n'
        for id, (whole, office) in PEOPLE.items()
    )
    file = where / name
    file.write_text(
        f"council: {council}\nworkspaces: {{teams: {tenant}}}\npeople:\n{''.join(people)}" if tenant else
        f"council: {council}\n",
        encoding="utf-8",
    )  # fmt: skip
    return file


def secrets(teams: StandIn, tenant: str = TENANT) -> dict[str, str]:
    """The environment that serves it."""
    return HALF | {
        teams_given.TENANT: tenant,
        teams_given.LOGIN: teams.login.url,
        teams_given.OPENID: teams.keys.openid_url,
        teams_given.HOSTS: teams.host,
    }


def answers(somebody: Somebody) -> list[Said]:
    """What the bot said in their own chat."""
    return [said for said in somebody.tenant.seen_by(somebody.person.aad, somebody.chat.id) if said.card is not None]


async def served(bot: Running, teams: StandIn) -> str:
    """Its address, once every tenant delivers there."""
    address = await bot.ready()
    for tenant in teams.tenants.values():
        tenant.url = f"{address}api/messages"
    return address
