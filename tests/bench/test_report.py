"""One report of all benchmarks: what stands in it, whatever becomes of one of them."""

import os
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.bench import machine
from tests.bench.__main__ import MODULES
from tests.report import MISSED, Goal, Table, tell
from tests.reported import every

_ROOT = Path(__file__).parents[2]
_TOLD = """
import sys
from tests.report import Goal, Table, tell

def tables():
    print("halfway", file=sys.stderr)
    yield Table("Hearing", ("", "a second"), [("with | in it", "2")], ["In one round."], [Goal("as many", {met})])

sys.exit(tell(tables()))
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A module beside the project's own, which a process of its own can be."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(_ROOT))))

    def write(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return name

    return write


def test_a_report_has_where_it_was_measured_then_every_table_then_the_goals(written, tmp_path, capfd):
    modules = {"hearing": written("told", _TOLD.format(met=True))}
    assert every("All of it", modules, machine.head(), tmp_path / "new" / "report.md") == 0
    report = (tmp_path / "new" / "report.md").read_text(encoding="utf-8")
    assert report.startswith("# All of it\n\n### What it was measured on\n")
    assert re.search(r"^\| cores \| \d+ ", report, re.MULTILINE)
    assert "| Protocol Bot | 0." in report
    assert re.search(r"^\| others at work as it began \| \d+\.\d \|$", report, re.MULTILINE)
    assert re.search(r"^It took \d s\.$", report, re.MULTILINE)
    assert report.index("## hearing") < report.index("| with \\| in it | 2 |") < report.index("- [x] as many")
    assert report.endswith("## Goals\n\n1 of 1 met.\n")
    out, err = capfd.readouterr()
    assert out == report
    assert err == "hearing (1 of 1) …\nhalfway\n"


def test_a_missed_goal_is_named_at_the_end_and_is_the_status(written, tmp_path):
    modules = {"one": written("met", _TOLD.format(met=True)), "two": written("missed", _TOLD.format(met=False))}
    assert every("All", modules, machine.head(), tmp_path / "report.md") == 1
    assert (tmp_path / "report.md").read_text(encoding="utf-8").endswith("1 of 2 met.\n\nMissed:\n\n- two: as many\n")


def test_what_could_not_be_tried_is_counted_by_itself_and_fails_nothing(written, tmp_path):
    untried = """
import sys
from tests.report import not_tried, tell
sys.exit(tell([not_tried("Rates", "as many as theirs", "wrk is not here")]))
"""
    modules = {"one": written("met", _TOLD.format(met=True)), "two": written("untried", untried)}
    assert every("All", modules, machine.head(), tmp_path / "report.md") == 0
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert (
        "### Rates\n\n| not tried, because |\n| --- |\n| wrk is not here |\n\n- not tried: as many as theirs" in report
    )
    assert report.endswith("1 of 2 met, 1 not tried.\n\nNot tried:\n\n- two: as many as theirs\n")


def test_a_benchmark_that_breaks_is_told_and_the_others_are_still_run(written, tmp_path):
    modules = {
        "breaks": written("breaks", "print('### Before')\nraise ValueError('the disk is full')"),
        "is told": written("told", _TOLD.format(met=True)),
    }
    assert every("All", modules, machine.head(), tmp_path / "report.md") == 1
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "### Before\n\n**Broke:** status 1: ValueError: the disk is full\n" in report
    assert report.endswith("1 of 1 met.\n\nBroke:\n\n- breaks: status 1: ValueError: the disk is full\n")


def test_a_benchmark_that_does_not_end_is_ended_with_all_that_it_started(written, tmp_path):
    server = tmp_path / "server"
    text = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(server)!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    assert every("All", {"late": written("late", text)}, machine.head(), tmp_path / "report.md", patience=2) == 1
    assert "late: it had not ended after 2 s" in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert _ends(int(server.read_text()))


def test_a_benchmark_that_is_ended_ends_what_it_began_in_a_group_of_its_own_and_leaves_no_file(written, tmp_path):
    began = tmp_path / "began"
    text = f"""
import subprocess, sys, tempfile, time
from tests.report import tell

def tables():
    with tempfile.TemporaryDirectory(dir={str(tmp_path)!r}, prefix="left") as folder:
        line = [sys.executable, "-c", "import time; time.sleep(60)"]
        server = subprocess.Popen(line, process_group=0)
        try:
            open({str(began)!r}, "w").write(str(server.pid))
            time.sleep(60)
            yield
        finally:
            server.kill()
            server.wait()

sys.exit(tell(tables()))
"""
    assert every("All", {"late": written("late", text)}, machine.head(), tmp_path / "report.md", patience=2) == 1
    assert _ends(int(began.read_text()))
    assert not list(tmp_path.glob("left*"))


def _ends(pid: int) -> bool:
    """Whether a process is gone, or will be as soon as somebody asks how it ended."""
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_tables_are_told_as_they_come_and_a_missed_goal_is_no_crash(capsys):
    tables = [Table("First", ("a",), [["1"]]), Table("Second", ("b",), [["2"]], goals=[Goal("more", False)])]
    assert tell(tables) == MISSED
    assert MISSED not in (0, 1, 2)
    assert capsys.readouterr().out == (
        "### First\n\n| a |\n| --- |\n| 1 |\n\n### Second\n\n| b |\n| --- |\n| 2 |\n\n- [ ] more\n\n"
    )


def test_tables_are_written_into_a_file_too(tmp_path, capsys):
    assert tell([Table("First", ("a",), [["1"]])], tmp_path / "new" / "load.md") == 0
    assert (tmp_path / "new" / "load.md").read_text("utf-8") == capsys.readouterr().out


def test_every_name_is_a_benchmark():
    assert [module for module in MODULES.values() if find_spec(module) is None] == []


def test_the_help_says_how_long_it_may_take_and_what_there_is():
    line = [sys.executable, "-m", "tests.bench", "--help"]
    said = " ".join(subprocess.run(line, cwd=_ROOT, capture_output=True, text=True, check=True).stdout.split())
    assert "never takes longer than 60 minutes" in said
    assert ", ".join(MODULES) in said


def test_a_name_that_is_no_benchmark_is_refused_with_those_that_are():
    line = [sys.executable, "-m", "tests.bench", "lookups"]
    said = subprocess.run(line, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "no benchmark lookups; there are lookup, documents, " in said.stderr
    assert said.stdout == ""


def test_two_at_a_time_are_told_in_the_order_of_the_report(written, tmp_path, capfd):
    here, wait = tmp_path / "second", "import pathlib, time\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.05)\n"
    modules = {
        "first": written("first", wait.format(str(here)) + _TOLD.format(met=True)),
        "second": written("second", f"open({str(here)!r}, 'w').close()\n" + _TOLD.format(met=True)),
    }
    assert every("All", modules, machine.head(), tmp_path / "report.md", patience=60, abreast=2) == 0
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert report.index("## first") < report.index("- [x]") < report.index("## second")
    assert capfd.readouterr().out == report
