"""One app for the councils of several tenants: those that settings name, each for itself, and no other."""

import pytest

from adapters.teams.app import App
from bot.conversation import Paragraph, Person, Post, Send
from bot.errors import NotDelivered
from tests.teams.conftest import TENANT, account, populated, somebody
from tests.teams.standin import Tenant
from tests.teams.standin.server import APP_ID, PASSWORD

HOME = "0b0a0a0a-0000-4000-8000-00000000000a"
VALE, HILL, STRANGE = (f"0b0a0a0a-0000-4000-8000-00000000000{number}" for number in (2, 3, 4))
NOTICE = Post((Paragraph("Something waits for you."),))


@pytest.fixture
async def chat(teams, serve, scripted):
    """The app is registered in the tenant of whoever hosts it, which is no council's."""
    teams.login.register(APP_ID, HOME, PASSWORD)
    for tenant in (VALE, HILL):
        populated(teams.tenant(tenant))
    return await serve(scripted, app=App(id=APP_ID, tenant=HOME, password=PASSWORD))


def told(here: Tenant) -> int:
    """How often the bot said something to this tenant's Ann."""
    return sum(said.card is not None for said in here.seen_by(account("ann"), here.chat(account("ann")).id))


async def test_people_of_three_tenants_are_heard_each_in_their_own(teams, chat, scripted):
    for tenant in (TENANT, VALE, HILL):
        ann = somebody(teams, "ann", tenant)
        await ann.say("about")
        assert ann.answer.status == 200
    assert [event.who.tenant for event in scripted.heard] == [TENANT, VALE, HILL]
    assert len({event.who for event in scripted.heard}) == 3, "the same object id elsewhere is somebody else"


async def test_each_is_told_something_in_their_own_tenant_with_the_token_of_the_apps_home(teams, chat, scripted):
    for tenant in (TENANT, VALE, HILL):
        await somebody(teams, "ann", tenant).install()
    before = {tenant: told(here) for tenant, here in teams.tenants.items()}
    for tenant in (TENANT, VALE, HILL):
        await chat.deliver(Send(to=Person("teams", tenant, account("ann")), post=NOTICE), tenant)
        before[tenant] += 1
        assert {tenant: told(here) for tenant, here in teams.tenants.items()} == before, "and nobody else is"
    assert [(one["team"], one["refused"]) for one in sorted(await chat.health(), key=lambda one: str(one["team"]))] == [
        (TENANT, ""),
        (VALE, ""),
        (HILL, ""),
    ]


async def test_a_tenant_that_no_settings_name_is_refused_and_told_nothing(teams, chat, scripted):
    stranger = populated(teams.tenant(STRANGE))
    stranger.url = teams.tenants[TENANT].url
    ann = somebody(teams, "ann", STRANGE)
    await ann.say("about")
    assert ann.answer.status == 403
    assert scripted.heard == []
    with pytest.raises(NotDelivered, match="no such tenant"):
        await chat.deliver(Send(to=Person("teams", STRANGE, account("ann")), post=NOTICE), "k1")
