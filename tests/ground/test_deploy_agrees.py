"""What several files say about how the bot is deployed, they say alike; and the bot understands it."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from deploy.cli import parser
from tests.ground.deployed import (
    COMPOSE,
    DEPLOY,
    DOCKERFILE,
    EXAMPLE,
    KUBERNETES,
    OTHERS,
    ROOT,
    SYSTEMD,
    command,
    compose,
    last,
    pods,
    read_by_the_bot,
    stages,
    unit,
)

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
GUIDES = [DEPLOY / "guide" / name for name in ("deploying.md", "azure.md")]
#: A variable of the environment, as it stands in these files.
NAME = re.compile(r"\b(?:DATABASE|PROTOCOL_BOT|SLACK|TEAMS)_[A-Z][A-Z_]*[A-Z]\b")


@pytest.mark.parametrize(
    "file",
    [COMPOSE, EXAMPLE, DOCKERFILE, *sorted(KUBERNETES.iterdir()), *sorted(SYSTEMD.iterdir()), *GUIDES],
    ids=lambda file: file.name,
)
def test_every_variable_that_is_named_is_one_that_the_bot_reads(file: Path) -> None:
    named = set(NAME.findall(file.read_text("utf-8")))
    assert named - read_by_the_bot() - OTHERS == set()


def test_what_compose_asks_for_is_told_in_the_example_of_its_environment() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text("utf-8")))
    told = set(re.findall(r"^#? ?(\w+)=", EXAMPLE.read_text("utf-8"), re.MULTILINE))
    assert asked == told


def test_a_secret_named_in_the_example_is_where_compose_puts_it() -> None:
    told = dict(re.findall(r"^#? ?(\w+)_FILE=(\S+)", EXAMPLE.read_text("utf-8"), re.MULTILINE))
    assert told
    for variable, path in told.items():
        assert path == f"/run/secrets/{variable.lower()}"
        assert variable.lower() in compose()["secrets"]


def commands() -> list[tuple[str, list[str]]]:
    """Every line of arguments that these files give the program, by where it stands."""
    found = [("Dockerfile", command("CMD"))]
    found += [
        (name, one["command"])
        for name, one in compose()["services"].items()
        if "build" in one or "data:/data" in " ".join(one.get("volumes", ()))
    ]
    found += [(name, pod["containers"][0]["args"]) for name, pod in pods()]
    for file in sorted(SYSTEMD.glob("*[!@].service")):
        [line] = [value for key, value in unit(file.name) if key == "ExecStart"]
        found.append((file.name, shlex.split(line)[1:]))
    return found


@pytest.mark.parametrize(("where", "arguments"), commands(), ids=[where for where, _ in commands()])
def test_every_command_is_one_that_the_program_has(where: str, arguments: list[str]) -> None:
    assert parser().parse_args(arguments).run


def test_they_name_one_port_one_folder_and_one_file_of_settings() -> None:
    for where, arguments in commands():
        told = " ".join(arguments).replace("=", " ")
        assert ("--data /data" in told) == (not where.endswith(".service")), where
        if "--settings" in told:
            assert "--settings /etc/protocol-bot/protocol-bot.yaml" in told, where
        assert "--port" not in told, "8080, as everywhere"
    [bot] = [pod["containers"][0] for name, pod in pods() if name == "protocol-bot"]
    assert [str(bot["ports"][0]["containerPort"])] == last("EXPOSE") == ["8080"]
    metrics = {one["name"]: one.get("value") for one in bot["env"]}["PROTOCOL_BOT_METRICS"]
    assert metrics == compose()["services"]["bot"]["environment"]["PROTOCOL_BOT_METRICS"]
    assert metrics.endswith(f":{bot['ports'][1]['containerPort']}")


def test_the_version_is_the_projects() -> None:
    assert f"PROTOCOL_BOT_VERSION={VERSION}\n" in EXAMPLE.read_text("utf-8")
    assert compose()["services"]["bot"]["image"] == f"protocol-bot:${{PROTOCOL_BOT_VERSION:-{VERSION}}}"
    assert f"newTag: {VERSION} " in (KUBERNETES / "kustomization.yaml").read_text("utf-8")


def test_the_images_python_is_one_that_the_project_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "Programming Language :: Python :: 3.13" in project["classifiers"], "trixie's"
    assert "trixie" in DOCKERFILE.read_text("utf-8")


def scripts() -> list[tuple[str, str]]:
    """Every piece of shell in these files."""
    found = [(file.name, file.read_text("utf-8")) for file in (*DEPLOY.glob("*.sh"), *SYSTEMD.glob("*.sh"))]
    found += [
        (f"Dockerfile-{number}", rest)
        for number, (word, rest) in enumerate(pair for stage in stages() for pair in stage)
        if word == "RUN"
    ]
    for guide in GUIDES:
        blocks = re.findall(r"^ *```text\n(.*?)^ *```", guide.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        shell = [block for block in blocks if re.match(r" *(sudo|docker|kubectl|cd|az|curl|mkdir|for|sh) ", block)]
        found += [(f"{guide.name}-{number}", block) for number, block in enumerate(shell)]
    return found


@pytest.mark.parametrize(("name", "text"), scripts(), ids=[name for name, _ in scripts()])
def test_the_shell_in_them_is_shell(name: str, text: str) -> None:
    done = subprocess.run(["sh", "-n"], input=text, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
