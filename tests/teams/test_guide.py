"""What the guide to Microsoft Teams tells is so.

In: the guide. Out: nothing. Never: a table that nobody holds to the code.
"""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.teams import PATH, tokens
from adapters.teams.manifest import ABOUT, PERMISSIONS, PRIVACY, TERMS, VERSION, manifest
from adapters.teams.refusals import REFUSALS
from bot.conversation import Buttons
from content import load
from content.settings import settings
from deploy.on_platforms import PACKAGE
from deploy.platforms import certificates, teams_given
from tests import tools
from tests.worlds import command

GUIDE = (Path(teams_given.__file__).parents[1] / "guide" / "teams.md").read_text(encoding="utf-8")
#: What Microsoft's word for a refusal looks like.
WORD = r"[A-Z][a-z]+(?:[A-Z][a-z]+)+|Unauthorized"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a row of headings."""
    below = GUIDE.partition(heading)[2].partition("\n\n")[0]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in below.splitlines()[2:]]


def test_every_permission_the_app_asks_for_is_explained_and_no_other():
    assert {name.strip("`"): why for name, why in rows("| it asks for | what for |")} == PERMISSIONS


def test_every_setting_it_names_is_read_and_every_one_that_is_read_is_named():
    told = {name.strip("`") for name, _ in rows("| setting | |")}
    source = Path(teams_given.__file__).read_text(encoding="utf-8")
    assert told == set(re.findall(r'= "(TEAMS_[A-Z_]+)"', source))


def test_what_teams_refuses_with_is_what_the_mends_are_for():
    told = set(re.findall(WORD, "".join(row[0] for row in rows("| what you see |"))))
    assert told
    assert told <= set(REFUSALS)


def test_the_numbers_of_microsofts_login_are_those_that_have_a_mend():
    told = {int(number) for number in re.findall(r"AADSTS(\d+)", GUIDE)}
    source = Path(tokens.__file__).read_text(encoding="utf-8")
    assert told <= {int(number) for number in re.findall(r"^    (\d+): _", source, re.MULTILINE)}
    assert len(told) == 4


def test_microsoft_calls_the_bot_where_the_guide_says():
    assert f"@bot path {PATH} {ABOUT} {PRIVACY} {TERMS}\n" in GUIDE
    assert f"https://protocol.example.org{PATH}`" in GUIDE


def test_the_package_is_called_as_the_guide_says():
    assert f"It writes `{PACKAGE}`." in GUIDE


def test_the_first_settings_it_shows_can_be_read(tmp_path):
    [shown] = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    file = tmp_path / "protocol-bot.yaml"
    file.write_text(shown, encoding="utf-8")
    own = settings(file)
    assert own.council in load.councils()
    assert teams_given.UUID.fullmatch(own.workspaces["teams"])
    assert f"{teams_given.TENANT}={own.workspaces['teams']}\n" in GUIDE


def test_the_one_table_of_differences_leaves_no_platform_out_in_any_row():
    table = rows("| | browser chat | Slack | Microsoft Teams |")
    assert len(table) > 10
    assert all(len(row) == 4 and all(row) for row in table)


def test_what_the_bot_says_is_quoted_to_the_letter():
    words = load.words()
    assert f"“{words('teams-no-council').split('. ')[0]}.”" in GUIDE
    assert words("teams-ask-again").startswith("This button is from a while ago")
    assert f"*{words('teams-open-form')}*" in GUIDE


async def test_the_way_to_a_concern_has_the_buttons_that_it_names(bot):
    shown = (await bot.hear(command("concern"))).post
    [offered] = [block.buttons for block in shown.blocks if isinstance(block, Buttons)]
    told = " ".join(GUIDE.split())
    assert "with the buttons {}, {} and {}.".format(*(f"*{button.label}*" for button in offered)) in told
    words = load.words()
    assert f"with the buttons {words('open-it')} and {words('cannot-take')}](../pictures/teams-notice.png)" in told


def test_what_it_says_is_offered_after_a_slash_is():
    shared = manifest("https://protocol.example.org", "0f8fad5b-d9cb-469f-a165-70867728950e")["bots"][0][
        "commandLists"
    ][1]
    assert shared["triggers"] == ["mention", "slash"]
    assert "choose a command (`protocol` tells of all)" in GUIDE
    assert "protocol" in [one["title"] for one in shared["commands"]]


def test_a_package_to_update_one_with_is_higher_than_the_first():
    assert f"`--version` (`1.0.1`; the first is\n`{VERSION}`)" in GUIDE


def test_the_certificate_that_it_shows_how_to_make_is_taken_and_nobody_else_can_read_its_key(tmp_path):
    tools.openssl()
    [recipe] = re.findall(r"^```text\n(umask 077\nopenssl .*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    subprocess.run(["sh", "-euc", recipe], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert {file.name for file in tmp_path.iterdir()} == {"private.pem", "public.pem"}
    file = tmp_path / "private.pem"
    assert file.stat().st_mode & 0o077 == 0
    now = datetime.now(UTC) + timedelta(minutes=1)
    assert certificates.read(str(file), teams_given.CERTIFICATE, now)
    assert "It ends after 365 days" in GUIDE
    with pytest.raises(certificates.ProtocolBotError, match="ended on"):
        certificates.read(str(file), teams_given.CERTIFICATE, now + timedelta(days=365))


@pytest.mark.parametrize("name", ["teams.md", "slack.md"])
def test_a_file_of_secrets_is_closed_to_others_before_anything_is_in_it(name):
    guide = (Path(teams_given.__file__).parents[1] / "guide" / name).read_text(encoding="utf-8")
    laid = [place.start() for place in re.finditer("sudo sh deploy/systemd/lay.sh", guide)]
    filled, begun = guide.index("sudoedit /etc/protocol-bot/secrets/"), guide.index("sudo protocol-bot run")
    assert len(laid) == 2, "it closes them (tests/ground/test_deploy_systemd.py); then it hands them over"
    assert laid[0] < filled < laid[1] < begun
