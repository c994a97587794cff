"""The log: one line for each thing, and never a word of anybody's, whichever library writes it."""

import asyncio
import gc
import logging
import re
import sys
import threading
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import msal
import pytest
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import adapters
from bot.errors import ProtocolBotError
from bot.log_name import log_name
from deploy.running import logs
from deploy.running.named import Named
from deploy.running.serving import complain, tell
from storage.database import engine
from tests import databases
from tests.waiting import until
from tests.watching.conftest import CANARY
from tests.worlds import command

OURS = logging.getLogger("deploy.somewhere")
JSON = {"PROTOCOL_BOT_LOG": "json"}


class Private(RuntimeError):
    """Holds somebody's words."""


def fail() -> None:
    story = CANARY
    raise Private(f"in an error: {story}")


# ---------------------------------------------------------------- how it looks


def test_a_line_for_people_tells_when_how_grave_who_and_what(begun):
    log = begun()
    OURS.warning("the connection to %s was lost", "Slack")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning deploy\.somewhere: the connection to Slack was lost\n",
        log.text,
    )


def test_for_a_program_it_is_an_object_a_line(begun):
    log = begun(**JSON)
    OURS.info("one\ntwo “three”")
    (line,) = log.objects
    assert list(line) == ["time", "level", "logger", "event"]
    assert line["event"] == "one\ntwo “three”"
    assert datetime.fromisoformat(line["time"]).tzinfo == UTC


def test_a_line_for_people_stays_one_line_whatever_stands_in_it(begun):
    log = begun()
    OURS.info("one\n2026-11-22T12:00:00.000Z error bot: forged\x1b[31m\u2028")
    assert log.text.count("\n") == 1
    assert "\x1b" not in log.text


def test_what_is_meant_for_people_stands_in_the_log_only_where_a_program_reads_that(begun, capsys):
    complain("barrow: nobody holds the office of the clerk.")
    tell("Ready.")
    assert capsys.readouterr() == ("Ready.\n", "barrow: nobody holds the office of the clerk.\n")
    log = begun(**JSON)
    complain("barrow: nobody holds the office of the clerk.")
    tell("Ready.")
    assert capsys.readouterr() == ("", "")
    assert [(line["level"], line["event"]) for line in log.objects] == [
        ("warning", "barrow: nobody holds the office of the clerk."),
        ("info", "Ready."),
    ]


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("", ["info", "warning", "error"]),
        ("debug", ["debug", "info", "warning", "error"]),
        ("ERROR", ["error"]),
    ],
)
def test_how_much_is_written_is_for_whoever_runs_it_to_say(begun, level, seen):
    log = begun(PROTOCOL_BOT_LOG="json", PROTOCOL_BOT_LOG_LEVEL=level)
    for name in ("debug", "info", "warning", "error"):
        getattr(OURS, name)("something")
    assert [line["level"] for line in log.objects] == seen


def test_other_libraries_are_heard_from_warnings_on_even_at_debug(begun):
    log = begun(PROTOCOL_BOT_LOG_LEVEL="debug")
    logging.getLogger("apscheduler").info("Running job")
    assert log.text == ""


@pytest.mark.parametrize(
    "wrong", [{"PROTOCOL_BOT_LOG": "xml"}, {"PROTOCOL_BOT_LOG_LEVEL": "loud"}], ids=["form", "level"]
)
def test_a_word_that_is_none_is_told_with_those_there_are(wrong):
    with pytest.raises(ProtocolBotError, match="is one of|text .* or json"):
        logs.asked(wrong)


# ---------------------------------------------------------------- what is never in it


def test_of_an_error_only_its_class_and_its_place_are_written(begun):
    log = begun(**JSON)
    try:
        try:
            fail()
        except Private as first:
            raise ValueError(CANARY) from first
    except ValueError:
        OURS.exception("it failed")
    (line,) = log.objects
    here = __name__
    assert re.fullmatch(rf"ValueError at {here}:\d+ < Private at {here}:\d+,{here}:\d+", line["error"])


def test_an_error_of_a_librarys_in_a_line_of_ours_is_its_class(begun):
    log = begun()
    OURS.error("it failed: %s", ValueError(CANARY))
    assert log.text.endswith("it failed: ValueError\n")


def test_a_sentence_of_our_own_errors_is_written_whole(begun):
    log = begun()
    OURS.error("Teams: %s", ProtocolBotError("Make a new secret."))
    assert log.text.endswith("Teams: Make a new secret.\n")


def test_of_another_library_only_what_stands_in_its_code_is_written(begun):
    log = begun(**JSON)
    theirs = logging.getLogger("somebody.else")
    theirs.warning("it is %s that is slow", CANARY)
    theirs.warning(f"a request of {CANARY}")  # as slack_sdk and msal do
    theirs.warning(ValueError(CANARY))
    told = [re.sub(r":\d+", "", line["event"]) for line in log.objects]
    assert told == ["it is %s that is slow (test_logs)", "(test_logs)", "(test_logs)"]


def test_a_line_that_can_not_be_written_is_not_printed_with_what_it_holds(begun, capsys):
    log = begun()
    OURS.error("one %s and two %s", CANARY)
    logging.getLogger("somebody.else").error("one %s and two %s", CANARY)
    assert "could not be written" in capsys.readouterr().err
    assert log.text.count("\n") == 1


async def test_asyncio_tells_nothing_of_a_task_that_nobody_waited_for(begun):
    log = begun(**JSON)
    logs.watch(asyncio.get_running_loop())

    async def files_a_concern(_story: str) -> None:
        fail()

    task = asyncio.create_task(files_a_concern(CANARY), name=CANARY)
    await asyncio.wait({task})
    del task
    gc.collect()
    asyncio.get_running_loop().call_soon(lambda _words: fail(), CANARY)
    await asyncio.sleep(0.01)
    first, other = log.objects
    assert "Task exception was never retrieved" in first["event"]
    assert "files_a_concern" in first["event"]
    assert first["error"].startswith("Private at ")
    assert other["event"] == "something failed in a callback"


async def test_nor_does_asyncio_by_itself_where_no_loop_was_told(begun):
    log = begun(**JSON)
    asyncio.get_running_loop().call_soon(lambda _words: fail(), CANARY)
    await asyncio.sleep(0.01)
    assert log.objects[0]["error"].startswith("Private at ")


async def test_nor_does_the_scheduler(begun):
    log = begun()
    scheduler = AsyncIOScheduler(timezone=UTC)

    async def job(_words: str) -> None:
        fail()

    scheduler.add_job(job, args=[CANARY], name=CANARY, next_run_time=datetime.now(UTC))
    late = datetime.now(UTC) - timedelta(hours=1)
    scheduler.add_job(job, args=[CANARY], name=CANARY, next_run_time=late, misfire_grace_time=1)
    scheduler.start()
    await until(lambda: log.text.count("\n") == 2)
    scheduler.shutdown(wait=False)
    assert 'Job "%s" raised an exception' in log.text
    assert "Private at " in log.text


async def test_nor_does_the_web_server_with_its_own_log(begun):
    log = begun()

    async def fails(_request: web.Request) -> web.Response:
        return fail()

    app = web.Application()
    app.add_routes([web.get("/", fails)])
    runner = web.AppRunner(app)  # as it is out of the box: the bot's own has none (deploy.running.serving)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as page, page.get(f"http://127.0.0.1:{runner.addresses[0][1]}/?{CANARY}"):
        pass
    await runner.cleanup()
    assert "Private at " in log.text


async def test_nor_do_slacks_and_microsofts_libraries_and_the_databases(begun, tmp_path):
    log = begun(PROTOCOL_BOT_LOG_LEVEL="debug")
    slack = AsyncWebClient(token=f"xoxb-{CANARY}", base_url="http://127.0.0.1:9/")
    with pytest.raises(aiohttp.ClientError):
        await slack.chat_postMessage(channel="C1", text=CANARY)
    logging.getLogger("slack_sdk").error(f"Failed to send a request to Slack API server: {CANARY}")
    with pytest.raises(Exception):  # noqa: B017, PT011  # whatever it is, nobody is there
        msal.ConfidentialClientApplication(CANARY, CANARY, authority=f"https://127.0.0.1:9/{CANARY}")
    memory = engine(databases.url(tmp_path))
    with pytest.raises(DBAPIError):
        async with memory.connect() as connection:
            await connection.execute(text("SELECT no_such_column, :words"), {"words": CANARY})
    await memory.dispose()
    logging.getLogger("sqlalchemy.pool").error("Exception during reset of %r", CANARY, exc_info=Private(CANARY))
    assert "Private at ?" in log.text


# ---------------------------------------------------------------- what nobody caught


def test_a_fault_that_nobody_caught_is_a_line_too(begun):
    log = begun(**JSON)
    try:
        fail()
    except Private:
        sys.excepthook(*sys.exc_info())
    (line,) = log.objects
    assert (line["level"], line["error"].partition(" at ")[0]) == ("critical", "Private")


def test_so_is_one_in_a_thread_one_in_a_destructor_and_a_warning(begun):
    log = begun()
    thread = threading.Thread(target=fail, name=CANARY)
    thread.start()
    thread.join()

    class Goes:
        def __del__(self) -> None:
            fail()

    Goes()
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning(UserWarning(CANARY), UserWarning, "somewhere/there.py", 7)
    first, other, third = log.text.splitlines()
    assert "a thread failed error=Private" in first
    assert "something failed where nobody could be told error=Private" in other
    assert third.endswith("Python warns: UserWarning (there.py:7)")


def test_ctrl_c_is_no_fault(begun):
    log = begun()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert log.text == ""


# ---------------------------------------------------------------- what a line is about


class Door:
    """A bot that is in trouble."""

    async def hear(self, _event) -> None:
        logging.getLogger("storage.database").warning("the database is in use")
        fail()


async def test_while_a_delivery_is_heard_every_line_tells_which_and_nothing_of_its_own_id(begun):
    log = begun(**JSON)
    event = command(CANARY)
    with pytest.raises(Private):
        await Named(Door(), lambda where: where.tenant).hear(event)
    OURS.info("after it")
    busy, failed, after = log.objects
    about = {"delivery": log_name(event), "platform": event.where.platform, "council": event.where.tenant}
    assert {name: busy[name] for name in about} == {name: failed[name] for name in about} == about
    assert event.id not in log.text
    assert re.fullmatch(r"[0-9a-f]{12}", log_name(event))
    assert failed["event"] == "a turn failed"
    assert failed["error"].startswith("Private at ")
    assert not about.keys() & after.keys()


ADAPTERS = Path(adapters.__file__).parent
LINES = re.compile(r"log\.\w+\((?:[^()]|\([^()]*\))*\)")


def test_no_line_of_ours_tells_a_deliverys_own_id_in_which_a_persons_chat_may_stand():
    """In Teams the id of a message names its conversation, and somebody's own chat is theirs alone."""
    lines = [line for file in ADAPTERS.rglob("*.py") for line in LINES.findall(file.read_text("utf-8"))]
    assert len(lines) > 30
    assert [line for line in lines if re.search(r"event\.id\b|where\.id\b|who\.id\b", line)] == []


def test_as_long_as_nothing_is_amiss_the_log_tells_of_the_bot_and_not_of_what_people_do():
    """Each turn is told at debug alone: when somebody sent a form in is nobody's business."""
    lines = [line for file in ADAPTERS.rglob("*.py") for line in LINES.findall(file.read_text("utf-8"))]
    assert [line for line in lines if line.startswith("log.info") and "log_name(" in line] == []
