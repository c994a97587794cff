"""A proposal is nothing until somebody confirms it; then it is a rule like any other."""

from datetime import date
from itertools import product

import pytest
from msgspec.structs import replace

from bot.handbook import Handbook
from bot.pack import PAIRS, STAGES, Pack
from bot.proposing import NoSuchProposal, Undecided, as_proposed, confirmed, refused, undecided
from bot.routing import gaps, way
from content import load
from deploy.documents.asking import ask
from deploy.handbooks import handbook, seats
from deploy.settings import made_up
from tests.routes.unknown import read, written

TEXT = """
# If things go wrong
Now and then relations between councillors and officers may become strained.
## Procedure for officers
1 Matters should be settled informally. The Monitoring Officer may be able to mediate.
2 Grievances of employees about their employment go by the grievance procedure; a group of members hears grievances.
## Procedure for councillors
3 A councillor who is unhappy with an officer should report it to the chair and then raise it with the officer.
4 Complaints about the Clerk are referred to the Staffing Committee.
"""


def unconfirmed() -> Pack:
    """An invented council's protocol, imported; its people are those of the try-out."""
    return replace(read(written(TEXT)), council="barrow", name="Fairholme Parish Council", place="Fairholme")


def book(pack: Pack) -> Handbook:
    own = made_up.settings_of("barrow")
    return handbook(pack, seats(own, date(2026, 11, 23)), settings=own)


def ids(pack: Pack) -> list[str]:
    return [one.rule.id for one in pack.proposed]


def cell(pack: Pack, raiser: str, about: str, stage: str) -> object:
    [pair] = [pair for pair in pack.routes.pairs if (pair.raiser, pair.about) == (raiser, about)]
    return getattr(pair, stage)


# ---------------------------------------------------------------- before


def test_what_nobody_confirmed_moves_no_concern():
    with_them, without = book(unconfirmed()), book(replace(unconfirmed(), proposed=()))
    for stage, pair in product(("informal", "formal"), PAIRS):
        assert way(with_them, stage, pair, frozenset()) == way(without, stage, pair, frozenset())
    assert gaps(with_them) == gaps(without)


@pytest.mark.parametrize("asked", ["wrong", "gaps", "roles", "contents", "about", "who mediates?", "1"])
def test_what_nobody_confirmed_is_in_no_answer(asked):
    assert ask(asked, book(unconfirmed())) == ask(asked, book(replace(unconfirmed(), proposed=())))


def test_a_fresh_import_has_no_rule_in_force():
    pack = unconfirmed()
    assert ids(pack)
    assert pack.routes.rules == ()
    assert all(getattr(pair, stage) == "silent" for pair in pack.routes.pairs for stage in STAGES)


# ---------------------------------------------------------------- confirming


def test_a_confirmed_rule_stands_in_the_cells_of_its_pairs_and_nowhere_else():
    pack = unconfirmed()
    [told] = [one for one in pack.proposed if one.rule.clause == "3"]
    after = confirmed(pack, [told.rule.id])
    assert after.routes.rules == (told.rule,)
    assert told.rule.id not in ids(after)
    for raiser, about in PAIRS:
        expected = (told.rule.id,) if (raiser, about) in told.pairs else "silent"
        assert cell(after, raiser, about, "informal") == expected
        assert cell(after, raiser, about, "formal") == "silent"


def test_a_confirmed_rule_moves_a_concern():
    pack = unconfirmed()
    [told] = [one.rule.id for one in pack.proposed if one.rule.clause == "3"]
    found = way(book(confirmed(pack, [told])), "informal", ("councillor", "officer"), frozenset())
    assert found.rules == (told,)
    assert found.speak


def test_rules_come_in_the_documents_order_whenever_they_are_confirmed():
    pack = unconfirmed()
    for id in reversed(ids(pack)):
        pack = confirmed(pack, [id])
    assert [rule.clause for rule in pack.routes.rules] == sorted(rule.clause for rule in pack.routes.rules)
    assert {rule.id for rule in pack.routes.rules} == set(ids(unconfirmed()))


def test_what_is_referred_to_a_body_goes_there_and_is_heard_there():
    pack = unconfirmed()
    [told] = [one.rule.id for one in pack.proposed if one.rule.clause == "4"]
    after = confirmed(pack, [told])
    assert cell(after, "councillor", "clerk", "formal") == cell(after, "councillor", "clerk", "hears") == (told,)


def test_what_only_a_reading_reaches_stays_marked_as_such():
    pack = as_proposed(unconfirmed())
    [among_staff] = [pair for pair in pack.routes.pairs if (pair.raiser, pair.about) == ("officer", "clerk")]
    [said] = [pair for pair in pack.routes.pairs if (pair.raiser, pair.about) == ("officer", "councillor")]
    assert "formal" in among_staff.inferred
    assert said.inferred == ()


def test_rules_in_force_stay_as_they_are_beside_a_confirmed_one():
    theirs = load.council("twywell")
    [told] = [one for one in read(replace(theirs, routes=written("").routes)).proposed if one.rule.id == "4.4-r1"]
    before = replace(theirs, proposed=(told,))
    after = confirmed(before, ["4.4-r1"])
    assert [rule for rule in after.routes.rules if rule.id != "4.4-r1"] == list(theirs.routes.rules)
    for old, new in zip(theirs.routes.pairs, after.routes.pairs, strict=True):
        said = [stage for stage in STAGES if getattr(old, stage) != "silent"]
        assert all(set(getattr(old, stage)) <= set(getattr(new, stage)) for stage in said)
        assert new.note == old.note


def test_a_refused_proposal_is_gone_and_changes_nothing_else():
    pack = unconfirmed()
    first, *others = ids(pack)
    after = refused(pack, [first])
    assert ids(after) == others
    assert replace(after, proposed=pack.proposed) == pack


def test_the_bodies_order_does_not_matter_to_all_at_once():
    pack = unconfirmed()
    one_by_one = pack
    for id in ids(pack):
        one_by_one = confirmed(one_by_one, [id])
    assert as_proposed(pack) == one_by_one == confirmed(pack, list(reversed(ids(pack))))


def test_an_id_that_nothing_has_is_refused_by_name_and_with_those_there_are():
    with pytest.raises(NoSuchProposal, match=r"'9.9-r1'.*1-r1"):
        confirmed(unconfirmed(), ["9.9-r1"])
    with pytest.raises(NoSuchProposal):
        refused(confirmed(unconfirmed(), ["1-r1"]), ["1-r1"])


# ---------------------------------------------------------------- what is left to the council


def left(pack: Pack) -> dict[str, Undecided]:
    return {one.what: one for one in undecided(pack)}


def test_with_no_rule_in_force_every_pair_is_for_the_council_to_decide():
    open_ = left(unconfirmed())
    assert open_["informal"].pairs == open_["formal"].pairs == open_["hears"].pairs == PAIRS
    assert open_["bodies"].who == ("monitoring-officer",)
    assert not {"stand-in", "group", "third-party"} & set(open_)


def test_what_the_rules_settle_is_no_longer_open():
    open_ = left(as_proposed(unconfirmed()))
    assert ("councillor", "officer") not in open_["informal"].pairs
    assert ("clerk", "councillor") in open_["informal"].pairs  # there is a step, and nobody to turn to
    assert ("officer", "clerk") not in open_["hears"].pairs
    assert ("councillor", "councillor") in open_["formal"].pairs
    assert open_["group"].who == ("small-group", "personnel-sub-committee")


def test_who_is_named_and_is_a_party_needs_a_stand_in():
    stand_in = left(as_proposed(unconfirmed()))["stand-in"]
    assert stand_in.who == ("chair",)
    assert stand_in.setting == "alternates"
    assert ("chair", "officer") in stand_in.pairs  # the chair would be told of what the chair raises


def test_in_wales_the_ombudsmans_address_is_the_councils_to_give():
    assert left(replace(unconfirmed(), nation="wales"))["bodies"].who == ("ombudsman-wales",)


def test_a_rule_for_the_person_concerned_needs_no_stand_in():
    pack = read(written("# Complaints\n1 A councillor unhappy with the Clerk should raise it with the Clerk."))
    assert "stand-in" not in left(as_proposed(pack))
