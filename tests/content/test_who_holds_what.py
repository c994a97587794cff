"""Who holds what today: the settings, the changes confirmed in the chat, the day, and whose a workspace is."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from bot.conversation import Person, Place
from bot.errors import UnsoundContent
from bot.handbook import Seat
from bot.naming import by_the_clock
from bot.records import AsItStands
from bot.settings import Change, Group, Settings, Someone
from deploy.confirmed import OUTCOMES, applied
from deploy.handbooks import kept_up, seats
from deploy.kept.nothing import NothingKept
from tests.worlds import handbooks

PEOPLE = (
    Someone(id="jo", name="Jo Hartley", offices=("councillor",), accounts=("web:jo",)),
    Someone(id="priya", name="Priya Nair", offices=("chair", "councillor"), accounts=("slack:T1:U9",)),
)
COUNCIL = Settings(council="barrow", people=PEOPLE, group=Group(name="Staffing Committee", members=("jo",)))


def changed(what: str, name: str, value: str, state: str = "confirmed", **other) -> Change:
    facts = {"id": "1", "council": "barrow", "by": "jo", "at": "2026-11-22"} | other
    return Change(what=what, name=name, value=value, state=state, **facts)


# ---------------------------------------------------------------- changes from the chat


def test_an_office_is_given_taken_and_given_until_a_day():
    given = applied(COUNCIL, [changed("office", "chair", "+jo")])
    assert given.people[0].offices == ("councillor", "chair")
    until = applied(given, [changed("office", "chair", "+jo until 2027-05-10")])
    assert until.people[0].ends == {"chair": date(2027, 5, 10)}
    assert applied(until, [changed("office", "chair", "-jo")]).people[0] == COUNCIL.people[0]


def test_alternates_group_and_retention_are_replaced():
    after = applied(
        COUNCIL,
        [
            changed("alternate", "chair", "vice-chair, clerk"),
            changed("group", "members", "jo,priya"),
            changed("retention", "formal", "12"),
            changed("retention", "informal", "never"),
        ],
    )
    assert after.alternates == {"chair": ("vice-chair", "clerk")}
    assert after.group == Group(name="Staffing Committee", members=("jo", "priya"))
    assert (after.retention.formal, after.retention.informal) == (12, "never")
    assert set(OUTCOMES) == {"withdrawn", "informal", "formal", "outside"}


@pytest.mark.parametrize("state", ["proposed", "declined"])
def test_a_change_that_nobody_confirmed_changes_nothing(state):
    assert applied(COUNCIL, [changed("office", "chair", "+jo", state)]) == COUNCIL


@pytest.mark.parametrize(
    ("what", "name", "value"),
    [
        ("office", "chair", "+somebody-who-left"),
        ("office", "mayor", "+jo"),
        ("office", "chair", "jo"),
        ("office", "chair", "+jo until some day"),
        ("alternate", "mayor", "jo"),
        ("retention", "formal", "soon"),
        ("retention", "formal", "0"),
        ("retention", "warn", "3"),
    ],
)
def test_a_change_that_no_longer_fits_is_passed_over(what, name, value):
    assert applied(COUNCIL, [changed(what, name, value)]) == COUNCIL


def test_the_change_that_was_confirmed_last_counts_whichever_was_proposed_first():
    first, second = datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC)
    proposed_first = changed("retention", "formal", "12", id="1", settled=second)
    proposed_later = changed("retention", "formal", "24", id="2", settled=first)
    assert applied(COUNCIL, [proposed_first, proposed_later]).retention.formal == 12
    old = changed("retention", "formal", "36", id="3")
    assert applied(COUNCIL, [proposed_first, proposed_later, old]).retention.formal == 12, "it was confirmed before"
    assert applied(COUNCIL, [changed("retention", "formal", "48", id="0"), old]).retention.formal == 36


def test_a_group_keeps_only_people_who_are_still_listed():
    assert applied(COUNCIL, [changed("group", "members", "jo,gone")]).group.members == ("jo",)


# ---------------------------------------------------------------- people as they stand today


def test_an_account_is_in_the_councils_own_workspace_or_the_one_it_names():
    jo, priya = seats(COUNCIL, date(2026, 11, 22))
    assert jo.accounts == (Person("web", "barrow", "jo"),)
    assert priya.accounts == (Person("slack", "T1", "U9"),)


def test_an_account_is_in_the_workspace_that_the_settings_name_for_its_platform():
    own = msgspec.structs.replace(
        COUNCIL,
        workspaces={"slack": "T0123"},
        people=(
            *PEOPLE,
            Someone(id="tom", name="Tom Whitlock", offices=("officer",), accounts=("slack:U1", "web:tom")),
            Someone(id="mina", name="Mina Clarke", offices=("officer",), accounts=("email:mina@example.org",)),
        ),
    )
    jo, priya, tom, mina = seats(own, date(2026, 11, 22))
    assert jo.accounts == (Person("web", "barrow", "jo"),)
    assert priya.accounts == (Person("slack", "T1", "U9"),)
    assert tom.accounts == (Person("slack", "T0123", "U1"), Person("web", "barrow", "tom"))
    assert mina.accounts == (Person("email", "barrow", "mina@example.org"),)


def test_an_office_is_held_on_its_last_day_and_not_after():
    own = applied(COUNCIL, [changed("office", "clerk", "+jo until 2027-05-10")])
    assert "clerk" in seats(own, date(2027, 5, 10))[0].offices
    assert seats(own, date(2027, 5, 11))[0].offices == {"councillor"}


async def test_a_handbook_follows_the_calendar_of_the_council_and_the_changes_confirmed():
    made: list[Change] = []
    now = [datetime(2027, 5, 10, 22, 59, tzinfo=UTC)]

    class Made(NothingKept):
        async def as_it_stands(self, _council):
            return AsItStands(made, (), 0)

    own = applied(COUNCIL, [changed("office", "chair", "+jo until 2027-05-10")])
    books = kept_up([own], lambda: now[0], Made())
    place = by_the_clock("barrow")
    first = await books(place)
    assert {seat.id for seat in first.roster.holding("chair")} == {"jo", "priya"}
    assert await books(place) is first
    now[0] = datetime(2027, 5, 10, 23, 1, tzinfo=UTC)  # after midnight in British summer time
    second = await books(place)
    assert {seat.id for seat in second.roster.holding("chair")} == {"priya"}
    made.append(changed("office", "chair", "-priya", "proposed"))
    assert await books(place) is second
    made[0] = changed("office", "chair", "-priya")
    third = await books(place)
    assert third.roster.holding("chair") == ()
    assert (third.contents, third.finder) == (first.contents, first.finder)


async def test_a_place_belongs_to_the_council_whose_people_are_in_it():
    books = kept_up([COUNCIL, Settings(council="twywell")], lambda: datetime.now(UTC), NothingKept())
    assert (await books(Place("slack", "T1", "C1"))).council == "barrow"
    assert (await books(by_the_clock("twywell"))).council == "twywell"
    assert (await books(Place("web", "twywell", "channel"))).council == "twywell"
    assert await books(Place("slack", "T2", "C1")) is None
    assert await books(by_the_clock("T1")) is None


def test_a_workspace_that_two_councils_have_people_in_is_refused():
    other = Settings(council="twywell", people=(Someone(id="x", name="X", offices=(), accounts=("slack:T1:U2",)),))
    with pytest.raises(UnsoundContent, match="The workspace 'T1' of slack is barrow's already"):
        kept_up([COUNCIL, other], lambda: datetime.now(UTC), NothingKept())


async def test_a_place_belongs_to_the_council_that_names_its_workspace_also_before_anybody_is_listed():
    named = Settings(council="twywell", workspaces={"slack": "T2", "discord": "8899"})
    books = kept_up([COUNCIL, named], lambda: datetime.now(UTC), NothingKept())
    assert (await books(Place("slack", "T2", "C1"))).council == "twywell"
    assert (await books(Place("discord", "8899", "general"))).council == "twywell"
    assert (await books(Place("slack", "T1", "C1"))).council == "barrow"
    assert await books(Place("discord", "T2", "general")) is None
    assert await books(Place("slack", "T3", "C1")) is None


@pytest.mark.parametrize(
    "other",
    [
        {"workspaces": {"slack": "T1"}},
        {"workspaces": {"slack": "T1"}, "people": PEOPLE[:1]},
        {"people": (Someone(id="x", name="X", offices=(), accounts=("slack:T1:U2",)),)},
        {"people": (Someone(id="x", name="X", offices=(), accounts=("slack:T7:U2",)),)},
    ],
    ids=["named, nobody listed", "named", "people in it", "people in the one that is named"],
)
def test_a_workspace_that_two_councils_have_is_refused_however_each_has_it(other):
    named = msgspec.structs.replace(COUNCIL, workspaces={"slack": "T7"})
    with pytest.raises(UnsoundContent, match=r"The workspace 'T[17]' of slack is .* one of the two\."):
        kept_up([named, Settings(council="twywell", **other)], lambda: datetime.now(UTC), NothingKept())


async def test_people_given_as_seats_stay_who_they_are():
    ann = Seat(id="ann", name="Ann Lee", offices=frozenset({"clerk"}), accounts=(Person("test", "barrow", "ann"),))
    book = await handbooks({"barrow": [ann]})(Place("test", "barrow", "ann", private=True))
    assert book.roster.seats == {"ann": ann}


# ---------------------------------------------------------------- an office that one person holds, from a first day


def council(ann: tuple[str, ...] = ("councillor",)) -> Settings:
    begins = {"chair": date(2027, 5, 11)}
    return Settings(
        council="barrow",
        people=(
            Someone(id="ann", name="Ann Lee", offices=ann),
            Someone(id="bob", name="Bob Hay", offices=("councillor", "chair"), starts=begins),
            Someone(id="cat", name="Cat Moss", offices=("councillor",)),
        ),
    )


def chairs(settings: Settings, day: int) -> set[str]:
    return {seat.id for seat in seats(settings, date(2027, 5, day)) if "chair" in seat.offices}


def in_march(*values: str, office: str = "chair") -> list[Change]:
    return [
        changed("office", office, value, id=str(hour), settled=datetime(2027, 3, 1, hour, tzinfo=UTC))
        for hour, value in enumerate(values)
    ]


@pytest.mark.parametrize("value", ["+ann", "+ann until 2028-05-10"])
def test_whom_the_chat_made_chair_is_it_until_the_day_before_the_next_one_begins(value):
    own = applied(council(), in_march(value))
    assert (chairs(own, 10), chairs(own, 11)) == ({"ann"}, {"bob"})
    assert chairs(applied(council(), in_march("+ann until 2027-05-04")), 5) == set()
    later = changed("office", "chair", "+ann", settled=datetime(2027, 5, 12, tzinfo=UTC))
    assert chairs(applied(council(), [later]), 12) == {"ann", "bob"}, "whoever changes it then changes both"


@pytest.mark.parametrize("values", [("-ann", "+bob"), ("+bob", "-ann")])
def test_a_change_of_chairs_that_the_file_puts_off_leaves_no_day_without_one(values):
    own = applied(council(("councillor", "chair")), in_march(*values))
    assert (chairs(own, 10), chairs(own, 11)) == ({"ann"}, {"bob"})
    instead = applied(council(("councillor", "chair")), in_march(*values, "+cat"))
    assert (chairs(instead, 10), chairs(instead, 11)) == ({"cat"}, {"bob"})


def test_a_chair_who_resigned_stays_out():
    assert chairs(applied(council(("councillor", "chair")), in_march("-ann")), 10) == set()


def test_an_office_that_many_hold_goes_on():
    own = applied(council(), in_march("+ann", office="panel"))
    assert own.people[0].ends == {}
