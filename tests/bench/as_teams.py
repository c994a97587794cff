"""Microsoft Teams, as far as benchmarks need it: what it asks of the bot, signed, and what the bot asks of it.

In: who asks for what, in which tenant. Out: activities as JSON; a connector service, keys and a login on loopback.
Never: speaks to Microsoft.
"""

import json
import re
import secrets
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from aiohttp import web

from adapters.teams import actions
from adapters.teams.actions import Carried
from bot.conversation import Field, Form
from content import load
from deploy.settings import made_up
from tests.teams.peer.tenant import TENANT
from tests.teams.standin.keys import KeyServer
from tests.teams.standin.login import Login

APP: Final = "11111111-2222-4333-8444-555555555555"
PASSWORD: Final = "the-secret-of-the-bench"  # noqa: S105
_HERE: Final = "/uk/v3/conversations"
_PASSED_ON: Final = Form("questions/pass/", "Pass it on", (Field("question", "Your question", "text"),), "Send")

Activity = dict[str, Any]


class Teams(NamedTuple):
    """The connector service; how much was posted in each conversation; how often else it was asked, for what.

    `surroundings`: those of the bot. `authorization`: what every request of Teams' is signed with.
    """

    url: str
    posts: Counter[str]
    others: Counter[str]
    surroundings: dict[str, str]
    authorization: str


@asynccontextmanager
async def teams(folder: Path) -> AsyncIterator[Teams]:
    """As much of Microsoft as a bot needs; `folder` is for certificates."""
    async with KeyServer() as keys, Login(folder) as login, _connector() as (url, posts, others):
        login.register(APP, TENANT, PASSWORD)
        around = {
            "TEAMS_APP_ID": APP,
            "TEAMS_APP_PASSWORD": PASSWORD,
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_OPENID_URL": keys.openid_url,
            "TEAMS_LOGIN_URL": login.url,
            "TEAMS_ALLOWED_SERVICE_HOSTS": "127.0.0.1",
            "REQUESTS_CA_BUNDLE": str(login.ca),
        }
        yield Teams(url, posts, others, around, keys.signer(APP).authorization(url))


@asynccontextmanager
async def _connector() -> AsyncIterator[tuple[str, Counter[str], Counter[str]]]:
    posts: Counter[str] = Counter()
    others: Counter[str] = Counter()
    failed = load.words()("teams-failed")

    async def posted(request: web.Request) -> web.Response:
        told = await request.text()
        if ('"attachments"' in told or '"text"' in told) and failed not in told:
            posts[request.match_info["place"]] += 1
        return web.json_response({"id": str(time.time_ns())}, status=201)

    async def opened(request: web.Request) -> web.Response:
        others["opened"] += 1
        return web.json_response({"id": f"a:{(await request.json())['members'][0]['id']}"}, status=201)

    async def member(_request: web.Request) -> web.Response:
        others["member"] += 1
        return web.json_response({"id": "29:somebody", "name": "Somebody", "tenantId": TENANT})

    app = web.Application()
    app.add_routes(
        [
            web.post(_HERE, opened),
            web.post(f"{_HERE}/{{place}}/activities", posted),
            web.post(f"{_HERE}/{{place}}/activities/{{id}}", posted),  # a reply, as botbuilder says one
            web.put(f"{_HERE}/{{place}}/activities/{{id}}", posted),
            web.get(f"{_HERE}/{{place}}/members/{{who}}", member),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/uk/", posts, others
    finally:
        await runner.cleanup()


# ---------------------------------------------------------------- what it asks


def user(seat: str, tenant: str = TENANT) -> str:
    """Somebody's object id in the tenant's directory, by their id at the council."""
    return str(uuid.uuid5(uuid.UUID(tenant), seat))


def mention(url: str, seat: str, text: str, group: str, tenant: str = TENANT) -> Activity:
    """Words to the bot by its name in a group chat, where it answers them."""
    named = {"type": "mention", "mentioned": {"id": f"28:{APP}", "name": "Bot"}, "text": "<at>Bot</at>"}
    place = {"id": group, "conversationType": "groupChat", "isGroup": True}
    said = {"type": "message", "text": f"<at>Bot</at> {text}", "entities": [named]}
    return _activity(url, seat, tenant, place, **said)


def pressed(url: str, seat: str, words: str, tenant: str = TENANT) -> Activity:
    """A button in a dialog that looks these words up; its answer is a dialog."""
    return submitted(
        url, seat, actions.data(Carried(nonce=secrets.token_hex(16), token=f"clauses/run/{words}")), tenant
    )


def passed_on(question: str) -> Activity:
    """What the button of a dialog carries that passes a question to the clerk."""
    return actions.data(Carried(nonce=secrets.token_hex(16), form=_PASSED_ON)) | {"f.question": question}


def submitted(url: str, seat: str, data: Activity, tenant: str = TENANT) -> Activity:
    """A dialog's button, in somebody's own chat."""
    place = {"id": f"a:{user(seat, tenant)}", "conversationType": "personal"}
    value = {"data": data, "context": {"theme": "default"}}
    return _activity(url, seat, tenant, place, type="invoke", name="task/submit", value=value)


def _activity(url: str, seat: str, tenant: str, place: Activity, **more: Any) -> Activity:
    return {
        "id": f"{time.time_ns()}.{secrets.token_hex(4)}",
        "channelId": "msteams",
        "serviceUrl": url,
        "from": {"id": f"29:{seat}", "name": seat, "aadObjectId": user(seat, tenant)},
        "recipient": {"id": f"28:{APP}", "name": "Protocol Bot"},
        "conversation": {"tenantId": tenant, **place},
        "channelData": {"tenant": {"id": tenant}},
        **more,
    }


# ---------------------------------------------------------------- whom it asks


def settings() -> str:
    """The made-up council's, as its own would be: with accounts in one tenant."""
    return f"{_people(TENANT)}\nworkspaces: {{teams: {TENANT}}}\n"


def _people(tenant: str) -> str:
    example = (files("deploy") / "try.yaml").read_text(encoding="utf-8")
    return re.sub(r'"web:([a-z0-9-]+)"', lambda account: f'"teams:{user(account[1], tenant)}"', example)


def hosted(folder: Path, tenants: list[str]) -> str:
    """Settings of as many councils as tenants, as an association would host them; their packs are put into `folder`.

    Each pack is one of those that come with the project, under another name.
    """
    shipped = [(files("content") / "councils" / f"{id}.yaml").read_text("utf-8") for id in load.councils()]
    told = ["councils:"]
    for number, tenant in enumerate(tenants):
        id = f"council-{number}"
        pack = re.sub(r"(?m)^council: .*$", f"council: {id}", shipped[number % len(shipped)], count=1)
        (folder / f"{id}.yaml").write_text(pack, encoding="utf-8")
        told += [f"  - council: {id}", f"    pack: {id}.yaml", f"    workspaces: {{teams: {tenant}}}", *_seats(tenant)]
    return "\n".join([*told, ""])


def _seats(tenant: str) -> Iterator[str]:
    yield "    people:"
    for one in made_up.everywhere().people:
        held = f"name: {json.dumps(one.name)}, offices: [{', '.join(one.offices)}]"
        yield f'      - {{id: {one.id}, {held}, accounts: ["teams:{user(one.id, tenant)}"]}}'
