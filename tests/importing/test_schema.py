"""The published schema is today's, and says of a pack file what reading it says.

No validator of JSON Schema comes with the project: `problems` is a small one of our own, for the words in it.
"""

import json
import re
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from content import load
from content.importing.imported import Known, imported
from content.importing.written import written
from content.pack_schema import schema
from deploy.cli import main
from tests.importing.made import clause, heading, read
from tests.importing.truths import NAMES, outlined, truth

SCHEMA = schema()
KEPT = Path(__file__).parents[2] / "content" / "schema" / "pack.schema.json"
KEYWORDS = {
    "$schema", "$ref", "$defs", "title", "description", "type", "properties", "required", "additionalProperties",
    "items", "enum", "const", "pattern", "anyOf", "oneOf", "default", "prefixItems", "minItems", "maxItems",
}  # fmt: skip
TYPES = {"string": str, "object": dict, "array": list, "integer": int, "null": type(None)}


def problems(value, part, path="$"):
    """Each place where a value is not what a part of the schema says."""
    if "$ref" in part:
        yield from problems(value, SCHEMA["$defs"][part["$ref"].removeprefix("#/$defs/")], path)
    if "type" in part and (not isinstance(value, TYPES[part["type"]]) or isinstance(value, bool)):
        yield f"{path}: no {part['type']}: {value!r}"
        return
    if "enum" in part and value not in part["enum"]:
        yield f"{path}: {value!r} is none of {part['enum']}"
    if "const" in part and value != part["const"]:
        yield f"{path}: {value!r} is not {part['const']}"
    if "pattern" in part and not re.search(part["pattern"], value):
        yield f"{path}: {value!r} does not match"
    for word, wanted in (("anyOf", None), ("oneOf", 1)):
        if word in part:
            good = sum(not list(problems(value, one, path)) for one in part[word])
            if good == 0 or (wanted and good != wanted):
                yield f"{path}: {good} of {word} fit"
    if isinstance(value, dict):
        yield from in_object(value, part, path)
    if isinstance(value, list):
        yield from in_array(value, part, path)


def in_object(value, part, path):
    known = part.get("properties", {})
    yield from (f"{path}.{name} is missing" for name in part.get("required", ()) if name not in value)
    for name, one in value.items():
        if name in known:
            yield from problems(one, known[name], f"{path}.{name}")
        elif part.get("additionalProperties") is False:
            yield f"{path}.{name}: no such field"


def in_array(value, part, path):
    first = part.get("prefixItems", [])
    if not part.get("minItems", 0) <= len(value) <= part.get("maxItems", len(value)):
        yield f"{path}: {len(value)} entries"
    for i, one in enumerate(value):
        rest = part.get("items")
        each = first[i] if i < len(first) else rest if isinstance(rest, dict) else {}
        yield from problems(one, each, f"{path}[{i}]")


def in_yaml(text):
    """A file as an editor reads it: by YAML's own types, but for days, which JSON has no type for."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        key: [(tag, found) for tag, found in rows if tag != "tag:yaml.org,2002:timestamp"]
        for key, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader=Loader)  # noqa: S506 it is SafeLoader with a type less


def keywords(part):
    if isinstance(part, dict):
        for name, one in part.items():
            if name in ("properties", "$defs"):
                for inner in one.values():
                    yield from keywords(inner)
            else:
                yield name
                if name != "default":
                    yield from keywords(one)
    elif isinstance(part, list):
        for one in part:
            yield from keywords(one)


def test_these_tests_understand_every_word_of_the_schema():
    assert set(keywords(SCHEMA)) <= KEYWORDS


def test_the_schema_that_comes_with_the_project_is_what_the_command_prints(capsys):
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    assert printed == KEPT.read_text(encoding="utf-8"), "protocol-bot schema > content/schema/pack.schema.json"
    assert json.loads(printed) == SCHEMA


@pytest.mark.parametrize("council", load.councils())
def test_every_council_that_ships_is_as_the_schema_says(council):
    assert list(problems(in_yaml(written(load.council(council))), SCHEMA)) == []


@pytest.mark.parametrize("council", load.councils())
def test_the_shipped_files_themselves_are_as_the_schema_says(council):
    text = (load._HERE / "councils" / f"{council}.yaml").read_text(encoding="utf-8")
    assert list(problems(in_yaml(text), SCHEMA)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_imported_document_is_as_the_schema_says(name):
    told = truth(name)
    pack = imported(outlined(told), Known(council="ours", name=told["council"], nation="england")).pack
    assert list(problems(in_yaml(written(pack)), SCHEMA)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nation: england", "nation: scotland"),
        ("strength: none", "strength: strong"),
        ("adopted: not stated", "adopted: last May"),
        ("heading: Working together", "headline: Working together"),
        ("gaps:", "holes:"),
        ("level: 1", "level: one"),
    ],
)
def test_what_can_not_be_read_is_not_as_the_schema_says(old, new):
    text = written(replace(read(heading("Working together", "1."), clause("1.1", "Be kind.")).pack))
    assert old in text
    assert list(problems(in_yaml(text.replace(old, new, 1)), SCHEMA))


def test_no_body_says_which_kind_its_nodes_are():
    assert all("kind" not in SCHEMA["$defs"][name]["properties"] for name in ("Heading", "Clause"))
