"""CONTRIBUTING says where everything is: whoever follows it finds a file there, and every file of the core is on it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAP = [line for line in (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines() if line.startswith("| ")]
NAMED = re.compile(r"`([a-z_/]+\.py)`")


def places(line: str) -> list[str]:
    """The files of a row; one without a folder is in that of the one before it."""
    found: list[str] = []
    for name in NAMED.findall(line):
        folder = "" if "/" in name or not found else found[-1].rpartition("/")[0] + "/"
        found.append(folder + name)
    return found


def test_every_file_that_the_map_names_is_there():
    named = [place for line in MAP for place in places(line)]
    assert len(named) > 100
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_every_file_of_the_core_is_on_the_map():
    named = {place for line in MAP for place in places(line)}
    core = {f"bot/{file.name}" for file in (ROOT / "bot").glob("*.py")} - {"bot/__init__.py"}
    assert core - named == set()
