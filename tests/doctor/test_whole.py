"""The command whole: its output, its exit status, and that whatever fails it changes nothing and gives nothing away."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.reach import WHYS
from deploy.doctor.findings import AREAS, SETTINGS, lines, listed
from deploy.doctor.ground import why_unreached
from deploy.settings.environment import SECRETS
from tests.doctor.made import CHAIR, CLERK, NOWHERE, Patient, council, someone
from tests.doctor.test_chats import ASKED_OF_SLACK, in_slack

ROOT = Path(__file__).parents[2]
FIELDS = ["area", "check", "council", "state", "told", "mend"]


async def command(patient: Patient, *arguments: str, url: str = NOWHERE) -> tuple[int | None, str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "TEAMS_", "PROTOCOL_BOT_"))}
    line = [sys.executable, "-W", "error", "-m", "deploy.cli", "doctor", "--data", ".", "--url", url, *arguments]
    env = {**kept, "PYTHONPATH": str(ROOT), **patient.environ}
    process = await asyncio.create_subprocess_exec(*line, cwd=patient.folder, env=env, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_as_a_process_it_says_what_is_wrong_as_json_and_changes_nothing(patient, slack):
    patient.kept()
    in_slack(patient, slack)
    slack.spaces[slack_team(slack)].users[CLERK].deleted = True
    before = patient.everything()
    code, out, err = await command(patient, "--json")
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert all(list(one) == FIELDS and all(isinstance(value, str) for value in one.values()) for one in found)
    assert {one["state"] for one in found} == {"fine", "look", "wrong", "untried"}
    wrong = [one for one in found if one["state"] == "wrong"]
    assert [(one["area"], one["check"], one["council"]) for one in wrong] == [("slack", "people", "barrow")]
    assert patient.everything() == before
    assert {call.method for call in slack.calls} == ASKED_OF_SLACK


def slack_team(slack) -> str:
    return next(iter(slack.spaces))


async def test_what_it_can_not_be_run_with_is_said_with_the_mend(patient):
    code, out, err = await command(patient, "--council", "nowhere", "--offline")
    assert (code, out) == (2, "")
    assert err == "protocol-bot: The settings have no council 'nowhere'. Name one of theirs with --council ID.\n"


def test_lines_are_grouped_by_area_with_a_summary():
    found = [
        AREAS[-1].fine("python", "Python 3."),
        SETTINGS.wrong("routes", "Nobody is told.", "List somebody.", "barrow"),
        SETTINGS.look("gaps", "There is a gap.", "Fill it."),
        SETTINGS.untried("read", "Nobody tried."),
    ]
    assert list(lines(found)) == [
        "Settings",
        "  wrong      barrow: Nobody is told.",
        "             Mend: List somebody.",
        "  look here  There is a gap.",
        "             Mend: Fill it.",
        "  not tried  Nobody tried.",
        "",
        "This computer",
        "  fine       Python 3.",
        "",
        "1 fine, 1 wrong, 1 to look at, 1 not tried.",
    ]


def test_what_is_fine_at_two_hundred_councils_is_one_line_and_what_is_wrong_at_one_is_seen():
    found = [SETTINGS.fine("routes", "All is well.", f"council-{number}") for number in range(199)]
    found.append(SETTINGS.wrong("routes", "Nobody is told.", "List somebody.", "council-200"))
    assert list(lines(found))[:3] == [
        "Settings",
        "  fine       routes: 199 councils.",
        "  wrong      council-200: Nobody is told.",
    ]
    assert len(listed(found)) == 200


def test_what_is_to_be_looked_at_at_many_councils_is_one_line_too():
    found = [SETTINGS.look("meetings", "No meeting is set.", "Add one.", f"council-{number}") for number in range(5)]
    assert list(lines(found))[1:3] == [
        "  look here  council-0, council-1 and 3 more councils: No meeting is set.",
        "             Mend: Add one.",
    ]


def test_there_is_a_reason_in_words_for_every_reason_why():
    told = [why_unreached(why) for why in WHYS]
    assert len(set(told)) == len(WHYS)


# ---------------------------------------------------------------- whatever fails

CANARY = "CanaryQ7zQ7zQ7z"
SPOILT = {
    "nothing-is-right": dict.fromkeys(SECRETS, CANARY) | {"PROTOCOL_BOT_MAIL_FROM": CANARY},
    "urls": {
        "DATABASE_URL": f"postgresql://bot:{CANARY}@127.0.0.1:9/bot",
        "PROTOCOL_BOT_SMTP_URL": f"smtp://bot:{CANARY}@127.0.0.1:9",
        "PROTOCOL_BOT_MAIL_FROM": "bot@example.org",
        "PROTOCOL_BOT_URL": f"https://bot:{CANARY}@127.0.0.1:9",
    },
    "another-kind": {"DATABASE_URL": f"mysql://bot:{CANARY}@127.0.0.1/bot"},
    "two-databases": {
        "DATABASE_URL": "postgresql://bot@127.0.0.1:9/bot",
        "DATABASE_OWNER_URL": f"postgresql://owner:{CANARY}@127.0.0.1:9/other",
    },
    "tokens": {
        "SLACK_BOT_TOKEN": f"xoxb-{CANARY},xoxb-{CANARY}2",
        "SLACK_APP_TOKEN": f"xapp-{CANARY},xapp-{CANARY}2",
        "SLACK_API_URL": "http://127.0.0.1:9/api",
    },
    "teams": {
        "TEAMS_APP_ID": "11111111-2222-4333-8444-555555555555",
        "TEAMS_TENANT_ID": "0b0a0a0a-0000-4000-8000-000000000001",
        "TEAMS_APP_CERTIFICATE": f"/{CANARY}.pem",
    },
    "files": {"SLACK_BOT_TOKEN_FILE": f"/{CANARY}", "SLACK_SIGNING_SECRET_FILE": f"/{CANARY}"},
    "unknown": {"SLACK_BOT_TOKNE": CANARY, "TEAMS_APP_PASSWORT": CANARY},
}


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_whatever_fails_no_secret_and_no_account_is_said(patient, spoilt):
    patient.environ |= SPOILT[spoilt]
    said = (await patient.looked()).whole
    for private in (CANARY, CLERK, CHAIR, "Canaryname"):
        assert private not in said, said


@pytest.mark.parametrize(
    "people",
    [
        [someone("ruth", "clerk", account=f"slack:{CLERK}"), someone("jo", "councillor", account=f"slack:{CLERK}")],
        [someone("ruth", "clerk", account=f"slack:{CLERK} {CHAIR}")],
        [someone("ruth", "clerk", account=f"slack::{CLERK}")],
        [someone("ruth", "clerk", account=f"slack:{CLERK * 50}")],
        [someone("ruth", "clerk", account=f"email:{CLERK}@")],
    ],
    ids=["twice", "with-a-space", "unreadable", "too-long", "no-address"],
)
async def test_an_account_that_is_wrong_in_the_settings_is_not_said(patient, people):
    patient.settled(council(people=people, group=None))
    found = await patient.looked()
    assert found.state("settings", "read") == "wrong"
    assert CLERK not in found.whole
    assert CHAIR not in found.whole
