"""What the doctor says of Slack and Teams, and that it says nothing there itself."""

import json
import time
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.slack.manifest import SCOPES
from deploy.platforms import teams_given
from deploy.platforms.slack import SECRET
from storage.database import engine
from storage.seal import read_keys
from storage.slack_installs import SqlInstalls
from storage.teams_places import SqlPlaces
from tests.doctor.made import CHAIR, CLERK, TEAM, council, someone
from tests.hosting.granted import granted
from tests.slack.standin import Fault
from tests.teams.standin.server import APP_ID, PASSWORD

NOWHERE_OUTSIDE = "https://127.0.0.1:9"
TENANT = "0b0a0a0a-0000-4000-8000-000000000001"
ASKED_OF_SLACK = {"auth.test", "apps.connections.open", "users.info", "api.test"}


def in_slack(patient, slack, **changes: str) -> None:
    space = slack.spaces[TEAM]
    given = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": space.token, "SLACK_APP_TOKEN": space.app_token}
    patient.environ |= given | changes


async def test_a_slack_that_is_well_is_fine_and_nothing_is_said_there(patient, slack):
    in_slack(patient, slack)
    found = await patient.looked()
    for check in ("token", "scopes", "app-token", "people"):
        assert found.state("slack", check) == "fine", found.all
    assert found.state("clock", "clock") == "fine"
    assert len(found("slack", "people")) == 2
    assert {call.method for call in slack.calls} == ASKED_OF_SLACK
    assert not slack.spaces[TEAM].chats
    assert not slack.sent


async def test_without_a_token_a_council_of_slacks_is_wrong(patient):
    assert (await patient.looked()).state("slack", "set-up") == "wrong"
    patient.settled(council(workspaces={}))
    assert (await patient.looked()).state("slack", "set-up") == "untried"


async def test_half_of_a_set_up_is_wrong(patient):
    patient.environ |= {"SLACK_APP_TOKEN": "xapp-1-canary"}
    found = await patient.looked()
    assert found.state("slack", "set-up") == "wrong"
    assert "SLACK_BOT_TOKEN" in found.told("slack", "set-up")


async def test_a_token_that_is_refused_is_wrong_with_slacks_word(patient, slack):
    in_slack(patient, slack)
    slack.spaces[TEAM].refused = "token_revoked"
    found = await patient.looked()
    assert found.state("slack", "token") == "wrong"
    assert "token_revoked" in found.told("slack", "token")


async def test_a_slack_that_can_not_be_reached_is_not_tried(patient):
    patient.environ |= {
        "SLACK_API_URL": "http://127.0.0.1:9/api",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }
    found = await patient.looked()
    assert found.state("slack", "token") == "untried"
    assert found.state("clock", "clock") == "untried"


async def test_an_app_token_that_is_refused_is_wrong(patient, slack):
    in_slack(patient, slack)
    slack.fail("apps.connections.open", Fault(error="invalid_auth"))
    found = await patient.looked()
    assert found.state("slack", "app-token") == "wrong"
    assert "connections:write" in found.told("slack", "app-token")


async def test_permissions_are_compared_with_the_manifests(patient, slack):
    in_slack(patient, slack)
    slack.spaces[TEAM].scopes = frozenset({*SCOPES, "channels:history"} - {"im:write"})
    found = await patient.looked()
    assert [one.state for one in found("slack", "scopes")] == ["wrong", "look"]
    assert "im:write" in found.told("slack", "scopes")
    assert "channels:history" in found.told("slack", "scopes")


async def test_a_signing_secret_is_looked_at(patient, slack):
    in_slack(patient, slack, **{SECRET: "not-what-they-look-like"})
    assert (await patient.looked()).state("slack", "signing-secret") == "look"
    in_slack(patient, slack, **{SECRET: "0123456789abcdef" * 2})
    assert (await patient.looked()).state("slack", "signing-secret") == "fine"


async def test_a_workspace_without_a_council_and_a_council_without_its_workspace_are_wrong(patient, slack):
    in_slack(patient, slack)
    patient.settled(council(workspaces={"slack": "T0ANOTHER7"}))
    found = await patient.looked()
    assert [one.council for one in found("slack", "workspace")] == ["", "barrow"]
    assert TEAM in found.told("slack", "workspace")


@pytest.mark.parametrize(("id", "office"), [(CLERK, "The clerk"), (CHAIR, "The chair")])
async def test_a_clerk_or_chair_who_has_left_is_wrong(patient, slack, id, office):
    in_slack(patient, slack)
    slack.spaces[TEAM].users[id].deleted = True
    found = await patient.looked()
    (wrong,) = (one for one in found("slack", "people") if one.state == "wrong")
    assert wrong.told.startswith(office)
    assert id not in found.whole
    del slack.spaces[TEAM].users[id]
    assert "no such account" in (await patient.looked()).told("slack", "people")


async def test_offline_nobody_is_asked(patient, slack):
    in_slack(patient, slack)
    found = await patient.looked(offline=True)
    assert found.state("slack", "token") == "untried"
    assert not slack.calls


# ---------------------------------------------------------------- one app for many councils

HOSTED = {
    "SLACK_CLIENT_ID": "1234567890.1234567890",
    "SLACK_CLIENT_SECRET": "fedcba9876543210" * 2,
    "SLACK_SIGNING_SECRET": "0123456789abcdef" * 2,
    "PROTOCOL_BOT_URL": NOWHERE_OUTSIDE,
}


async def took_the_app(patient, token: str, *, runs_out: int | None = None) -> None:
    """An install of this workspace, as the bot keeps it."""
    made = engine(patient.kept())
    took = granted(TEAM, bot_token=token, bot_refresh_token=None, bot_token_expires_at=runs_out)
    await SqlInstalls(HOSTED["SLACK_CLIENT_ID"], made, read_keys(patient.keys)).async_save(took)
    await made.dispose()


async def test_the_token_of_each_install_is_tried(patient, slack):
    patient.environ |= HOSTED | {"SLACK_API_URL": slack.api_url}
    await took_the_app(patient, slack.spaces[TEAM].token)
    found = await patient.looked()
    for check in ("token", "scopes", "signing-secret", "people"):
        assert found.state("slack", check) == "fine", found.all
    assert not found("slack", "workspace")
    assert "Slack and this computer agree on what time it is." in found.told("clock", "clock")


async def test_an_install_whose_token_is_refused_is_wrong(patient, slack):
    patient.environ |= HOSTED | {"SLACK_API_URL": slack.api_url}
    await took_the_app(patient, "xoxb-canary-of-another")
    found = await patient.looked()
    assert found.state("slack", "token") == "wrong"
    assert "canary" not in found.told("slack", "token")
    assert TEAM in found.told("slack", "token")


async def test_a_token_that_ran_out_is_left_to_the_bot_to_renew(patient, slack):
    patient.environ |= HOSTED | {"SLACK_API_URL": slack.api_url}
    await took_the_app(patient, slack.spaces[TEAM].token, runs_out=int(time.time()) - 60)
    assert (await patient.looked()).state("slack", "token") == "look"
    assert {call.method for call in slack.calls} <= {"api.test"}


async def test_a_council_that_did_not_take_the_app_is_wrong_and_told_where_to(patient, slack):
    patient.environ |= HOSTED | {"SLACK_API_URL": slack.api_url}
    patient.kept()
    found = await patient.looked()
    assert found.state("slack", "workspace") == "wrong"
    assert f"{NOWHERE_OUTSIDE}/slack/install" in found.told("slack", "workspace")


# ---------------------------------------------------------------- Teams


def account(id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{id}.canary.example"))


def in_teams(patient, teams, **changes: str) -> None:
    teams.tenant(TENANT)
    patient.environ |= {
        teams_given.APP: APP_ID,
        teams_given.TENANT: TENANT,
        teams_given.PASSWORD: PASSWORD,
        teams_given.LOGIN: teams.login.url,
        teams_given.OPENID: teams.keys.openid_url,
        teams_given.HOSTS: teams.host,
    } | changes
    people = [
        someone("ruth", "clerk", account=f"teams:{account('ruth')}"),
        someone("priya", "chair", "councillor", account=f"teams:{account('priya')}"),
    ]
    patient.settled(
        council(people=people, workspaces={"teams": TENANT}, group=None, alternates={}, data_lead=["clerk"])
    )


async def test_a_teams_that_is_well_is_fine_and_nothing_is_said_there(patient, teams):
    in_teams(patient, teams)
    made = engine(patient.kept())
    places = SqlPlaces(made, {TENANT: "barrow"})
    for who in ("ruth", "priya"):
        await places.keep(TENANT, f"a:{who}", service_url=teams.service_url, who=account(who), at=datetime.now(UTC))
    await made.dispose()
    found = await patient.looked()
    for check in ("token", "keys", "tenants", "people"):
        assert found.state("teams", check) == "fine", found.all
    assert found.state("clock", "clock") == "fine"
    assert found.state("teams", "secret-ends") == "untried"
    assert not teams.calls


async def test_a_secret_that_microsoft_does_not_take_is_wrong(patient, teams):
    in_teams(patient, teams, **{teams_given.PASSWORD: "another-canary-secret-of-the-app"})
    found = await patient.looked()
    assert found.state("teams", "token") == "wrong"
    assert "AADSTS7000215" in found.told("teams", "token")
    assert "canary" not in found.told("teams", "token")


async def test_keys_of_microsofts_that_can_not_be_had_are_wrong(patient, teams):
    in_teams(patient, teams)
    teams.keys.away = True
    assert (await patient.looked()).state("teams", "keys") == "wrong"


async def test_a_tenant_that_is_no_councils_is_wrong(patient, teams):
    in_teams(patient, teams)
    patient.settled(council(workspaces={}))
    assert (await patient.looked()).state("teams", "tenants") == "wrong"


async def test_a_clerk_of_whom_teams_told_nothing_is_worth_a_look(patient, teams):
    in_teams(patient, teams)
    assert (await patient.looked()).state("teams", "people") == "untried"
    patient.kept()
    found = await patient.looked()
    assert [one.state for one in found("teams", "people")] == ["look", "look"]
    assert account("ruth") not in found.whole


@pytest.mark.parametrize(("days", "state"), [(200, "fine"), (10, "look")])
async def test_a_certificate_that_ends_soon_is_worth_a_look(patient, teams, days, state):
    in_teams(patient, teams)
    key, now = rsa.generate_private_key(65537, 2048), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bot")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days))
    file = patient.folder / "teams.pem"
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(plain + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    patient.environ |= {teams_given.PASSWORD: "", teams_given.CERTIFICATE: str(file)}
    found = await patient.looked(offline=True)
    assert found.state("teams", "certificate") == state
    assert (now + timedelta(days=days)).date().isoformat() in found.told("teams", "certificate")


async def test_half_of_a_teams_is_wrong(patient):
    patient.environ[teams_given.APP] = APP_ID
    assert (await patient.looked()).state("teams", "set-up") == "wrong"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "fine"),
        ({"version": "0.9.0"}, "look"),
        ({"id": TENANT}, "wrong"),
        ({"validDomains": ["other.example.org"]}, "wrong"),
        (None, "look"),
    ],
    ids=["fits", "older", "of-another-app", "of-another-address", "no-package"],
)
async def test_an_app_package_is_compared(patient, teams, changes, state):
    in_teams(patient, teams, PROTOCOL_BOT_URL="https://bot.example.org")
    made = {"id": APP_ID, "version": "1.0.1", "validDomains": ["bot.example.org"]}
    file = patient.folder / "protocol-bot-teams.zip"
    if changes is None:
        file.write_text("no zip", encoding="utf-8")
    else:
        with zipfile.ZipFile(file, "w") as there:
            there.writestr("manifest.json", json.dumps(made | changes))
    assert (await patient.looked(offline=True)).state("teams", "package") == state


async def test_where_nobody_is_asked_who_they_are_it_is_said(patient):
    patient.environ[teams_given.AUTH] = "off"
    found = await patient.looked()
    assert found.state("teams", "set-up") == "look"


@pytest.mark.parametrize(("apart", "state"), [(3600, "wrong"), (-3600, "wrong"), (10, "fine")])
async def test_a_clock_that_is_off_is_wrong(patient, teams, apart, state):
    in_teams(patient, teams)
    there = datetime.now(UTC) + timedelta(seconds=apart)
    teams.keys.headers["Date"] = format_datetime(there, usegmt=True)
    found = await patient.looked()
    assert found.state("clock", "clock") == state
    assert ("NTP" in found.told("clock", "clock")) == (state == "wrong")
