"""Many councils in one file, offices that begin later, a council's own pack, a language: read whole, or refused."""

import re
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errors import UnsoundContent
from bot.pack import Proposal
from bot.settings import Change
from content import load
from content.settings import every, settings
from deploy.cli import main
from deploy.confirmed import applied
from deploy.documents import checking
from deploy.handbooks import handbook, seats, shipped
from deploy.settings import councils

EXAMPLE = (files("deploy") / "try.yaml").read_text(encoding="utf-8")
OURS = """councils:
  - council: barrow
    workspaces: {slack: T0BARROW}
    people:
      - {id: clerk, name: Ruth Ellison, offices: [clerk], accounts: ["slack:U1", "email:ruth@example.org"]}
    retention:
      formal: 36
  - council: southwell
    workspaces: {slack: T0SOUTH}
    people:
      - {id: ruth, name: Ruth Ellison, offices: [clerk], accounts: ["slack:U1", "email:ruth@example.org"]}
"""
PACK = (files("content") / "councils" / "barrow.yaml").read_text(encoding="utf-8")


def written(where: Path, text: str, name: str = "protocol-bot.yaml") -> Path:
    file = where / name
    file.write_text(text, encoding="utf-8")
    return file


def refused(where: Path, text: str) -> str:
    with pytest.raises(UnsoundContent) as wrong:
        every(written(where, text))
    return str(wrong.value)


# ---------------------------------------------------------------- several councils


def test_a_file_holds_one_council_or_many_and_each_has_its_own_settings(tmp_path):
    barrow, southwell = every(written(tmp_path, OURS))
    assert (barrow.council, barrow.retention.formal) == ("barrow", 36)
    assert (southwell.council, southwell.retention.formal) == ("southwell", 72)
    assert [own.council for own in every(written(tmp_path, EXAMPLE))] == ["barrow"]


def test_one_person_may_be_clerk_of_two_councils_with_the_same_e_mail_address(tmp_path):
    assert len({own.people[0].accounts[1] for own in every(written(tmp_path, OURS))}) == 1


def test_where_one_is_wanted_a_file_of_many_is_refused_and_of_one_in_a_list_is_not(tmp_path):
    with pytest.raises(UnsoundContent, match="is for 2 councils, and one is wanted here"):
        settings(written(tmp_path, OURS))
    assert settings(written(tmp_path, "councils:\n  - council: barrow\n")).council == "barrow"


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("formal: 36", "formal: soon", r"line 7, council barrow, retention\.formal: .* Write a number of months"),
        ("formal: 36", "fromal: 36", r"line 7, council barrow, retention\.fromal: there is no .* mean 'formal'"),
        ("name: Ruth Ellison, offices: [clerk]", "offices: [clerk]", r"line 5, council barrow, people\[0\]\.name"),
        ("id: ruth", "id: Ruth!", r"line 11, council southwell, people\[0\]\.id: 'Ruth!' is no id"),
        ("council: southwell", "council: barrow", r"line 8, council barrow, council: the council 'barrow' stands tw"),
        ("T0SOUTH", "T0BARROW", r"line 9, council southwell, workspaces\.slack: the workspace 'T0BARROW' .* barrow's"),
        ("id: ruth, name: Ruth Ellison, offices: [clerk], accounts: [\"slack:U1\"",
         "id: ruth, name: Ruth Ellison, offices: [clerk], accounts: [\"slack:T0BARROW:U1\"",
         r"line 11, council southwell, people\[0\]\.accounts: the workspace 'T0BARROW'.*belongs to one council"),
        ("  - council: southwell\n    works", "  - works", r"line 8, councils\[1\], council: this field is missing"),
        ("councils:\n", "quiet: {}\ncouncils:\n", r"line 1, quiet: it stands beside `councils`.*Put it inside each"),
        ("councils:\n", "peple: []\ncouncils:\n", r"line 1, peple: there is no such field\. Did you mean 'people'\?"),
        ("councils:\n", "zzz: []\ncouncils:\n", r"line 1, zzz: there is no such field\. Delete it\."),
        ("councils:\n", "counclis:\n", r"line 2, counclis: there is no such field\. Did you mean 'councils'\?"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_names_the_line_the_council_and_the_mend(tmp_path, change, to, said):
    assert change in OURS
    message = refused(tmp_path, OURS.replace(change, to, 1))
    assert message.startswith("protocol-bot.yaml, line ")
    assert re.search(said, message), message


@pytest.mark.parametrize("text", ["councils:\n", "councils: []\n", "councils: barrow\n", "councils:\n  barrow: {}\n"])
def test_councils_are_a_list_and_it_is_said_how_one_begins(tmp_path, text):
    message = refused(tmp_path, text)
    assert "councils: a list of councils belongs here. Begin each council with `- council:` and its id" in message


def test_two_hundred_councils_are_read_with_a_line_for_what_is_wrong_at_the_last(tmp_path):
    one = "  - council: c{0}\n    name: Council {0}\n    nation: wales\n    targets: {{answer: {1}}}\n"
    lots = "councils:\n" + "".join(one.format(n, 20) for n in range(200))
    assert len(every(written(tmp_path, lots))) == 200
    last = one.format(200, 0)
    assert "line 805, council c200, targets.answer: this must be at least 1" in refused(tmp_path, lots + last)


# ---------------------------------------------------------------- which of them


def test_one_of_many_is_named_and_a_near_name_is_offered(tmp_path):
    file = written(tmp_path, OURS)
    assert councils.of("southwell", file).council == "southwell"
    with pytest.raises(UnsoundContent, match=r"is for 2 councils: barrow, southwell\. Name one with --council ID\."):
        councils.of(None, file)
    with pytest.raises(UnsoundContent, match=r"is for barrow, southwell, not for sothwell\. Did you mean southwell\?"):
        councils.of("sothwell", file)


def test_a_council_stands_in_one_file_and_a_workspace_in_one_council_of_all_the_files(tmp_path):
    both = written(tmp_path, OURS)
    again = written(tmp_path, "council: barrow\n", "again.yaml")
    with pytest.raises(UnsoundContent, match=r"protocol-bot\.yaml and .*again\.yaml are both for barrow\. Each"):
        councils.read([both, again])
    taken = written(tmp_path, "council: twywell\nworkspaces: {slack: T0SOUTH}\n", "taken.yaml")
    with pytest.raises(UnsoundContent, match=r"taken\.yaml, council twywell: the workspace 'T0SOUTH' .* southwell's"):
        councils.read([both, taken])


# ---------------------------------------------------------------- offices with a first day


ELECTION = """council: barrow
people:
  - {id: old, name: Priya Nair, offices: [chair, councillor], ends: {chair: 2026-11-23}}
  - {id: new, name: Owen Pritchard, offices: [chair, councillor], starts: {chair: 2026-11-24}}
"""
ENDS = EXAMPLE.replace("# ends: {chair", "ends: {chair")
STARTS = EXAMPLE.replace("# ends: {chair: 2027-05-10}", "starts: {chair: 2027-05-11}\n    ends: {chair: 2028-05-09}")


@pytest.mark.parametrize(
    ("today", "holds"),
    [(date(2027, 5, 10), False), (date(2027, 5, 11), True), (date(2028, 5, 9), True), (date(2028, 5, 10), False)],
)
def test_an_office_is_held_from_its_first_day_to_its_last(tmp_path, today, holds):
    chair = next(seat for seat in seats(settings(written(tmp_path, STARTS)), today) if seat.id == "chair")
    assert ("chair" in chair.offices) is holds
    assert "councillor" in chair.offices


def in_the_chat(value: str, settled: datetime | None) -> Change:
    facts = {"id": "1", "council": "barrow", "by": "clerk", "at": "", "state": "confirmed"}
    return Change(what="office", name="chair", value=value, settled=settled, **facts)


def chairs(own, today: date) -> set[str]:
    return {seat.id for seat in seats(own, today) if "chair" in seat.offices}


@pytest.mark.parametrize("value", ["+chair until 2027-05-12", "-chair", "+chair"])
@pytest.mark.parametrize("settled", [None, datetime(2026, 5, 1, tzinfo=UTC), datetime(2027, 5, 10, 22, tzinfo=UTC)])
def test_what_the_chat_said_before_the_first_day_of_an_office_counts_for_nothing(tmp_path, value, settled):
    own = applied(settings(written(tmp_path, STARTS)), [in_the_chat(value, settled)])
    assert own == settings(written(tmp_path, STARTS))
    assert chairs(own, date(2027, 5, 10)) == set()
    assert chairs(own, date(2027, 5, 13)) == {"chair"}


def test_what_the_chat_says_from_that_day_on_outranks_the_file(tmp_path):
    first = datetime(2027, 5, 10, 23, 30, tzinfo=UTC)  # already the 11th in London
    own = settings(written(tmp_path, STARTS))
    assert chairs(applied(own, [in_the_chat("-chair", first)]), date(2027, 5, 11)) == set()
    shorter = applied(own, [in_the_chat("+chair until 2027-06-01", first)])
    assert chairs(shorter, date(2027, 6, 1)) == {"chair"}
    assert chairs(shorter, date(2027, 6, 2)) == set()


def test_a_change_that_names_no_day_does_not_put_off_the_last_one_of_the_file(tmp_path):
    own = settings(written(tmp_path, ENDS))
    before, after = (applied(own, [in_the_chat("+chair", datetime(2027, 5, day, 12, tzinfo=UTC))]) for day in (3, 11))
    assert chairs(before, date(2027, 5, 10)) == {"chair"}
    assert chairs(before, date(2027, 5, 11)) == set()
    assert chairs(after, date(2027, 5, 11)) == {"chair"}, "it was over, and is given anew"


@pytest.mark.parametrize("value", ["+new until 2026-05-12", "-new", "+new"])
def test_an_old_change_leaves_no_day_without_a_chair_at_an_election(tmp_path, value):
    own = settings(written(tmp_path, ELECTION))
    own = applied(own, [in_the_chat(value, datetime(2025, 5, 12, 12, tzinfo=UTC))])
    assert chairs(own, date(2026, 11, 23)) == {"old"}
    assert chairs(own, date(2026, 11, 24)) == {"new"}


def test_a_first_day_after_the_last_or_of_an_office_not_held_is_refused(tmp_path):
    said = refused(tmp_path, STARTS.replace("2028-05-09", "2027-05-10"))
    assert "people[3].starts.chair: 2027-05-11 is after its last day, 2027-05-10. Correct one of the two." in said
    said = refused(tmp_path, STARTS.replace("starts: {chair", "starts: {clerk"))
    assert "people[3].starts.clerk: this person does not hold that office" in said


# ---------------------------------------------------------------- a council's own pack


def of_its_own(where: Path, council: str = "ashcombe", extra: str = "") -> Path:
    packs = where / "packs"
    packs.mkdir(exist_ok=True)
    written(packs, PACK.replace("council: barrow", "council: ashcombe", 1), "ashcombe.yaml")
    return written(where, f"council: {council}\npack: packs/ashcombe.yaml\n{extra}")


def test_a_council_answers_from_its_own_pack_which_says_what_it_is_called(tmp_path, monkeypatch):
    file = of_its_own(tmp_path)
    monkeypatch.chdir("/")
    (own,) = councils.read([file])
    assert shipped(own).council == "ashcombe"
    assert handbook(shipped(own), settings=own).contents.pack.name == load.council("barrow").name


def test_a_pack_whose_name_no_file_can_have_is_refused_like_any_other(tmp_path):
    said = refused(tmp_path, 'council: ashcombe\npack: "a\\0b"\n')
    assert "protocol-bot.yaml, line 2, pack: this pack can't be used. Its name has a sign in it" in said


def test_merging_is_refused_with_its_mend(tmp_path):
    said = refused(tmp_path, "council: barrow\n<<: {language: en}\n")
    assert "protocol-bot.yaml, line 2, <<: merging is not read here. Write it out." in said


def test_check_names_a_councils_own_pack_and_tells_of_proposals_that_wait(tmp_path, monkeypatch, capsys):
    file = of_its_own(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--settings", str(file)]) == 0
    own = str(tmp_path / "packs" / "ashcombe.yaml")
    assert f"ashcombe: by its own protocol, as {own} has it. To look at" in capsys.readouterr().out

    pack = load.pack(Path(own))
    waits = Proposal(rule=pack.routes.rules[0], family="conduct", sentence="It is so.", pairs=())
    pack = replace(pack, proposed=(waits, waits))
    assert checking.waiting(own, pack) == f"; 2 proposed rules not in force: protocol-bot confirm {own}"
    assert checking.waiting(own, replace(pack, proposed=())) == ""


def test_a_pack_that_is_changed_is_read_anew(tmp_path):
    file = of_its_own(tmp_path)
    shipped(settings(file))
    pack = tmp_path / "packs" / "ashcombe.yaml"
    pack.write_text(pack.read_text("utf-8").replace("\nplace: ", "\nplace: New ", 1), encoding="utf-8")
    assert shipped(settings(file)).place.startswith("New ")


@pytest.mark.parametrize(
    ("council", "extra", "said"),
    [
        ("barrow", "", r"line 2, pack: .*ashcombe\.yaml is the pack of ashcombe, not of barrow\. Write the same id"),
        ("ashcombe", "nation: wales\n", r"line 3, nation: .*ashcombe\.yaml is in England\. Delete this line"),
        ("ashcombe", "bodies: {ombudsman-wales: {name: x, reach: y}}\n", r"this deals with .* in Wales only"),
    ],
    ids=["another", "nation", "body"],
)
def test_what_does_not_go_with_the_pack_is_refused(tmp_path, council, extra, said):
    file = of_its_own(tmp_path, council, extra)
    assert re.search(said, refused(tmp_path, file.read_text("utf-8")))


def test_a_pack_that_is_not_there_or_not_sound_is_told_with_the_settings_line(tmp_path):
    assert re.search(r"yaml, line 2, pack: this pack can't be used\. .*none\.yaml: can't be read: it is not there",
                     refused(tmp_path, "council: ashcombe\npack: none.yaml\n"))  # fmt: skip
    written(tmp_path, "council: [", "broken.yaml")
    assert "line 2, pack: this pack can't be used. broken.yaml, line 2" in refused(
        tmp_path, "council: ashcombe\npack: broken.yaml\n"
    )


# ---------------------------------------------------------------- a language


def test_the_bot_speaks_english_unless_it_is_told_otherwise_and_only_what_it_can(tmp_path):
    assert settings(written(tmp_path, "council: barrow\n")).language == "en"
    said = refused(tmp_path, "council: barrow\nlanguage: martian\n")
    assert f"line 2, language: the bot does not speak 'martian'. Choose from: {', '.join(load.languages())}." in said
    assert "en" in load.languages()
