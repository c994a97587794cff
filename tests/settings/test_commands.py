"""Every command that takes settings takes a file of many councils, and says kindly which one it needs to be told."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from content import load
from deploy.cli import main

MANY = """councils:
  - council: barrow
    people: [{id: clerk, name: Ruth Ellison, offices: [clerk], accounts: ["web:clerk"]}]
    reviews: {cycle: 12}
  - council: ashcombe
    name: Ashcombe Parish Council
    nation: england
    people: [{id: ann, name: Ann Nain, offices: [clerk], accounts: ["web:ann"]}]
"""
ONE_IS_NEEDED = "protocol-bot.yaml is for 2 councils: barrow, ashcombe. Name one with --council ID."


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "protocol-bot.yaml").write_text(MANY, encoding="utf-8")
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments, "--settings", "protocol-bot.yaml"])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_check_looks_at_every_council_of_the_file(here, capsys):
    status, out, _ = run(capsys, "check")
    assert status == 0
    assert "protocol-bot.yaml: sound (2 councils, 2 people)" in out
    assert {line.partition(":")[0] for line in out.splitlines()} >= {"barrow", "ashcombe"}


def test_check_says_which_workspace_two_councils_have(here, capsys):
    text = MANY.replace("web:clerk", "slack:T1:U1").replace("web:ann", "slack:T1:U2")
    (here / "protocol-bot.yaml").write_text(text, encoding="utf-8")
    status, _, err = run(capsys, "check")
    assert status == 2
    assert "line 8, council ashcombe, people[0].accounts: the workspace 'T1' of slack is barrow's already." in err
    assert "A workspace belongs to one council:" in err


def test_routes_are_of_one_council(here, capsys):
    assert run(capsys, "routes", "--json")[2] == f"protocol-bot: {ONE_IS_NEEDED}\n"
    status, out, _ = run(capsys, "routes", "--json", "--council", "ashcombe")
    assert status == 0
    assert len(json.loads(out)) == 14
    assert "Did you mean barrow?" in run(capsys, "routes", "--council", "barow")[2]


def test_routes_of_a_pack_take_the_settings_of_its_council(here, capsys):
    pack = Path(load.__file__).parent / "councils" / "barrow.yaml"
    assert run(capsys, "routes", "--pack", str(pack))[0] == 0


def test_reminders_are_of_every_council_unless_one_is_named(here, capsys):
    until = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    _, out, _ = run(capsys, "reminders", "--until", until, "--json")
    assert {row["council"] for row in json.loads(out)} == {"barrow", "ashcombe"}
    _, out, _ = run(capsys, "reminders", "--until", until, "--json", "--council", "ashcombe")
    assert {row["council"] for row in json.loads(out)} == {"ashcombe"}


def test_a_calendar_is_of_one_council(here, capsys):
    assert (
        "A calendar file is for one council. Name it with --council ID" in run(capsys, "calendar", "--out", "x.ics")[2]
    )
    assert run(capsys, "calendar", "--out", "x.ics", "--council", "ashcombe")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("edition", "--out", "x.yaml"), ONE_IS_NEEDED),
        (("edition", "--out", "x.yaml", "--council", "nowhere"), "is for barrow, ashcombe, not for nowhere."),
        (
            ("concern", "erase", "C-1", "--why", "test", "--by", "clerk", "--council", "ashcomb"),
            "Did you mean ashcombe?",
        ),
    ],
    ids=["edition", "edition-elsewhere", "concern"],
)
def test_what_is_of_one_council_says_so(here, capsys, arguments, said):
    (here / "protocol-bot-data").mkdir()
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert said in err
