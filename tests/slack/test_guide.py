"""What the guide to Slack tells is so.

In: the guide. Out: nothing. Never: a table that nobody holds to the code.
"""

import re
from pathlib import Path

from adapters.slack.manifest import PATH, SCOPES
from adapters.slack.refusals import REFUSALS
from deploy.platforms import slack

GUIDE = (Path(slack.__file__).parents[1] / "guide" / "slack.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a row of headings."""
    below = GUIDE.partition(heading)[2].partition("\n\n")[0]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in below.splitlines()[2:]]


def test_every_permission_the_app_asks_for_is_explained_and_no_other():
    assert {scope.strip("`"): why for scope, why in rows("| it asks for | what for |")} == SCOPES


def test_every_setting_it_names_is_read_and_every_one_that_is_read_is_named():
    told = {name.strip("`") for name, _ in rows("| setting | |")}
    source = Path(slack.__file__).read_text(encoding="utf-8")
    assert told == set(re.findall(r'"(SLACK_[A-Z_]+)"', source))


def test_what_slack_refuses_with_is_what_the_mends_are_for():
    told = set(re.findall(r"[a-z]+(?:_[a-z]+)+", "".join(row[0] for row in rows("| what you see |")))) - {
        "protocol_bot"
    }
    assert told
    assert told <= set(REFUSALS)


def test_slack_calls_the_bot_where_the_guide_says():
    assert f"POST {PATH}" in GUIDE
