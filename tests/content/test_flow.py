"""First things first, and what the law adds: there for both nations, kind, sourced, and never the other nation's."""

import re

import pytest

from bot.errors import UnsoundContent
from content import load, wording
from tests.core.test_kind_words import NEVER

FLOW = load.flow()
TEXT = (load._HERE / "flows" / "concern.yaml").read_text(encoding="utf-8")
FIRST = ("danger", "crime", "at-risk", "harassment", "retaliation", "safety", "whistle", "formal", "code")
NATIONS = ("england", "wales")


def said(nation: str) -> str:
    """Everything that a council of this nation may be shown."""
    things = [thing for thing in FLOW.first if nation in thing.nations]
    notes = [note for note in FLOW.law if nation in note.nations]
    helps = [help for thing in things for help in thing.help if nation in help.nations]
    return "\n".join(
        [f"{thing.label}\n{thing.says}" for thing in things]
        + [f"{help.name}\n{help.how}\n{help.source}" for help in helps]
        + [f"{note.says}\n{note.source}" for note in notes]
    )


@pytest.mark.parametrize("nation", NATIONS)
def test_what_must_not_wait_is_there_for_both_nations_in_this_order(nation):
    assert tuple(thing.id for thing in FLOW.first if nation in thing.nations) == FIRST


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("id", FIRST)
def test_each_names_somebody_who_can_help_and_ends_in_nothing_for_nobody(id, nation):
    thing = FLOW.thing(id, nation)
    assert [help for help in thing.help if nation in help.nations]
    assert thing.leads == ("conduct" if id == "code" else "formal")


@pytest.mark.parametrize(
    ("id", "nation", "numbers"),
    [
        ("danger", "england", ["999"]),
        ("crime", "wales", ["999", "101", "0808 80 10 800"]),
        ("at-risk", "england", ["0808 800 5000"]),
        ("harassment", "england", ["0300 123 1100", "0808 800 0082", "0808 500 2222", "0300 323 0169"]),
        ("whistle", "england", ["020 3117 2520", "nao.org.uk"]),
        ("whistle", "wales", ["020 3117 2520", "029 2032 0522"]),
        ("code", "wales", ["0300 790 0203", "CF35 5LJ"]),
    ],
)
def test_numbers_are_those_that_were_looked_up(id, nation, numbers):
    shown = " ".join(help.how for help in FLOW.thing(id, nation).help if nation in help.nations)
    assert [number for number in numbers if number not in shown] == []


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("when", ["conduct", "written", "whistle"])
def test_every_note_on_the_law_has_its_source_and_the_month_it_was_looked_up(when, nation):
    notes = FLOW.notes(when, nation)
    assert len(notes) == 1
    assert notes[0].source
    assert re.fullmatch(r"20\d\d-\d\d", notes[0].checked)


def test_in_england_a_grievance_does_not_decide_on_a_councillors_conduct():
    note = FLOW.notes("conduct", "england")[0]
    assert "[2018] EWHC 1151 (Admin)" in note.source
    assert "Localism Act 2011, section 28" in note.source
    assert "monitoring officer" in note.says


def test_in_wales_it_is_the_ombudsman_and_never_the_localism_act_or_a_monitoring_officer():
    note = FLOW.notes("conduct", "wales")[0]
    assert "Public Services Ombudsman for Wales" in note.says
    assert "Local Government Act 2000, section 69" in note.source
    assert not re.search(r"localism|ledbury|monitoring officer|2011", said("wales"), re.IGNORECASE)


def test_in_england_nobody_is_sent_to_the_ombudsman_for_wales():
    assert not re.search(r"wales|ombudsman", said("england"), re.IGNORECASE)


@pytest.mark.parametrize("nation", NATIONS)
def test_a_councillor_is_promised_no_protection_for_whistleblowing(nation):
    assert "nothing here promises a councillor that protection" in FLOW.notes("whistle", nation)[0].says


@pytest.mark.parametrize("nation", NATIONS)
def test_nothing_doubts_or_hurries_anybody(nation):
    shown = said(nation).casefold()
    assert [phrase for phrases in NEVER.values() for phrase in phrases if phrase in shown] == []


def test_no_council_is_named():
    assert not re.search(r"barrow|southwell|twywell|crickhowell|leigh|powys", said("england"), re.IGNORECASE)
    assert not re.search(r"barrow|southwell|twywell|crickhowell|leigh", said("wales"), re.IGNORECASE)


@pytest.mark.parametrize(
    ("change", "to", "message"),
    [
        ("id: danger", "id: crime", r"line \d+, first\[1\]\.id: 'crime' stands twice for england"),
        ("id: danger", "id: In danger", r"first\[0\]\.id: 'In danger' is no id"),
        ("checked: 2026-11}", "checked: last week}", r"checked: 'last week' is no month"),
        (
            "    leads: conduct\n    nations: [england]",
            "    nations: [england]",
            r"nothing leads to 'conduct' in england",
        ),
        (
            "    leads: conduct",
            "    leads: nowhere",
            r"first\[8\]\.leads: 'nowhere' can't stand here\. Choose from: conduct, formal",
        ),
        ("    when: written", "    when: whistle", r"there is no note on 'written'"),
        ("source: Acas Code", "sorce: Acas Code", r"there is no such field\. Did you mean 'source'"),
        (
            "    help:\n      - *acas\n  - id: code",
            "    help: []\n  - id: code",
            r"it names nobody who can help in england",
        ),
        ("says: You can. The informal", "says: ''\n    xsays: The informal", r"there is no such field"),
        ("how: Ring 999,", "how: '',", r"the name or how to reach it is empty"),
    ],
)
def test_a_wrong_flow_is_refused_with_line_field_and_mend(tmp_path, change, to, message):
    assert change in TEXT
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "concern.yaml").write_text(TEXT.replace(change, to, 1), encoding="utf-8")
    with pytest.raises(UnsoundContent) as wrong:
        wording.flow(tmp_path, wording.ENGLISH)
    assert re.search(message, str(wrong.value)), wrong.value
    assert str(wrong.value).startswith("concern.yaml, line ")
