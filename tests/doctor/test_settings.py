"""What the doctor says of settings and wordings."""

from datetime import UTC, datetime, timedelta

from tests.doctor.made import council, someone


def without(office: str) -> list[dict]:
    return [one for one in council()["people"] if office not in one["offices"]]


def soon(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def test_a_council_in_which_nothing_is_missing_is_fine(patient):
    found = await patient.looked()
    of_settings = [one for one in found.all if one.area == "settings"]
    assert {one.state for one in of_settings} == {"fine"}, of_settings
    assert {one.check for one in of_settings} >= {
        "read",
        "routes",
        "offices",
        "data-lead",
        "administrators",
        "meetings",
    }
    assert found.state("settings", "routes") == "fine"


async def test_settings_that_can_not_be_read_are_wrong_and_the_rest_is_looked_at(patient):
    patient.file.write_text("council: barrow\npeopel: []\n", encoding="utf-8")
    found = await patient.looked()
    assert found.state("settings", "read") == "wrong"
    assert "line 2" in found.told("settings", "read")
    assert found.state("environment", "python") == "fine"


async def test_no_settings_at_all_are_wrong(patient):
    found = await patient.looked(files=[patient.folder / "elsewhere.yaml"])
    assert found.state("settings", "read") == "wrong"


async def test_a_vacant_office_is_wrong(patient):
    patient.settled(council(people=without("chair"), alternates={"clerk": ["vice-chair"]}))
    found = await patient.looked()
    assert found.state("settings", "offices") == "wrong"
    assert "chair" in found.told("settings", "offices")


async def test_a_chair_who_can_not_be_told_anything_is_wrong_and_not_called_vacant(patient):
    people = [one | {"accounts": []} if "chair" in one["offices"] else one for one in council()["people"]]
    patient.settled(council(people=people))
    found = await patient.looked()
    (one,) = found("settings", "offices")
    assert one.state == "wrong"
    assert "can't be told anything" in one.told
    assert "Nobody holds" not in found.whole


async def test_that_somebody_can_be_told_is_not_said_where_nobody_could_raise_anything(patient):
    patient.settled(council(people=[someone("ruth", "clerk")], group=None, alternates={}, data_lead=["clerk"]))
    found = await patient.looked()
    assert found.state("settings", "routes") == "look"
    assert "Nobody who is listed could raise a concern" in found.told("settings", "routes")


async def test_whoever_could_not_be_told_of_a_concern_is_wrong(patient):
    people = [someone("ruth", "clerk"), someone("jo", "councillor")]
    patient.settled({"council": "barrow", "workspaces": {"slack": "T0BARROW77"}, "people": people})
    found = await patient.looked()
    assert found.state("settings", "routes") == "wrong"
    assert all(one.mend for one in found("settings", "routes"))


async def test_a_gap_that_keeps_nobody_from_anything_is_worth_a_look(patient):
    patient.settled(council(paper=""))
    found = await patient.looked()
    assert found.state("settings", "gaps") == "look"
    assert "paper" in found.told("settings", "gaps")


async def test_an_office_that_nobody_will_hold_soon_is_worth_a_look(patient):
    people = council()["people"]
    people[1]["ends"] = {"chair": soon(30)}
    patient.settled(council(people=people))
    assert "the chair" in (await patient.looked()).told("settings", "ends")
    people.append(someone("next", "chair", "councillor", starts={"chair": soon(31)}))
    patient.settled(council(people=people))
    assert not (await patient.looked())("settings", "ends")


async def test_a_group_of_two_is_worth_a_look(patient):
    patient.settled(council(group={"name": "Two", "members": ["sheila", "dev"]}))
    assert (await patient.looked()).state("settings", "group") == "look"


async def test_a_data_lead_who_can_not_be_told_is_wrong(patient):
    people = [*council()["people"], {"id": "nan", "name": "Nan", "offices": ["officer"], "accounts": []}]
    patient.settled(council(people=people, data_lead=["nan"], administrators=[]))
    found = await patient.looked()
    assert found.state("settings", "data-lead") == "wrong"
    assert found.state("settings", "administrators") == "look"


async def test_the_examples_address_and_people_are_found(patient):
    example = "By post or by telephone. For both, see the association's website."
    bodies = council()["bodies"] | {"county-association": {"name": "CALC", "reach": example}}
    people = council()["people"]
    people[6] |= {"id": "councillor", "name": "Jo Hartley"}
    patient.settled(council(bodies=bodies, people=people))
    found = await patient.looked()
    assert "county association" in found.told("settings", "bodies")
    assert found.state("settings", "made-up") == "wrong"
    assert "Hartley" not in found.whole


async def test_people_of_the_browser_chat_are_worth_a_look(patient):
    people = [*council()["people"], someone("web", "councillor", account="web:somebody")]
    patient.settled(council(people=people))
    assert (await patient.looked()).state("settings", "made-up") == "look"


async def test_meetings_in_the_past_only_are_worth_a_look(patient):
    patient.settled(council(meetings=[soon(-10)]))
    assert (await patient.looked()).state("settings", "meetings") == "look"
    patient.settled(council(meetings=[]))
    assert (await patient.looked()).state("settings", "meetings") == "look"


async def test_the_wording_that_comes_with_the_bot_and_no_date_of_review_are_worth_a_look(patient):
    found = await patient.looked()
    assert found.state("packs", "wording") == "look"
    assert found.state("packs", "review") == "look"


async def test_a_council_without_any_wording_is_told_how_to_bring_one(patient):
    patient.settled(council("upper-mallow", name="Upper Mallow Parish Council", nation="england"))
    found = await patient.looked()
    assert "protocol-bot import" in found.told("packs", "wording")


async def test_one_council_can_be_looked_at_alone(patient):
    other = council("leigh-on-sea", workspaces={"slack": "T0LEIGH777"})
    patient.settled(council(), other)
    both = await patient.looked()
    assert {one.council for one in both("settings", "routes")} == {"barrow", "leigh-on-sea"}
    alone = await patient.looked(council="leigh-on-sea")
    assert {one.council for one in alone.all} - {""} == {"leigh-on-sea"}
