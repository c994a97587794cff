"""A council's own settings: read whole, or refused with line, field and mend."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from adapters import OUTWARD, PLATFORMS
from bot.errors import UnsoundContent
from bot.routing import gaps
from bot.settings import Settings
from content import load
from content import settings_platforms as platforms
from content.settings import settings
from deploy.handbooks import handbook, seats
from deploy.settings import made_up

EXAMPLE = (files("deploy") / "try.yaml").read_text(encoding="utf-8")


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "protocol-bot.yaml"
    file.write_text(text, encoding="utf-8")
    return settings(file)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(UnsoundContent) as wrong:
        read(tmp_path, text)
    return str(wrong.value)


# ---------------------------------------------------------------- the file


def test_the_example_to_copy_is_sound_and_leaves_no_gap_at_any_council(tmp_path):
    assert read(tmp_path, EXAMPLE) == made_up.everywhere()
    for council in load.councils():
        own = made_up.settings_of(council)
        assert gaps(handbook(load.council(council), seats(own, date(2026, 11, 22)), settings=own)) == []


def test_a_council_alone_is_enough_and_everything_else_has_a_default(tmp_path):
    own = read(tmp_path, "council: barrow\n")
    assert (own.targets.acknowledge, own.quiet.begins, own.retention.formal) == (5, "18:00", 72)
    assert own.silent.formal == ("group",)


def test_the_example_says_of_every_default_what_it_is(tmp_path):
    own, bare = made_up.everywhere(), Settings(council="barrow")
    assert (own.targets, own.quiet, own.retention, own.silent) == (
        bare.targets,
        bare.quiet,
        bare.retention,
        bare.silent,
    )


@pytest.mark.parametrize("word", ["never", "6"])
def test_a_concern_may_be_kept_for_good_or_for_months(tmp_path, word):
    own = read(tmp_path, EXAMPLE.replace("formal: 72", f"formal: {word}"))
    assert own.retention.formal == ("never" if word == "never" else 6)


def test_every_platform_that_there_is_may_be_named_and_no_other():
    assert set(platforms.PLATFORMS) == {*PLATFORMS, *OUTWARD}


@pytest.mark.parametrize(
    "text", ["council: barow\n", "language: en\ncouncil: barow\n", "councils:\n- council: barow\n"]
)
def test_a_council_that_is_misspelt_is_refused_with_its_line_and_the_nearest(tmp_path, text):
    line = text[: text.index("barow")].count("\n") + 1
    said = refused(tmp_path, text)
    assert f"protocol-bot.yaml, line {line}, " in said
    assert "no protocol of 'barow' comes with the bot. Did you mean 'barrow'? For a council of your own" in said


def test_the_tenant_of_the_agents_playground_may_be_named(tmp_path):
    tenant = "00000000-0000-0000-0000-0000000000001"
    assert read(tmp_path, f"council: barrow\nworkspaces: {{teams: {tenant}}}\n").workspaces == {"teams": tenant}


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("council: barrow", "council: Barrow!", r"council: 'Barrow!' is no id\. Use small letters"),
        ("council: barrow\n", "", r"council: this field is missing\. Add it; deploy/try\.yaml shows"),
        (
            "paper: >-",
            "papper: x\npaper: >-",
            r"papper: there is no such field\. Did you mean 'paper'",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {Slack!: T1}",
            r"workspaces\.Slack!: 'Slack!' is no platform",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {email: x.org}",
            r"workspaces\.email: an e-mail address is in no",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {slack: ''}",
            r"workspaces\.slack: this is empty\. Write the w",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {slack: 'T1:U1'}",
            r"'T1:U1' is no workspace's id\. Write the",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {slack: T 1}",
            r"workspaces\.slack: 'T 1' is no workspace's id",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {slak: T012}",
            r"line \d+, workspaces\.slak: 'slak' is no platform\. Did you mean 'slack'\?",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {slack: foo}",
            r"'foo' is no Slack workspace's id\. Those begin with T",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {slack: E0123ABCD}",
            r"whole Slack organisation\. Write that of the",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {teams: not-a-tenant}",
            r"'not-a-tenant' is no tenant's id\. Those look",
        ),
        (
            "# workspaces: {slack: T0123ABCD}",
            "workspaces: {teams: 0B0A0A0A-0000-4000-8000-000000000001}",
            r"workspaces\.teams: '0B0A0A0A-.*' has capital letters\. Write it in small letters",
        ),
        ("web:visitor", "slak:U012", r"accounts: 'slak' is no platform\. Did you mean 'slack'"),
        ("web:visitor", "slack:C012", r"accounts: 'C012' is no Slack account's id\. Those begin with U or W"),
        ("web:visitor", "slack:foo:U012", r"accounts: 'foo' is no Slack workspace's id"),
        ("web:visitor", "teams:nowhere:1b", r"accounts: 'nowhere' is no tenant's id"),
        ("web:visitor", "teams:0B0A", r"accounts: '0B0A' has capital letters"),
        ("# workspaces: {slack: T0123ABCD}", "workspaces: T0123ABCD", r"workspaces: fields belong here, not a text"),
        (
            "# workspaces: {slack: T0123ABCD}",
            f"workspaces: {{slack: {'T' * 101}}}",
            r"an id of 101 characters is too long\. Write at most 100 characters\.",
        ),
        ("id: officer-2", "id: officer", r"people\[9\]\.id: the id 'officer' stands twice"),
        ("id: visitor", "id: The Visitor", r"people\[10\]\.id: 'The Visitor' is no id"),
        ("id: visitor", "id: group", r"'group' is what the delegated group is called"),
        ("id: visitor", "id: officer", r"people\[10\]\.id: 'officer' is an office that this person does not hold"),
        ("name: Alex Reed", "name: ' '", r"people\[10\]\.name: this is empty"),
        ("offices: [guest]", "offices: [geust]", r"people\[10\]\.offices\[0\]: 'geust' can't .* Did you mean 'guest'"),
        ("offices: [guest]", "offices: [xyz]", r"'xyz' can't stand here\. Choose from: chair, clerk, councillor"),
        ("offices: [guest]", "offices: []", r"people\[10\]\.offices: this is empty"),
        ("offices: [guest]", "offices: guest", r"offices: a list belongs here\. Write it in square brackets"),
        ("offices: [guest]", "offices: [guest, clerk]", r"a guest holds no office"),
        ("offices: [guest]", "offices: [officer, officer]", r"'officer' stands twice"),
        ("web:visitor", "web:clerk", r"the account 'web:clerk' stands twice"),
        ("web:visitor", "visitor", r"accounts: 'visitor' is no account\. Write platform:id"),
        ("web:visitor", "email:visitor", r"accounts: 'visitor' is no e-mail address\. Write email:name@example\.org\."),
        ("web:visitor", "email:barrow:a@b@c.org", r"accounts: 'a@b@c\.org' is no e-mail address"),
        (
            "web:visitor",
            f"web:{'x' * 280}",
            r"accounts: an account of 284 .* too long\. Write at most 283 characters\.",
        ),
        ("web:visitor", f"slack:T1:{'x' * 290}", r"account of 299 .* too long\. Write at most 290 characters\."),
        ("# ends: {chair: 2027-05-10}", "ends: {chair: 2027-02-31}", r"ends\.chair: this is no day that a calendar"),
        ("# ends: {chair: 2027-05-10}", "ends: {clerk: 2027-02-01}", r"ends\.clerk: this person does not hold"),
        ("# ends: {chair: 2027-05-10}", "ends: {chiar: 2027-02-01}", r"ends\.chiar: 'chiar' .* mean 'chair'"),
        ("members: [panel,", "members: [pannel,", r"group\.members: there is no person .* Did you mean 'panel'"),
        ("members: [panel,", "members: [officer,", r"group\.members: 'officer' is no councillor"),
        ("members: [panel,", "members: [panel-2,", r"group\.members: 'panel-2' stands twice"),
        ("name: Staffing Committee", "name: ''", r"group\.name: this is empty"),
        ("clerk: [chair, vice-chair]", "clerk: [chiar]", r"alternates\.clerk: 'chiar' is no office.*mean 'chair'"),
        ("clerk: [chair, vice-chair]", "clerk: [clerk]", r"'clerk' can't stand in for itself"),
        ("clerk: [chair, vice-chair]", "guest: [clerk]", r"alternates\.guest: a guest holds no office"),
        ("clerk: [chair, vice-chair]", "mayor: [clerk]", r"alternates\.mayor: 'mayor' can't stand here"),
        ("data_lead: [clerk,", "data_lead: [nobody-here,", r"data_lead: 'nobody-here' is no office.*Choose from"),
        ("administrators: [clerk]", "administrators: [clrk]", r"administrators: 'clrk' .* Did you mean 'clerk'"),
        ("  formal: [group]", "  formal: [grup]", r"silent\.formal: 'grup' .* Did you mean 'group'"),
        ("not_informal: []", "not_informal: [[clerk, clerk]]", r"not_informal\[0\]: nobody raises \[clerk, clerk\]"),
        ("  slcc:", "  slc:", r"bodies\.slc: there is no outside body 'slc'\. Did you mean 'slcc'"),
        ("  slcc:", "  small-group:", r"there is no outside body 'small-group'\. Choose from"),
        ("  slcc:", "  ombudsman-wales:", r"bodies\.ombudsman-wales: this deals with .* Wales only"),
        ("name: Independent adviser\n", "name: ''\n", r"bodies\.independent-adviser\.name: this is empty"),
        ("name: Independent adviser\n", "", r"bodies\.independent-adviser"),
        ("2027-05-10]", "2027-13-10]", r"meetings\[2\]: this is no day that a calendar has"),
        ("2027-05-10]", "2027-03-15]", r"meetings: 2027-03-15 stands twice"),
        ("acknowledge: 5", "acknowledge: 0", r"targets\.acknowledge: this must be at least 1"),
        ("acknowledge: 5", "acknowledge: 999", r"targets\.acknowledge: this must be at most 250"),
        ("acknowledge: 5", "acknowledge: soon", r"targets\.acknowledge: a whole number belongs here"),
        ('from: "18:00"', "from: 6pm", r"quiet\.from: this can't be read\. Write it on the 24-hour clock"),
        ('from: "18:00"', 'from: "08:30"', r"quiet: nobody could be reminded by day"),
        ('until: "08:30"', 'until: "17:45"', r"quiet: nobody could be reminded by day"),
        ("formal: 72", "formal: 0", r"retention\.formal: .* Write a number of months from 1 to 1200, or never"),
        ("formal: 72", "formal: nevr", r"retention\.formal: .* months from 1 to 1200, or never"),
        ("warn: 28", "warn: 90", r"retention\.warn: the warning would come before the concern ended: withdrawn"),
        ("meetings:", "paper: twice\nmeetings:", r"paper: 'paper' stands twice; the first is on line \d+"),
    ],
)
def test_wrong_settings_are_refused_with_line_field_and_mend(tmp_path, change, to, said):
    assert change in EXAMPLE
    message = refused(tmp_path, EXAMPLE.replace(change, to, 1))
    assert re.search(said, message), message
    assert re.match(r"protocol-bot\.yaml, line \d+, ", message)
    assert message.endswith((".", "?"))


@pytest.mark.parametrize("other", ["email:Jo.Hartley@Example.org", "email:barrow:jo.hartley@EXAMPLE.org"])
def test_a_mailbox_belongs_to_one_person_whatever_the_capitals(tmp_path, other):
    both = EXAMPLE.replace("web:visitor", "email:jo.hartley@example.org").replace("web:officer-2", other)
    assert re.search(
        r"the mailbox '.*' stands twice, capitals apart\. A mailbox belongs to one person", refused(tmp_path, both)
    )
    assert read(tmp_path, both.replace(other, "email:jo@example.org"))


NAMED = EXAMPLE.replace("# workspaces: {slack: T0123ABCD}", "workspaces: {slack: T0123ABCD}")


def test_the_line_that_names_a_workspace_can_be_used_as_it_stands_there(tmp_path):
    assert read(tmp_path, NAMED).workspaces == {"slack": "T0123ABCD"}
    assert read(tmp_path, EXAMPLE).workspaces == {}


def test_an_id_of_digits_needs_no_quotation_marks(tmp_path):
    own = read(tmp_path, EXAMPLE.replace("# workspaces: {slack: T0123ABCD}", "workspaces: {web: 0081384788765712384}"))
    assert own.workspaces == {"web": "0081384788765712384"}


def test_the_councils_own_workspace_counts_in_the_length_of_an_account(tmp_path):
    longest = f"slack:{'U' * (290 - len('slack:T0123ABCD:'))}"
    assert read(tmp_path, NAMED.replace("web:visitor", longest))
    said = refused(tmp_path, NAMED.replace("web:visitor", f"{longest}U"))
    assert "an account of 281 characters is too long. Write at most 280 characters." in said
    assert read(tmp_path, EXAMPLE.replace("web:visitor", f"{longest}UUU"))  # there the shorter “barrow” stands for it


def test_one_account_written_in_two_ways_still_belongs_to_one_person(tmp_path):
    both = NAMED.replace("web:visitor", "slack:U1").replace("web:officer-2", "slack:T0123ABCD:U1")
    assert "the account 'slack:T0123ABCD:U1' stands twice. An account belongs to one person." in refused(tmp_path, both)
    assert read(tmp_path, both.replace("slack:T0123ABCD:U1", "slack:T9:U1"))


def test_a_long_account_that_can_be_kept_may_be_used(tmp_path):
    longest = f"email:{'a' * 64}@{'.'.join(['b' * 60] * 3)}.org"
    assert longest in {
        account
        for person in read(tmp_path, EXAMPLE.replace("web:visitor", longest)).people
        for account in person.accounts
    }


@pytest.mark.parametrize("text", ["", "- a\n", "just words", "council: [a\n"])
def test_what_is_no_settings_file_at_all_is_refused_in_one_sentence(tmp_path, text):
    message = refused(tmp_path, text)
    assert "protocol-bot.yaml" in message
    assert "\n" not in message


def test_the_ombudsman_stands_where_a_welsh_council_would_name_the_monitoring_officer():
    wales, england = made_up.settings_of("crickhowell"), made_up.settings_of("southwell")
    assert "monitoring-officer" not in wales.bodies
    assert "CF35 5LJ" in wales.bodies["ombudsman-wales"].reach
    assert "monitoring-officer" in england.bodies
    assert "ombudsman-wales" not in england.bodies
