"""The files by which the bot is deployed, read.

In: this checkout. Out: what stands in them. Never: changes one.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from deploy.settings.environment import SECRETS

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"
DOCKERFILE: Final = DEPLOY / "Dockerfile"
IGNORED: Final = ROOT / ".dockerignore"
COMPOSE: Final = DEPLOY / "compose.yaml"
CADDYFILE: Final = DEPLOY / "Caddyfile"
EXAMPLE: Final = DEPLOY / ".env.example"
ROLES: Final = DEPLOY / "roles.sh"
KUBERNETES: Final = DEPLOY / "kubernetes"
SYSTEMD: Final = DEPLOY / "systemd"
#: Of what may stand in a file, what need not: it says who the app is.
NO_SECRETS: Final = {"TEAMS_APP_ID", "TEAMS_TENANT_ID", "SLACK_CLIENT_ID"}
#: Whose the image's processes are.
NOBODY: Final = 10001
#: What is no variable of the bot's, but of what stands beside it.
OTHERS: Final = {"PUBLIC_HOST", "BOT", "PROTOCOL_BOT_VERSION", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}


def compose() -> dict[str, Any]:
    """What compose.yaml says, its anchors resolved."""
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return read


def manifests() -> list[tuple[str, dict[str, Any]]]:
    """Every object for the cluster, with the file that it stands in."""
    skipped = {"kustomization.yaml", "protocol-bot.yaml"}
    files = sorted(file for file in KUBERNETES.glob("*.yaml") if file.name not in skipped)
    return [(file.name, one) for file in files for one in yaml.safe_load_all(file.read_text("utf-8"))]


def pods() -> list[tuple[str, dict[str, Any]]]:
    """What each object that has pods says of one, by the object's name."""
    return [(one["metadata"]["name"], spec) for _, one in manifests() for spec in _pods(one)]


def _pods(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    spec = one.get("spec", {})
    if one["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    if "template" in spec:
        yield spec["template"]["spec"]


def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's stages: instructions with what belongs to them, lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[tuple[str, str]]] = []
    for line in text.splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            if word == "FROM":
                found.append([])
            if found:
                found[-1].append((word, re.sub(r"\s+", " ", rest.strip())))
    return found


def last(word: str) -> list[str]:
    """What belongs to every instruction of that name in the stage that runs."""
    return [rest for name, rest in stages()[-1] if name == word]


def command(word: str) -> list[str]:
    """An instruction's words, where it is in the form that starts no shell."""
    [rest] = last(word)
    words: list[str] = json.loads(rest[rest.index("[") :])
    return words


def unit(name: str) -> list[tuple[str, str]]:
    """The settings of a unit in their order, lines joined."""
    text = (SYSTEMD / name).read_text("utf-8").replace("\\\n", " ")
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return [(key.strip(), re.sub(r"\s+", " ", value.strip())) for key, _, value in pairs]


def read_by_the_bot() -> set[str]:
    """Every variable of the environment that means something to it, with the files that secrets may stand in."""
    told: dict[str, Any] = yaml.safe_load((ROOT / "content" / "meanings.yaml").read_text("utf-8"))["environment"]
    return set(told) | {f"{name}_FILE" for name in SECRETS}
