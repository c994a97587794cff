"""The wheel: all that runs is in it, nothing else is, and it works far from the checkout.

In: this checkout. Out: a wheel in a temporary folder, installed in an environment of its own. Never: the network: the
packages it stands on are lent by the environment that runs the tests.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "adapters", "content", "storage", "deploy")
#: They serve a checkout.
LEFT_OUT = re.compile(r"deploy/(setup\.sh|.*\.lock)|.*__pycache__/.*|.*\.pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it: its folder of commands."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True, timeout=120)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet"]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True, timeout=120)
    # The packages come from the tests' own environment. A folder lent this way has its own .pth files left unread, so
    # the checkout, which is installed there as editable, is not found through it.
    [site] = home.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return home / "bin"


@pytest.fixture
def environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def test_the_wheel_carries_every_file_that_runs(files: set[str]) -> None:
    here = {p.relative_to(ROOT).as_posix() for package in PACKAGES for p in (ROOT / package).rglob("*") if p.is_file()}
    assert {name for name in here if not LEFT_OUT.fullmatch(name)} - files == set()


@pytest.mark.parametrize(
    "name",
    [
        *(f"content/councils/{id}.yaml" for id in ("barrow", "leigh-on-sea", "southwell", "twywell", "crickhowell")),
        "content/topics.yaml",
        "storage/migrations/env.py",
        "storage/migrations/versions/0001_first_tables.py",
        "adapters/web/app.py",
    ],
)
def test_the_wheel_carries(files: set[str], name: str) -> None:
    assert name in files


def test_the_wheel_carries_the_page(files: set[str]) -> None:
    page = {Path(name).suffix for name in files if name.startswith("adapters/web/page/")}
    assert {".html", ".css", ".js"} <= page


def test_the_wheel_leaves_out_the_tests_and_what_serves_a_checkout(files: set[str]) -> None:
    assert {Path(name).parts[0] for name in files if ".dist-info/" not in name} == set(PACKAGES)
    assert {name for name in files if LEFT_OUT.fullmatch(name) or "test" in name} == set()


def test_the_wheel_brings_its_licence(files: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in files)


def test_it_is_the_wheel_that_runs_there_and_not_the_checkout(
    elsewhere: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    command = [str(elsewhere / "python"), "-c", "import bot, deploy; print(bot.__file__); print(deploy.__file__)"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=True)
    assert all(Path(line).is_relative_to(elsewhere.parent) for line in done.stdout.splitlines())


def test_it_answers_on_the_command_line_from_an_empty_folder(
    elsewhere: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    command = [str(elsewhere / "protocol-bot"), "clauses", "--council", "barrow", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["title"]
    assert said["clauses"]
    assert list(tmp_path.iterdir()) == [], "looking something up leaves nothing behind"


def test_it_serves_the_page_from_an_empty_folder_and_ends_cleanly(
    elsewhere: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    here, data, said = tmp_path / "here", tmp_path / "data", tmp_path / "said.txt"
    here.mkdir()
    command = [str(elsewhere / "protocol-bot"), "try", "--no-browser", "--port", "0", "--data", str(data)]
    with said.open("wb") as out, subprocess.Popen(command, cwd=here, env=environ, stdout=out, stderr=out) as bot:
        try:
            port = announced(bot, said)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/")
            answer = connection.getresponse()
            page = answer.read().decode()
            connection.close()
            assert answer.status == 200
            assert "<html" in page
        finally:
            bot.send_signal(signal.SIGTERM)
            code = bot.wait(60)
    assert code == 0, said.read_text("utf-8")
    assert "Traceback" not in said.read_text("utf-8")
    assert data.is_dir()
    assert list(here.iterdir()) == [], "its data goes where --data says"


def announced(bot: subprocess.Popen[bytes], said: Path) -> int:
    """The port in the line that says it is ready."""
    for _ in range(1200):  # two minutes: other tests may want the same cores
        if found := re.search(r"^Open http://127\.0\.0\.1:(\d+)/$", said.read_text("utf-8"), re.MULTILINE):
            return int(found[1])
        if bot.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"It never said that it was ready, but: {said.read_text('utf-8')!r}")
