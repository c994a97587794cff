"""The container image: what the Dockerfile promises, read in it; and the health check, tried."""

import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.doctor import environment
from tests.ground.deployed import DOCKERFILE, IGNORED, NOBODY, ROOT, command, last, stages

HADOLINT = Path(sys.executable).parent / "hadolint"


def packaged() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def copied() -> set[str]:
    """What of the checkout is copied into a stage."""
    said = [rest.split()[:-1] for stage in stages() for word, rest in stage if word == "COPY"]
    return {name for names in said for name in names if not any(part.startswith("--from") for part in names)}


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint is here on Linux only")
def test_the_linter_finds_nothing() -> None:
    done = subprocess.run(
        [HADOLINT, "--failure-threshold", "style", DOCKERFILE],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_the_base_is_named_by_its_tag_and_can_be_named_by_its_digest() -> None:
    text = DOCKERFILE.read_text("utf-8")
    assert re.search(r"^ARG BASE=debian:trixie-\d{8}-slim$", text, re.MULTILINE), "of one day"
    assert [stage[0] for stage in stages()] == [("FROM", "${BASE} AS built"), ("FROM", "${BASE}")]
    assert "@sha256:" in text


def test_every_package_is_held_to_the_hash_in_the_lock() -> None:
    built = " ".join(rest for _, rest in stages()[0])
    assert "--require-hashes --requirement deploy/requirements.lock" in built
    assert "--only-binary :all:" in built, "nothing is compiled, and no code of a package's runs while it is fetched"
    fetching = [part for part in built.replace("&&", ";").split(";") if " install " in part or " wheel " in part]
    for part in fetching:
        assert "apt-get" in part or "--no-index" in part, "after that, nothing more comes from the network"


def test_the_doctor_finds_there_the_list_of_what_was_tested_together() -> None:
    folder = Path(environment.__file__).parents[1]
    assert folder / "requirements.lock" == environment._LOCK
    built = " ".join(rest for _, rest in stages()[0])
    assert f"cp deploy/requirements.lock /opt/protocol-bot/lib/python3*/site-packages/{folder.name}/ " in built


def test_what_runs_has_no_pip_and_no_compiler() -> None:
    ran = " ".join(last("RUN"))
    assert not {"pip", "venv", "gcc", "build-essential", "-dev"} & set(ran.replace("/", " ").split())
    assert "--no-install-recommends ca-certificates python3 " in ran


def test_it_runs_as_a_number_that_is_not_root() -> None:
    assert last("USER") == [f"{NOBODY}:{NOBODY}"]


def test_it_is_told_to_stop_itself_and_no_shell_in_between() -> None:
    assert command("ENTRYPOINT") == ["protocol-bot"]
    assert command("CMD")[0] == "run"
    assert last("STOPSIGNAL") == ["SIGTERM"]


def test_every_package_of_the_project_is_copied_and_let_through() -> None:
    let = {line.removeprefix("!") for line in IGNORED.read_text("utf-8").splitlines() if line.startswith("!")}
    assert packaged() <= copied()
    assert {name.partition("/")[0] for name in copied()} == let
    assert all((ROOT / name).exists() for name in copied())


def test_a_build_is_given_no_history_no_data_and_no_secret() -> None:
    lines = [line for line in IGNORED.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*", "nothing, but what is named"
    assert {"**/.*", "deploy/own"} <= set(lines)
    kept = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"/deploy/.env", "/deploy/own/"} <= set(kept)


def test_nothing_that_runs_is_left_out_of_it() -> None:
    lines = [line for line in IGNORED.read_text("utf-8").splitlines() if line.startswith("deploy/")]
    for line in lines:
        assert not list((ROOT / line).glob("**/*.py")), line
        assert not line.endswith(".py"), line


# ---------------------------------------------------------------- the health check


class Answers(BaseHTTPRequestHandler):
    """Ready at /readyz, not well at /healthz: one workspace of many is cut off."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()
        self.wfile.write(b'{"told": true}')

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        return


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def pulse(*arguments: str) -> tuple[int, str]:
    """As the image has it, but without any package that has to be installed (-S)."""
    [_, how] = last("HEALTHCHECK")[0].split(" CMD ")
    assert how == '["python3", "-P", "-m", "deploy.running.pulse", "/readyz"]', "one cut off of many is no reason"
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-m", "deploy.running.pulse", *arguments],
        env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_it_is_healthy_where_the_bot_says_that_it_is_ready(port: int) -> None:
    assert pulse("--port", str(port)) == (0, '200 {"told": true}\n')


def test_it_is_not_where_the_bot_says_that_something_is_amiss(port: int) -> None:
    assert pulse("/healthz", "--port", str(port)) == (1, '503 {"told": true}\n')


def test_whoever_only_asks_whether_it_is_alive_takes_any_answer(port: int) -> None:
    assert pulse("/healthz", "--port", str(port), "--alive") == (0, '503 {"told": true}\n')


def test_it_is_neither_where_nothing_answers(port: int) -> None:
    status, told = pulse("--port", "1", "--alive")
    assert status == 1
    assert told.startswith("Nothing answers at port 1 (ConnectionRefusedError)."), port


def test_the_health_check_asks_where_the_image_listens() -> None:
    status, told = pulse("--help")
    assert status == 0
    assert f"(default {last('EXPOSE')[0]})" in told
    assert "(default /readyz)" in told
    assert command("CMD")[-2:] == ["--host", "0.0.0.0"]  # noqa: S104  # in a container, nobody else is there
