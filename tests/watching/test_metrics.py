"""What Prometheus reads: nobody's, and all that the alerts ask for."""

import re
from pathlib import Path

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

import deploy
from bot.errors import ProtocolBotError
from deploy.running import metrics, serving
from deploy.running.figures import STEP, Figures
from deploy.running.health import Health
from storage.seal import new_keys
from tests.waiting import until
from tests.watching.chats import Chat, attended, work_of

ALERTS = Path(deploy.__file__).parent / "prometheus" / "alerts.yaml"
#: Every label there is; none of them can tell one person's or one council's doing from another's.
LABELS = {"platform", "outcome", "state", "le", "version", "python", "kind", "step"}


@pytest.fixture
async def told(database, tmp_path):
    """What is told of a bot with three workspaces, after a turn of each kind and as many as are ever told."""
    new_keys(tmp_path / "keys")
    work = await work_of(database, tmp_path / "keys", "barrow")
    chats = [Chat("T1", "T2"), Chat("0b0a", transport="http")]
    chats[0].states[1]["connected"] = False
    ones = [attended(chat, name) for chat, name in zip(chats, ("slack", "teams"), strict=True)]
    for one in ones:
        one.served.chat.let_in.set()
        await one.open()
    now = 0.0
    figures = Figures(crowd=True, clock=lambda: now)
    figures.turn("teams", 0.01, failed=True)
    for _ in range(25):
        figures.turn("slack", 0.3, failed=False)
        figures.tried("slack", "arrived")
    async with work.clockwork.running():
        await until(lambda: work.clockwork.last_tick is not None)
        where = metrics.served(("127.0.0.1", 0), figures, Health(ones, work), councils=1)
        async with where as address, aiohttp.ClientSession() as page, page.get(address) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/plain"
            return await answer.text()


def values(told: str) -> dict[str, float]:
    """Each figure as it is written, with its labels, and what it says."""
    lines = (line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


async def test_it_tells_how_the_bot_is(told):
    found = values(told)
    assert found["protocol_bot_councils"] == 1
    assert found["protocol_bot_ready"] == found["protocol_bot_database_answers"] == 1
    assert found["protocol_bot_keeps_private"] == 1
    assert found['protocol_bot_workspaces{platform="slack",state="connected"}'] == 1
    assert found['protocol_bot_workspaces{platform="slack",state="not_connected"}'] == 1
    assert found['protocol_bot_workspaces{platform="teams",state="not_connected"}'] == 0
    assert found['protocol_bot_turns_total{outcome="answered",platform="slack"}'] == 20
    assert found['protocol_bot_turns_total{outcome="failed",platform="teams"}'] == 1
    assert found['protocol_bot_turn_seconds_bucket{le="0.25",platform="slack"}'] == 0
    assert found['protocol_bot_turn_seconds_bucket{le="+Inf",platform="slack"}'] == 20
    assert found['protocol_bot_delivery_attempts_total{outcome="arrived",platform="slack"}'] == 20
    assert found["protocol_bot_oldest_notice_seconds"] == found["protocol_bot_notices_set_aside"] == 0
    assert any(name.startswith("protocol_bot_database_info{kind=") for name in found)
    assert any(re.fullmatch(r'protocol_bot_build_info\{python="3\.\d+\.\d+",version=".+"\}', name) for name in found)


async def test_prometheus_own_reader_reads_it_and_nothing_has_a_label_that_singles_anything_out(told):
    families = list(text_string_to_metric_families(told))
    ours = [one for one in families if one.name.startswith("protocol_bot_")]
    assert {label for one in ours for sample in one.samples for label in sample.labels} <= LABELS
    assert {one.name.partition("_")[0] for one in families} <= {"protocol", "process"}
    assert "_created" not in told, "a time at which something first happened"
    assert "_sum" not in told, "to the thousandth of a second, it would tell one turn from another"
    for private in ("barrow", "T1", "0b0a"):
        assert private not in told


async def test_nothing_else_is_served_there(database, tmp_path):
    new_keys(tmp_path / "keys")
    work = await work_of(database, tmp_path / "keys", "barrow")
    where = metrics.served(("127.0.0.1", 0), Figures(crowd=False), Health([], work), councils=1)
    async with where as address, aiohttp.ClientSession() as page:
        for path in ("/", "/healthz", "/slack/events"):
            async with page.get(address.replace("/metrics", path)) as answer:
                assert answer.status == 404


def test_each_kind_of_turn_is_told_in_steps_longer_than_prometheus_asks():
    assert STEP >= 300


# ---------------------------------------------------------------- where


@pytest.mark.parametrize(
    ("given", "where"),
    [("127.0.0.1:9464", ("127.0.0.1", 9464)), ("[::1]:9464", ("::1", 9464)), ("", None), ("metrics:1", ("metrics", 1))],
)
def test_where_it_is_asked_for(given, where):
    assert metrics.asked({"PROTOCOL_BOT_METRICS": given}) == where


@pytest.mark.parametrize("given", ["9464", ":9464", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:70000"])
def test_what_is_no_host_and_port_is_told_with_one_that_is(given):
    with pytest.raises(ProtocolBotError, match=r"PROTOCOL_BOT_METRICS=127\.0\.0\.1:9464"):
        metrics.asked({"PROTOCOL_BOT_METRICS": given})


async def test_a_port_that_is_taken_is_told_by_the_name_of_the_variable(database, tmp_path):
    with serving.listening("127.0.0.1", 0) as taken:
        where = metrics.served(taken.getsockname()[:2], Figures(crowd=False), None, councils=1)
        with pytest.raises(ProtocolBotError, match="PROTOCOL_BOT_METRICS says"):
            await where.__aenter__()


# ---------------------------------------------------------------- the alerts

_WORDS = {"sum", "by", "rate", "increase", "max", "min", "and", "or", "unless", "on", "absent", "up", "job"}


def rules() -> list[dict]:
    (group,) = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    assert group.keys() == {"name", "rules"}
    return group["rules"]


def test_every_alert_says_what_to_do_and_has_nothing_that_prometheus_does_not_know():
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"[A-Z][A-Za-z]+", rule["alert"])
        assert re.fullmatch(r"\d+[smh]", rule["for"])
        assert rule["labels"].keys() == {"severity"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "description"}
        assert rule["expr"].count("(") == rule["expr"].count(")")


async def test_every_figure_and_label_that_an_alert_asks_for_is_told(told):
    found = {name.partition("{")[0] for name in values(told)}
    asked = {name for rule in rules() for name in re.findall(r"protocol_bot_\w+", rule["expr"])}
    assert len(asked) > 5
    assert asked <= found
    told_labels = {(label, value) for name in values(told) for label, value in re.findall(r'(\w+)="([^"]*)"', name)}
    labels = {pair for rule in rules() for pair in re.findall(r'(\w+)="([^"]*)"', rule["expr"])}
    assert {pair for pair in labels if pair[0] != "job"} <= told_labels


def test_the_guide_tells_of_every_alert_and_every_figure():
    guide = (ALERTS.parents[1] / "guide" / "watching.md").read_text("utf-8")
    for rule in rules():
        assert f"`{rule['alert']}`" in guide
    source = Path(metrics.__file__).read_text("utf-8")
    for name in re.findall(r'_(?:gauge|counter)\("(\w+)"', source):
        assert f"`protocol_bot_{name}" in guide, name
