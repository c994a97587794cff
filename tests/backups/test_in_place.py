"""A restored file takes the place of the one there: at once, for whoever had it, or not at all."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import ProtocolBotError
from deploy.backups import target
from deploy.kept import folder
from tests.backups.deployment import NOW, Deployment, Environment, deployment, elsewhere, filed
from tests.backups.test_restoring import SQLITE, backed_up, restored
from tests.core.test_what_is_kept import OWNER_ONLY

pytestmark = pytest.mark.database


@SQLITE
def test_killed_while_it_fills_the_new_file_the_old_database_is_in_its_place(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(*(filed(f"d{number}") for number in range(40)))
    file = backed_up(one, capsys, tmp_path / "b")
    one.keep(filed("later"))
    line = [sys.executable, "-m", "deploy.cli", "restore", str(file), "--data", str(one.data), "--replace"]
    half = one.file.with_name(one.file.name + folder.RESTORING)
    (tmp_path / "never-done").mkdir()
    (tmp_path / "never-done" / "sitecustomize.py").write_text(
        "import os, time\nos.link = lambda *_: time.sleep(300)\n",  # its last step, which it would else soon come to
        encoding="utf-8",
    )
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path / "never-done"), str(root)))}
    with subprocess.Popen(line, cwd=root, env=env, stdout=subprocess.DEVNULL) as process:
        while not half.exists() and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    assert half.exists()
    assert not list(one.data.glob("*.replaced-*"))
    assert one.has("d1")
    assert one.has("later")
    status, _, err = one.command(capsys, "audit", "verify")
    assert status == 0
    assert f"Delete {half}" in err
    restored(one, capsys, file, "--replace")
    assert not half.exists()


@SQLITE
def test_an_unfinished_restore_is_noticed_wherever_the_environment_says_the_database_is(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    other = elsewhere(tmp_path, one)
    other.url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    (tmp_path / "own.sqlite3.restoring").write_bytes(b"half")
    with Environment(other), pytest.raises(ProtocolBotError, match="did not come to its end"):
        folder.made(other.data, folder.RUN)
    restored(other, capsys, file)
    assert other.has("d1")


@SQLITE
@OWNER_ONLY
def test_the_restored_file_can_be_opened_by_whoever_could_open_the_old_one(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    one.file.chmod(0o660)
    if os.geteuid() == 0:  # nobody else can give a file away
        os.chown(one.file, 65534, 65534)
    before = one.file.stat()
    restored(one, capsys, file, "--replace")
    after = one.file.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)


@SQLITE
@OWNER_ONLY
def test_into_a_new_folder_it_belongs_to_whom_the_folder_belongs(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file, other = backed_up(one, capsys, tmp_path / "b"), elsewhere(tmp_path, one)
    if os.geteuid() == 0:
        os.chown(other.data, 65534, 65534)
    restored(other, capsys, file)
    for made in (other.file, other.file.with_suffix(".mark")):
        assert made.stat().st_uid == other.data.stat().st_uid
    assert stat.S_IMODE(other.file.stat().st_mode) == 0o600


@SQLITE
@OWNER_ONLY
def test_a_link_to_the_database_goes_on_to_where_it_goes(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    one.keep(filed("d2"))
    (disk := tmp_path / "disk").mkdir()
    one.file.rename(disk / "real.sqlite3")
    one.file.symlink_to(disk / "real.sqlite3")
    restored(one, capsys, file, "--replace")
    assert one.file.is_symlink()
    assert not one.has("d2")
    assert len(list(disk.glob("real.replaced-*.sqlite3"))) == 1


def half_of(one: Deployment) -> Path:
    """A whole database, where a restore fills one."""
    half = target.begun(one.file)
    half.write_bytes(one.file.read_bytes())
    return half


@SQLITE
def test_two_restores_in_one_second_leave_both_old_databases_beside(tmp_path):
    one = deployment(tmp_path)
    asides = {target.in_place(half_of(one), one.file, NOW) for _ in range(2)}
    assert sorted(one.data.glob("*.replaced-*")) == sorted(aside for aside in asides if aside is not None)
    assert len(asides) == 2
    assert len({file.stat().st_ino for file in (one.file, *one.data.glob("*.replaced-*"))}) == 3


@SQLITE
def test_a_restore_killed_before_its_last_step_is_done_again_in_the_same_second(tmp_path):
    one = deployment(tmp_path)
    aside = one.file.with_name(f"{one.file.stem}.replaced-{NOW:%Y%m%dT%H%M%SZ}{one.file.suffix}")
    os.link(one.file, aside)  # so far it had got
    assert target.in_place(half_of(one), one.file, NOW) == aside
    assert not one.file.samefile(aside)


@SQLITE
def test_where_an_unfinished_restore_is_all_there_is_nothing_begins_on_it(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    other = elsewhere(tmp_path, one)
    other.file.with_name(other.file.name + folder.RESTORING).write_bytes(b"half")
    with pytest.raises(ProtocolBotError, match="did not come to its end"):
        folder.made(other.data, folder.RUN)
    assert "did not come to its end" in other.command(capsys, "audit", "verify")[2]
    restored(other, capsys, file)
    folder.made(other.data, folder.RUN)


@SQLITE
def test_a_restore_that_was_refused_leaves_a_new_folder_as_if_it_had_never_been(tmp_path, capsys):
    one = deployment(tmp_path)
    fresh = tmp_path / "fresh" / one.file.name
    with pytest.raises(OSError, match="disk full"), target.alone(fresh):
        raise OSError("disk full")
    assert list(fresh.parent.iterdir()) == []
    folder.made(fresh.parent, folder.RUN)
    with pytest.raises(OSError, match="disk full"), target.alone(one.file):
        raise OSError("disk full")
    assert one.file.with_suffix(".mark").exists()


@SQLITE
@OWNER_ONLY
def test_a_mark_that_is_a_link_is_refused_and_what_it_goes_to_stays_whose_it_is(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file, other = backed_up(one, capsys, tmp_path / "b"), elsewhere(tmp_path, one)
    (bait := tmp_path / "bait").touch()
    mark = other.file.with_suffix(".mark")
    mark.symlink_to(bait)
    status, _, err = other.command(capsys, "restore", file)
    assert status == 2
    assert f"{mark} is a link. Delete it and try again." in err
    assert bait.read_bytes() == b""
