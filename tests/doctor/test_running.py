"""What the doctor says of the bot that runs, of its public address, and of this computer."""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.slack.manifest import INSTALL
from adapters.slack.manifest import PATH as EVENTS
from content import load
from deploy.doctor.environment import known
from deploy.platforms import pages
from deploy.running import attending
from tests.doctor.made import NOWHERE
from tests.proxied import before
from tests.watching.chats import Chat, attended

ROOT = Path(__file__).parents[2]
CALLED = {"TEAMS_APP_ID": "11111111-2222-4333-8444-555555555555"}
WELL = {"platform": "slack", "team": "T0BARROW77", "transport": "socket", "connected": True, "refused": ""}


class Bot:
    """What a bot says of itself. `ready` None: it is an older one."""

    def __init__(self) -> None:
        self.health: object = {"well": True, "store": "", "workspaces": [WELL]}
        self.ready: object = {"ready": True, "database": "", "last_tick": 2.5, "workspaces": [WELL]}
        self.url = ""

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["Bot"]:
        async def health(_request: web.Request) -> web.Response:
            return web.json_response(self.health)

        async def ready(_request: web.Request) -> web.Response:
            return web.json_response(self.ready) if self.ready else web.Response(status=404)

        app = web.Application()
        app.add_routes([web.get("/healthz", health), web.get("/readyz", ready)])
        server = TestServer(app, scheme="https" if tls else "http")
        await server.start_server(ssl=tls)
        self.url = str(server.make_url("/"))
        try:
            yield self
        finally:
            await server.close()


class PublicBot:
    """What of a bot the world may ask: Slack's door, behind its gate, and the pages, as they are served."""

    def __init__(self) -> None:
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["PublicBot"]:
        chat = Chat("T1", transport="http", door=EVENTS)
        one = attended(chat)
        chat.let_in.set()
        await one.open()
        app = web.Application()
        app.add_routes([*attending.routes(one, None), *pages.routes(load.words())])
        app.add_routes([web.get(INSTALL, self._page)])
        self._server = TestServer(app)
        await self._server.start_server()
        self.url = str(self._server.make_url("/"))
        try:
            yield self
        finally:
            await self.end()

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text="Install", headers=pages.HEADERS)

    async def end(self) -> None:
        await self._server.close()


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with Bot().serving() as made:
        yield made


async def test_a_bot_that_runs_and_is_well_is_fine(patient, bot):
    found = await patient.looked(url=bot.url)
    for check in ("answers", "workspaces", "last-tick"):
        assert found.state("running", check) == "fine", found.all


async def test_no_chat_at_all_is_wrong_for_then_the_bot_does_not_start(patient):
    assert (await patient.looked(offline=True)).state("running", "chats") == "wrong"
    patient.environ |= CALLED
    half = await patient.looked(offline=True)
    assert (half("running", "chats"), half.state("teams", "set-up")) == ([], "wrong")
    patient.environ = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert not (await patient.looked(offline=True))("running", "chats")


async def test_no_bot_that_runs_is_worth_a_look(patient):
    assert (await patient.looked()).state("running", "answers") == "look"


async def test_something_else_that_runs_there_is_worth_a_look(patient, bot):
    bot.health = {"status": "UP"}
    assert (await patient.looked(url=bot.url)).state("running", "answers") == "look"


@pytest.mark.parametrize(
    ("health", "check"),
    [
        ({"well": False, "store": "The key file is not there. Put it back.", "workspaces": [WELL]}, "store"),
        ({"well": False, "store": "", "workspaces": [WELL | {"connected": False}]}, "workspaces"),
        ({"well": False, "store": "", "workspaces": [WELL | {"refused": "token_revoked"}]}, "workspaces"),
    ],
    ids=["no-keys", "cut-off", "refused"],
)
async def test_a_bot_that_is_not_well_is_wrong(patient, bot, health, check):
    bot.health = health
    assert (await patient.looked(url=bot.url)).state("running", check) == "wrong"


@pytest.mark.parametrize(
    ("ready", "state"),
    [({"last_tick": 300.0}, "wrong"), ({"last_tick": None}, "look"), (None, "untried")],
    ids=["long-ago", "never", "an-older-bot"],
)
async def test_when_it_last_looked_at_what_is_due_is_told(patient, bot, ready, state):
    bot.ready = {"ready": False, "database": "", "workspaces": []} | ready if ready else None
    assert (await patient.looked(url=bot.url)).state("running", "last-tick") == state


@pytest.mark.parametrize(("well", "state"), [(True, "untried"), (False, "wrong")])
async def test_a_bot_elsewhere_says_only_whether_it_is_well(patient, bot, well, state):
    bot.health, bot.ready = {"well": well}, {"ready": well}
    found = await patient.looked(url=bot.url)
    assert found.state("running", "answers") == "fine"
    assert found.state("running", "workspaces") == state
    assert found.state("running", "last-tick") == "untried"


# ---------------------------------------------------------------- its public address


def shown(folder: Path, days: int, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this computer that this computer believes."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context


@pytest.mark.parametrize(("days", "state"), [(60, "fine"), (10, "look"), (-1, "wrong")])
async def test_the_certificate_of_the_public_address_is_looked_at(patient, tmp_path, monkeypatch, days, state):
    async with Bot().serving(shown(tmp_path, days, monkeypatch)) as there:
        patient.environ |= CALLED | {"PROTOCOL_BOT_URL": there.url}
        found = await patient.looked()
    assert found.state("address", "certificate") == state, found.whole


async def test_a_certificate_that_nobody_believes_is_wrong(patient, tmp_path, monkeypatch):
    context = shown(tmp_path, 60, monkeypatch)
    monkeypatch.delenv("SSL_CERT_FILE")
    async with Bot().serving(context) as there:
        patient.environ |= CALLED | {"PROTOCOL_BOT_URL": there.url}
        found = await patient.looked()
    assert found.state("address", "certificate") == "wrong"


@pytest.mark.parametrize(
    "given",
    [
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "0123456789abcdef" * 2},
        {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "0123456789abcdef" * 2},
        {"TEAMS_APP_ID": "11111111-2222-4333-8444-555555555555"},
    ],
    ids=["slack", "hosted", "teams"],
)
async def test_behind_the_proxy_that_the_guides_put_before_it_the_bot_is_found(patient, tmp_path, given):
    """It lets nobody ask how the bot is, and that is as it should be."""
    async with PublicBot().serving() as bot, before(bot.url.removeprefix("http://").rstrip("/"), tmp_path) as port:
        patient.environ |= {**given, "PROTOCOL_BOT_URL": f"http://127.0.0.1:{port}/", "SLACK_API_URL": NOWHERE}
        found = await patient.looked()
        assert found.state("address", "answers") == "fine", found.told("address", "answers")
        await bot.end()
        found = await patient.looked()
        assert found.state("address", "answers") == "look", "the proxy is there, and no bot behind it"
        assert "Start the bot." in found.told("address", "answers")


async def test_something_else_at_the_public_address_is_wrong(patient, bot):
    patient.environ |= CALLED | {"PROTOCOL_BOT_URL": bot.url}
    assert (await patient.looked()).state("address", "answers") == "wrong"


@pytest.mark.parametrize("url", ["http://bot.example.org", "bot.example.org"])
async def test_an_address_that_nobody_can_call_is_wrong(patient, url):
    patient.environ["PROTOCOL_BOT_URL"] = url
    assert (await patient.looked()).state("address", "set-up") == "wrong"


async def test_an_address_that_only_this_network_can_not_reach_is_worth_a_look(patient):
    patient.environ |= CALLED | {"PROTOCOL_BOT_URL": "https://127.0.0.1:9"}
    found = await patient.looked()
    assert (found.state("address", "answers"), found.state("address", "certificate")) == ("look", "untried")
    assert "Open https://127.0.0.1:9/about on a telephone" in found.told("address", "answers")


async def test_an_address_that_is_needed_and_not_set_is_worth_a_look(patient):
    assert (await patient.looked()).state("address", "set-up") == "untried"
    patient.environ |= {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "0123456789abcdef" * 2}
    assert (await patient.looked(offline=True)).state("address", "set-up") == "look"


async def test_an_address_that_nothing_calls_is_not_tried(patient):
    patient.environ["PROTOCOL_BOT_URL"] = "https://bot.example.org"
    assert (await patient.looked()).state("address", "answers") == "untried"


# ---------------------------------------------------------------- this computer


async def test_a_variable_that_nothing_reads_is_told_with_the_nearest_right_one(patient):
    patient.environ |= {"SLACK_BOT_TOKENS": "canary", "PROTOCOL_BOT_ZEBRA": "canary", "SLACK_API_URL": ""}
    found = await patient.looked(offline=True)
    assert found.state("environment", "variables") == "look"
    assert "Did you mean SLACK_BOT_TOKEN?" in found.told("environment", "variables")
    assert "canary" not in found.told("environment", "variables")


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("SLAK_BOT_TOKEN", "SLACK_BOT_TOKEN"), ("PROTCOL_BOT_URL", "PROTOCOL_BOT_URL"),
     ("DATABASE_URI", "DATABASE_URL"), ("slack_bot_token", "SLACK_BOT_TOKEN")],
)  # fmt: skip
async def test_a_slip_in_the_beginning_of_a_name_is_noticed_too(patient, slip, meant):
    patient.environ |= {slip: "canary", "DATABASE_HOST": "there", "BOT_TOKEN": "another-program's", "PATH": "/bin"}
    found = (await patient.looked(offline=True))("environment", "variables")
    assert [one.told for one in found] == [f"{slip} is set, and nothing reads a variable of that name."]
    assert f"Did you mean {meant}?" in found[0].mend


def test_every_variable_that_is_read_anywhere_is_known():
    """Else whoever sets it is told that nothing reads it."""
    quoted = re.compile(r'"((?:PROTOCOL_BOT|SLACK|TEAMS)_[A-Z_]+)"')
    files = [file for folder in ("adapters", "content", "deploy", "storage") for file in (ROOT / folder).rglob("*.py")]
    read = {name for file in files for name in quoted.findall(file.read_text(encoding="utf-8"))}
    assert read - known() == {"SLACK_VERIFICATION_TOKEN"}  # Bolt would read it, and is kept from it


async def test_a_secret_that_is_given_twice_or_can_not_be_read_is_wrong_and_the_others_are_read(patient):
    token = patient.folder / "token"
    token.write_text("xapp-1\n", encoding="utf-8")
    patient.environ |= {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_BOT_TOKEN_FILE": "/nowhere",
        "TEAMS_APP_PASSWORD_FILE": "/nowhere",
        "SLACK_APP_TOKEN_FILE": str(token),
    }
    found = await patient.looked(offline=True)
    assert [one.state for one in found("environment", "secrets")] == ["wrong", "wrong"]
    assert found.state("slack", "token") == "untried"


async def test_this_computer_is_fine(patient):
    found = await patient.looked(offline=True)
    for check in ("python", "secrets", "variables"):
        assert found.state("environment", check) == "fine"
    assert found.state("clock", "time-zone") == "fine"
    assert found.state("clock", "holidays") == "fine"


async def test_what_is_set_up_is_looked_for(patient):
    patient.environ |= {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert (await patient.looked(offline=True)).state("environment", "extras") == "fine"
