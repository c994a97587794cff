"""What it runs on: every package known by name, version, hash and licence, and the code looked over by bandit.

In: the locks, pyproject.toml, what is installed here. Out: a verdict. Never: asks a registry.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply import licences, packages, sbom

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "deploy" / "requirements.lock").read_text("utf-8")


@pytest.fixture(scope="module")
def running() -> list[packages.Package]:
    return packages.running()


@pytest.fixture(scope="module")
def bill() -> dict:
    return json.loads(sbom.written())


# ---------------------------------------------------------------- licences


def test_no_package_has_a_licence_that_nobody_has_allowed(running: list[packages.Package]) -> None:
    assert licences.unexpected(running) == []


def test_a_licence_that_nobody_has_allowed_is_found_in_whatever_it_is_hidden(running: list[packages.Package]) -> None:
    for licence in ("AGPL-3.0-only", "MIT AND GPL-3.0-or-later", "(MIT AND BUSL-1.1) OR Apache-2.0"):
        assert licences.unexpected([running[0]._replace(licence=licence)]) != []


def test_the_table_of_licences_is_the_lock_s(running: list[packages.Package]) -> None:
    assert licences.FILE.read_text("utf-8") == licences.table(running), "run `make licences`"


def test_every_pin_of_the_lock_is_in_the_table(running: list[packages.Package]) -> None:
    pinned = re.findall(r"^([a-z0-9-]+)==([^ ;]+)", LOCK, re.MULTILINE)
    assert sorted(pinned) == [(one.name, one.version) for one in running]
    assert all(one.hashes for one in running)


def test_what_is_said_of_a_licence_by_hand_is_of_a_package_that_is_here(running: list[packages.Package]) -> None:
    assert set(packages.SAID) <= {one.name for one in running}
    assert {one.name for one in running} >= packages.FOR_BUILDING


# ---------------------------------------------------------------- the bill of materials


def test_the_bill_of_materials_is_sound_cyclonedx() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.written()) is None


def test_the_bill_of_materials_is_the_same_every_time_and_tells_no_time_no_machine_and_no_registry() -> None:
    text = sbom.written()
    assert text == sbom.written()
    assert not re.search(r"serialNumber|timestamp|file:|[\"' ]/(?:home|work|usr|opt|tmp)/", text)
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"cyclonedx.org"}


def test_the_bill_of_materials_has_every_hash_of_the_lock(bill: dict) -> None:
    told = {
        one["content"]
        for component in bill["components"]
        for reference in component["externalReferences"]
        for one in reference["hashes"]
    }
    assert told == set(re.findall(r"sha256:([0-9a-f]{64})", LOCK))


def test_every_package_of_the_bill_of_materials_is_there_because_something_needs_it(bill: dict) -> None:
    needs = {one["ref"]: set(one["dependsOn"]) for one in bill["dependencies"]}
    reached, todo = set(), [bill["metadata"]["component"]["bom-ref"]]
    while todo:
        more = needs[todo.pop()] - reached
        reached |= more
        todo += more
    assert {one["purl"] for one in bill["components"]} - reached == set()


def test_make_writes_the_bill_of_materials_where_nothing_is_committed(tmp_path: Path) -> None:
    file = tmp_path / "dist" / "sbom.cdx.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.supply.sbom", str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert file.read_text("utf-8") == sbom.written()
    assert "dist/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


# ---------------------------------------------------------------- bandit


def bandit(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "weak",
    [
        "import hashlib\nprint(hashlib.md5(b'x').hexdigest())\n",
        "import yaml\nprint(yaml.load('x', Loader=yaml.Loader))\n",
        "import requests\nrequests.get('https://example.org', verify=False, timeout=3)\n",
    ],
    ids=["a-weak-hash", "yaml-that-runs-code", "a-certificate-that-is-not-checked"],
)
def test_bandit_finds_what_is_weak(weak: str, tmp_path: Path) -> None:
    file = tmp_path / "weak.py"
    file.write_text(weak, "utf-8")
    assert bandit(file).returncode == 1


def test_what_bandit_leaves_out_ruff_looks_at() -> None:
    left = PROJECT["tool"]["bandit"]["skips"]
    lint = PROJECT["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    spared = {rule for rules in (lint["ignore"], lint["per-file-ignores"]["deploy/**"]) for rule in rules}
    for rule in set(left) - {"B404"}:  # that one finds that `subprocess` is imported, S603 each use of it
        assert f"S{rule.removeprefix('B')}" not in spared


def test_nothing_is_hidden_from_bandit_without_a_reason() -> None:
    for package in ("bot", "adapters", "content", "storage", "deploy"):
        for file in (ROOT / package).rglob("*.py"):
            for line in file.read_text("utf-8").splitlines():
                if "nosec" in line:
                    assert re.search(r"# nosec B\d{3} +# \w", line), f"{file}: {line}"
