"""The app package, as the command writes it, against Microsoft's own schemas (npm, `@microsoft/app-manifest`)."""

import json
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from adapters.teams.manifest import WITH_SLASH, WITHOUT_SLASH, manifest
from deploy.cli import main
from tests.tools import teams_cards

URL, APP = "https://protocol.example.org", "7f3e9b52-0a39-4a0c-8f6e-2b6d6c7d8e90"


def unfit(told: dict[str, Any]) -> list[str]:
    """What does not fit the schema of the version that the manifest names."""
    command = ["node", teams_cards() / "schema.cjs"]
    done = subprocess.run(
        command, input=json.dumps(told), capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    return json.loads(done.stdout)


def written(file: Path, *more: str) -> dict[str, Any]:
    """The manifest in the package that the command writes."""
    main(["manifest", "teams", "--url", URL, "--app-id", APP, "--out", str(file), *more])
    with ZipFile(file) as package:
        return json.loads(package.read("manifest.json"))


@pytest.mark.parametrize(
    ("more", "version"), [((), WITH_SLASH), (("--no-slash",), WITHOUT_SLASH)], ids=["slash", "no-slash"]
)
def test_the_manifest_fits_microsofts_schema_of_its_version(
    more: tuple[str, ...], version: str, tmp_path: Path
) -> None:
    told = written(tmp_path / "package.zip", *more)
    assert told["manifestVersion"] == version
    assert told["$schema"].endswith(f"/v{version}/MicrosoftTeams.schema.json")
    assert unfit(told) == []


def test_a_package_to_update_one_with_has_the_version_it_is_given_and_fits_too(tmp_path: Path) -> None:
    told = written(tmp_path / "package.zip", "--version", "1.0.1")
    assert told["version"] == "1.0.1"
    assert unfit(told) == []


@pytest.mark.parametrize("slash", [True, False], ids=["slash", "no-slash"])
def test_the_longest_address_that_is_taken_fits_it_too(slash: bool) -> None:
    longest = URL + "/" + "p" * (2040 - len(URL) - 1)
    assert unfit(manifest(longest, APP, slash=slash)) == []


def test_slash_commands_need_the_higher_version() -> None:
    wrong = unfit(manifest(URL, APP) | {"manifestVersion": WITHOUT_SLASH})
    assert any("supportsTargetedMessages" in line for line in wrong)
    assert any("triggers" in line for line in wrong)


@pytest.mark.parametrize("missing", ["id", "developer", "icons"])
def test_the_schema_says_what_is_missing(missing: str) -> None:
    told = manifest(URL, APP)
    del told[missing]
    assert unfit(told) == [f' must have required property \'{missing}\' {{"missingProperty":"{missing}"}}']
