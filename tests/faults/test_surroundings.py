"""A small sample of the faults around the bot, so that the campaign can't rot; `make faults` runs all of it."""

import subprocess
import sys
import time
from datetime import timedelta

import pytest

from storage.tables import metadata
from tests import report
from tests.faults import clock, disk, poison, replicas, rows
from tests.faults.outcomes import Outcome
from tests.running.process import NOT_ON_WINDOWS
from tests.tools import wanted

_FULL = "import logging, os; from deploy.running import logs; logs.begin(dict()); {}; os._exit(7)"

_CLOCK = "import sys, time; [print(time.time(), flush=True) for _ in sys.stdin]"
SMALL_DISK = "no file system of its own can be mounted here (unshare, as root)"


def told(tables, capsys) -> str:
    """The report, in which nothing is missed."""
    status = report.tell(tables)
    said = capsys.readouterr().out
    assert status == 0, said
    return said


@NOT_ON_WINDOWS
def test_a_log_that_can_not_be_written_fails_nobody():
    """Its disk is full: whoever writes a line goes on."""
    line = _FULL.replace("{}; os", "[logging.getLogger('bot').error('something') for _ in range(999)]; os")
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # no path says what it is
        done = subprocess.run([sys.executable, "-c", line], stderr=full, timeout=60, check=False)
    assert done.returncode == 7


@NOT_ON_WINDOWS
@pytest.mark.sqlite_only
def test_a_key_file_on_a_full_disk_leaves_nothing_half_done(capsys):
    wanted(disk.mountable(), SMALL_DISK)
    told(disk.tables([disk.KEYS]), capsys)


@NOT_ON_WINDOWS
@pytest.mark.sqlite_only
def test_what_breaks_while_the_disk_is_full_is_not_told_as_not_tried(monkeypatch):
    wanted(disk.mountable(), SMALL_DISK)
    monkeypatch.setenv("PYTHONHASHSEED", "with which no Python begins")
    with pytest.raises(subprocess.CalledProcessError):
        list(disk.tables([disk.KEYS]))


@NOT_ON_WINDOWS
def test_the_clock_of_one_process_jumps_while_it_runs(tmp_path):
    wrong = clock.Wrong(tmp_path, wanted(clock.faketime(), "libfaketime is not here; on Debian: sudo apt install it"))
    with subprocess.Popen([sys.executable, "-c", _CLOCK], env=wrong.environ, stdin=-1, stdout=-1, text=True) as told:
        apart = []
        for span in (0, 3600, -3600):
            wrong.by(timedelta(seconds=span))
            time.sleep(2.2)  # it looks again after more than a second, counted in whole ones
            print(file=told.stdin, flush=True)
            apart.append(round((float(told.stdout.readline()) - time.time()) / 60))
        told.stdin.close()
    assert apart == [0, 60, -60]


@pytest.mark.sqlite_only
def test_what_crashes_the_adapter_holds_up_nobody(capsys):
    assert "20 of 20 others" in told(poison.tables([poison.crashes], many=50), capsys)


@pytest.mark.sqlite_only
def test_an_adapter_that_is_cancelled_from_within_does_not_end_delivery(capsys):
    assert "20 of 20 others" in told(poison.tables([poison.is_cancelled], many=50), capsys)


@pytest.mark.sqlite_only
def test_two_replicas_file_one_concern(capsys):
    tried, words, _ = replicas.ALL[0]
    told(replicas.tables([(tried, words, 1)], postgres=False), capsys)


@pytest.mark.sqlite_only
def test_a_reminder_that_falls_due_while_the_clock_is_wrong_comes_once(capsys):
    told(clock.tables(["reviews"]), capsys)


def test_every_column_of_every_table_is_spoilt():
    tried = {(one.table, one.column) for one in rows.once_each()}
    assert tried == {(of.name, column.name) for of in metadata.sorted_tables for column in of.c}


@pytest.mark.sqlite_only
def test_a_notice_that_can_not_be_opened_keeps_nobody_else_from_theirs(capsys):
    (one,) = [one for one in rows.every() if (one.table, one.column) == ("outbox", "notice") and "byte" in one.how]
    told(rows.tables([one]), capsys)


def test_a_broken_promise_is_told_in_the_report():
    one = Outcome("a fault", "something")
    one.must(False, "nothing is lost")
    assert one.row() == ["a fault", "something", "**not so: nothing is lost**", "1"]
