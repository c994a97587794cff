"""Every setting and every variable is explained, with an example that the bot reads; page and schema are current."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from content import meanings, settings_schema
from content.settings import every
from deploy.cli import main
from deploy.platforms import mail, slack, slack_hosted, teams_given
from deploy.running import logs, metrics
from deploy.settings import environment
from storage.database import url

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "deploy" / "guide" / "settings.md"
EXAMPLE = ROOT / "deploy" / "try.yaml"
PACK = (ROOT / "content" / "councils" / "barrow.yaml").read_text(encoding="utf-8")
#: What a variable of ours looks like, and one that many programs mind.
_NAMES = re.compile(r"(DATABASE|PROTOCOL_BOT|SLACK|TEAMS)(_[A-Z]+)+|NO_COLOR")
#: Read by Slack's own library unless it is hidden from it; the bot reads it nowhere.
_HIDDEN = {"SLACK_VERIFICATION_TOKEN"}


def printed(capsys, *arguments: str) -> str:
    assert main(["settings", *arguments]) == 0
    return capsys.readouterr().out


# ---------------------------------------------------------------- current


def test_the_page_in_the_guides_is_what_the_command_prints(capsys):
    assert printed(capsys) == GUIDE.read_text("utf-8"), "protocol-bot settings > deploy/guide/settings.md"


def test_the_schema_that_comes_with_the_project_is_what_the_command_prints(capsys):
    kept = (ROOT / "content/schema/settings.schema.json").read_text("utf-8")
    assert printed(capsys, "--schema") == kept, "protocol-bot settings --schema > content/schema/settings.schema.json"


# ---------------------------------------------------------------- settings


def whole() -> dict[str, Any]:
    """Every field's example, in one council's settings."""
    return {one.path: plain(one.example) for one in meanings.settings() if "." not in one.path}


def plain(example: str) -> Any:
    return yaml.load(example, Loader=yaml.BaseLoader)  # noqa: S506  # it makes nothing but text, lists and mappings


def written(where: Path, council: dict[str, Any]) -> Path:
    (where / "ashcombe.yaml").write_text(PACK.replace("council: barrow", f"council: {council['council']}", 1), "utf-8")
    file = where / "protocol-bot.yaml"
    file.write_text(yaml.safe_dump(council, sort_keys=False), encoding="utf-8")
    return file


def test_all_the_examples_together_are_a_council(tmp_path):
    (own,) = every(written(tmp_path, whole()))
    assert own.council == "ashcombe-regis"


@pytest.mark.parametrize("path", [one.path for one in meanings.settings() if "." in one.path])
def test_an_example_inside_a_record_is_read_as_it_stands(tmp_path, path):
    """In the place of what stands there in the first entry."""
    example = next(one.example for one in meanings.settings() if one.path == path)
    council = whole()
    council["reviews"] |= {"documents": [{"id": "code", "name": "Code"}]}
    *above, name = path.split(".")
    inside: Any = council
    for step in above:
        inside = inside[step]
        inside = inside[0] if isinstance(inside, list) else inside
        inside = next(iter(inside.values())) if step == "bodies" else inside
    inside[name] = plain(example)
    assert every(written(tmp_path, council))


def test_every_setting_says_whether_it_is_needed_and_what_it_is_otherwise(tmp_path):
    told = {one.path: one for one in meanings.settings()}
    assert [path for path, one in told.items() if one.default is None and "." not in path] == ["council"]
    assert (told["quiet.from"].default, told["retention.formal"].default) == ('"18:00"', "72")
    assert told["retention.formal"].belongs == "a whole number from 1 to 1200 or never"
    assert told["language"].default == "en"


# ---------------------------------------------------------------- the schema


def test_the_schema_takes_the_example_to_copy_and_many_councils_and_nothing_misspelt():
    schema = settings_schema.schema()
    example = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    example = json.loads(json.dumps(example, default=str))  # days are text in a file
    jsonschema.validate(example, schema)
    jsonschema.validate({"councils": [example, {"council": "southwell"}]}, schema)
    for wrong in (
        {**example, "peple": []},
        {"councils": []},
        {"councils": [{}]},
        {**example, "targets": {"answer": 0}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_every_field_of_the_schema_says_what_it_is_for():
    parts = settings_schema.schema()["$defs"]
    fields = [field for part in parts.values() for field in part["properties"].values()]
    assert len(fields) == len(meanings.settings())
    assert all(field["description"] for field in fields)


# ---------------------------------------------------------------- the environment


def read_somewhere() -> Iterator[str]:
    """Every variable that a module of the project names."""
    for folder in ("bot", "adapters", "content", "storage", "deploy"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAMES.fullmatch(node.value):
                    yield node.value


def test_every_variable_that_the_code_reads_is_explained_and_no_other():
    named = {name for name in read_somewhere() if not name.endswith("_FILE")} - _HIDDEN
    files = {name for name in read_somewhere() if name.endswith("_FILE")}
    assert named | files == set(meanings.environment())


def test_every_secret_is_explained_and_may_stand_in_a_file(capsys):
    page = GUIDE.read_text("utf-8")
    assert set(environment.SECRETS) <= set(meanings.environment())
    assert all(f"| `{name}` *or a file* |" in page for name in environment.SECRETS)


def examples(*names: str) -> dict[str, str]:
    return {name: meanings.environment()[name].example for name in names}


def of_slack(environ: Mapping[str, str]) -> object:
    return slack.given({**examples("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"), **environ})


def of_hosted(environ: Mapping[str, str]) -> object:
    more = examples("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "PROTOCOL_BOT_URL")
    return slack_hosted.given({**more, **environ})


def of_teams(environ: Mapping[str, str]) -> object:
    more = examples("TEAMS_APP_ID", "TEAMS_TENANT_ID", "TEAMS_APP_PASSWORD")
    return teams_given.given({**more, **environ}, lambda: datetime.now(UTC), "127.0.0.1")


def of_managed(environ: Mapping[str, str]) -> object:
    return teams_given.given({**examples("TEAMS_APP_ID", "TEAMS_TENANT_ID"), **environ}, lambda: datetime.now(UTC), "")


def of_mail(environ: Mapping[str, str]) -> object:
    both = {**examples("PROTOCOL_BOT_SMTP_URL", "PROTOCOL_BOT_MAIL_FROM"), **environ}
    return mail.carriers(both, lambda: datetime.now(UTC), ())


#: What reads each of them. Paths of files, and what is not read but looked for, are left out.
READERS: dict[str, Callable[[Mapping[str, str]], object]] = {
    **dict.fromkeys(("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"), of_slack),
    "SLACK_API_URL": slack.api_url,
    **dict.fromkeys(("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "PROTOCOL_BOT_URL"), of_hosted),
    **dict.fromkeys(("TEAMS_APP_ID", "TEAMS_TENANT_ID", "TEAMS_APP_PASSWORD", "TEAMS_OPENID_URL"), of_teams),
    **dict.fromkeys(("TEAMS_LOGIN_URL", "TEAMS_ALLOWED_SERVICE_HOSTS"), of_teams),
    "TEAMS_MANAGED_IDENTITY": of_managed,
    "TEAMS_AUTH": lambda environ: teams_given.given(environ, lambda: datetime.now(UTC), "127.0.0.1"),
    **dict.fromkeys(("PROTOCOL_BOT_SMTP_URL", "PROTOCOL_BOT_MAIL_FROM"), of_mail),
    **dict.fromkeys(("PROTOCOL_BOT_LOG", "PROTOCOL_BOT_LOG_LEVEL"), logs.asked),
    "PROTOCOL_BOT_METRICS": metrics.asked,
    **{name: lambda environ: url(*environ.values()) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")},
}


@pytest.mark.parametrize("name", sorted(READERS))
def test_the_example_of_a_variable_is_one_that_the_bot_takes(name):
    assert READERS[name](examples(name))


def test_what_is_not_read_as_an_example_is_a_path_or_looked_for_only():
    left = set(meanings.environment()) - set(READERS)
    assert left == {"NO_COLOR", "PROTOCOL_BOT_KEYS_FILE", "TEAMS_APP_CERTIFICATE"}


def test_no_example_looks_like_a_real_secret():
    shown = [told.example for told in meanings.environment().values()]
    assert not any(re.search(r"xox[bp]-\d|xapp-\d", example) for example in shown)
