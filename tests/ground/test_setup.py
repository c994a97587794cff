"""The first five minutes: what `sh deploy/setup.sh` and `make` say and do on machines of all sorts.

In: the script in a folder of its own, on a PATH whose Pythons are played by small scripts. Out: exit codes, words, and
what those Pythons were asked to do. Never: installs anything, touches this checkout's .venv.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("python3.13", "python3.12", "python3.11", "python3", "python")

#: A name on PATH that runs nothing, as pyenv and the Windows store leave them about.
STUB = "#!/bin/sh\nexit 127\n"

#: Answers the question of setup.sh as such a Python would.
ANSWERS = "#!/bin/sh\necho '{answer}'\n"

#: Makes a .venv holding itself, and writes down what pip is asked to do.
WHOLE = """#!/bin/sh
case "$1 $2" in
    "-m venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python && echo "#!$(pwd -P)/.venv/bin/python" >.venv/bin/pip ;;
    "-m pip") echo "$@" >>asked.txt ;;
    *) echo '3.12 with-venv' ;;
esac
"""


class Machine:
    """A folder with the project's setup in it, and Pythons of one's choice."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.bin = home / "bin"
        self.checkout = home / "a checkout"  # with a space, as people's folders have
        (self.checkout / "deploy").mkdir(parents=True)
        self.bin.mkdir()
        for name in ("pyproject.toml", "deploy/setup.sh", "deploy/requirements.lock", "deploy/requirements-dev.lock"):
            shutil.copy(ROOT / name, self.checkout / name)
        for name in NAMES:
            self.python(name, STUB)

    def python(self, name: str, script: str) -> None:
        """Put a Python of this name on PATH."""
        path = self.bin / name
        path.write_text(script, "utf-8")
        path.chmod(0o755)

    def setup(self, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the script, from elsewhere, with nothing but these Pythons and the system's small tools."""
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.home), **environ}
        command = ["sh", str(self.checkout / "deploy" / "setup.sh"), *args]
        return subprocess.run(command, cwd=self.home, env=env, capture_output=True, text=True, timeout=60, check=False)

    def asked(self) -> list[str]:
        """What pip was asked to do since the last time, without the flags that never vary."""
        log = self.checkout / "asked.txt"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line.removeprefix("-m pip --quiet --disable-pip-version-check ") for line in lines]


RUN = ["install --require-hashes -r deploy/requirements.lock", "install --no-deps --no-build-isolation --editable ."]
DEV = ["install --require-hashes -r deploy/requirements-dev.lock", RUN[1]]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_python_that_is_too_old_is_named_with_the_mend(machine: Machine) -> None:
    machine.python("python3", ANSWERS.format(answer="3.9 with-venv"))
    done = machine.setup()
    assert done.returncode == 3
    assert "This needs Python 3.11 or later; python3 is Python 3.9." in done.stderr
    assert "PYTHON=/path/to/python3.12 sh deploy/setup.sh" in done.stderr


@pytest.mark.parametrize(("version", "code"), [("2.7", 3), ("3.10", 3), ("3.11", 4), ("3.20", 4), ("4.0", 4)])
def test_3_11_is_where_recent_begins(machine: Machine, version: str, code: int) -> None:
    machine.python("python", ANSWERS.format(answer=f"{version} without-venv"))
    assert machine.setup().returncode == code


def test_a_python_without_venv_gets_the_debian_mend(machine: Machine) -> None:
    machine.python("python3.11", ANSWERS.format(answer="3.11 without-venv"))
    done = machine.setup()
    assert done.returncode == 4
    assert "sudo apt install python3-venv" in done.stderr


def test_a_machine_without_python_is_told_what_to_install(machine: Machine) -> None:
    done = machine.setup()
    assert done.returncode == 2
    assert "No Python was found. This needs Python 3.11 or later." in done.stderr


def test_the_newest_python_that_serves_is_taken_whatever_comes_first(machine: Machine) -> None:
    machine.python("python3", ANSWERS.format(answer="3.9 with-venv"))
    machine.python("python3.13", ANSWERS.format(answer="3.13 without-venv"))
    machine.python("python3.12", WHOLE)
    done = machine.setup()
    assert (done.returncode, done.stderr) == (0, "")
    assert "Making .venv with python3.12" in done.stdout


def test_the_python_named_by_hand_is_the_only_one_tried(machine: Machine) -> None:
    machine.python("python3.12", WHOLE)
    machine.python("my python", ANSWERS.format(answer="3.8 with-venv"))
    done = machine.setup(PYTHON=str(machine.bin / "my python"))
    assert done.returncode == 3
    assert "my python is Python 3.8" in done.stderr


def test_packages_are_installed_by_hash_and_only_once(machine: Machine) -> None:
    machine.python("python3", WHOLE)
    assert machine.setup().returncode == 0
    assert machine.asked() == RUN
    again = machine.setup()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert machine.asked() == []


def test_who_can_test_can_run(machine: Machine) -> None:
    machine.python("python3", WHOLE)
    machine.setup()
    machine.asked()
    machine.setup("--dev")
    assert machine.asked() == DEV
    machine.setup()
    assert machine.asked() == []


@pytest.mark.parametrize("changed", ["pyproject.toml", "deploy/requirements.lock"])
def test_a_changed_lock_or_project_is_installed_anew(machine: Machine, changed: str) -> None:
    machine.python("python3", WHOLE)
    machine.setup()
    machine.asked()
    with (machine.checkout / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    machine.setup()
    assert machine.asked() == RUN


def test_a_moved_checkout_gets_a_venv_of_its_own(machine: Machine) -> None:
    # The scripts in .venv/bin name the folder they were made in, so a moved one runs the wrong Python or none.
    machine.python("python3", WHOLE)
    machine.setup()
    machine.asked()
    machine.checkout = machine.checkout.rename(machine.home / "moved")
    assert "Making .venv" in machine.setup().stdout
    assert machine.asked() == RUN


def test_an_install_that_fails_says_so_and_is_tried_again(machine: Machine) -> None:
    machine.python("python3", WHOLE.replace('echo "$@" >>asked.txt', "false"))
    done = machine.setup()
    assert done.returncode == 5
    assert "Is this machine online?" in done.stderr
    assert machine.setup().returncode == 5


def make(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Call make in this checkout; what is asked of it here changes nothing."""
    # `make test ARGS=...` hands its variables down, and they would stand in the commands looked at here.
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))
    } | environ
    return subprocess.run(["make", *args], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_make_alone_lists_what_can_be_made() -> None:
    listed = {line.split()[1] for line in make().stdout.splitlines()}
    known = "help setup try test postgres faults check format bench load lock licences sbom audit clean"
    assert listed == set(known.split())


def test_make_test_checks_format_lint_types_and_imports_before_it_tests() -> None:
    commands = [line for line in make("--dry-run", "test").stdout.splitlines() if line.startswith(".venv/bin/")]
    assert [command.removeprefix(".venv/bin/") for command in commands] == [
        "ruff format --check .",
        "ruff check .",
        "mypy",
        "lint-imports --no-logo",
        "bandit -q -c pyproject.toml -r bot adapters content storage deploy",
        "python -m pytest -n auto --maxprocesses 4 --dist worksteal ",
        "python -m tests.slack.typed .pytest_cache/sent-to-slack",
        "python -m tests.teams.drawn .pytest_cache/sent-to-teams",
        "python -m pytest --postgres -n auto --maxprocesses 4 --dist worksteal  || [ $? -eq 5 ]",
    ]


def test_a_machine_without_npm_is_nothing_to_make_a_fuss_about(tmp_path: Path) -> None:
    for tool in ("sh", "make", "cmp", "cp"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    done = make("node-tools", PATH=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
