"""The locks: what is installed is what was read, and from wherever the machine gets its packages.

In: deploy/requirements*.lock, package-lock.json files, pyproject.toml. Out: a verdict. Never: asks a registry.
"""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
RUN = ROOT / "deploy" / "requirements.lock"
DEV = ROOT / "deploy" / "requirements-dev.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

#: A pinned package with its hashes: one or more, each on a line of its own, the lines joined by backslashes.
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>[^\\\n]+?))?(?: \\\n {4}--hash=sha256:[0-9a-f]{64})+\n"
)


def pins(lock: Path) -> dict[str, str]:
    """Every package a lock holds: its name and its whole entry."""
    return {found["name"]: found[0] for found in PIN.finditer(lock.read_text("utf-8"))}


def wanted(*groups: str, extras: tuple[str, ...] = ()) -> list[Requirement]:
    """What pyproject.toml asks for: the core, and these groups and extras."""
    lines: list[str | dict[str, str]] = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        lines += PROJECT["project"]["optional-dependencies"][extra]
    for group in groups:
        lines += PROJECT["dependency-groups"][group]
    return [Requirement(line) for line in lines if isinstance(line, str)]


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_a_pin_with_its_hashes_and_nothing_else(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert pins(lock)
    assert [line for line in PIN.sub("", text).splitlines() if not line.startswith("#")] == []


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda lock: lock.name)
def test_a_lock_carries_no_address_of_a_registry_and_no_path_of_a_machine(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert not re.search(r"//|index|find-links|file:| @ |(?<![\w-])/\w", text)


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        (RUN, wanted("build", extras=("import", "slack", "teams", "postgres"))),
        (DEV, wanted("build", "test", "check", extras=("import", "slack", "teams", "postgres"))),
    ],
    ids=["run", "dev"],
)
def test_all_that_the_project_asks_for_is_pinned_at_a_version_it_accepts(
    lock: Path, requirements: list[Requirement]
) -> None:
    held = {found["name"]: found["version"] for found in PIN.finditer(lock.read_text("utf-8"))}
    amiss = [str(r) for r in requirements if not r.specifier.contains(held.get(canonicalize_name(r.name), "0"))]
    assert amiss == [], "run `make lock`"


def test_what_runs_in_tests_is_what_runs_in_earnest() -> None:
    dev = pins(DEV)
    assert {name: entry for name, entry in pins(RUN).items() if dev.get(name) != entry} == {}


def test_what_npm_installs_is_pinned_by_hash_and_carries_no_address() -> None:
    locks = [p for p in (ROOT / "tests").rglob("package-lock.json") if "node_modules" not in p.parts]
    for lock in locks:
        packages = {k: v for k, v in json.loads(lock.read_text("utf-8"))["packages"].items() if k}
        assert all("integrity" in entry and "resolved" not in entry for entry in packages.values()), lock
