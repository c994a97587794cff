"""Random walks through concerns on random councils: whatever anybody does, in whatever order, some things always hold.

In: Hypothesis. Out: the shortest walk that breaks a promise. Never: the same walk on a file that another one used.

What must hold stands in `tests.concerns.watch`. `CONCERNS_WALKS=300` walks longer than a test run can wait.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from bot.conversation import Reject, Submit, Whisper
from storage import audit
from storage.seal import read_keys
from tests import databases
from tests.concerns import rosters
from tests.concerns.walk import Walk
from tests.concerns.watch import Watch
from tests.concerns.world import options

WALKS = int(os.environ.get("CONCERNS_WALKS", "0"))


#: So many concerns have to be filed, and so many different things to happen to them, for the walks to tell anything.
#: Hypothesis also tries what stands in our modules that are loaded already, so the walks are others after other tests:
#: they filed 28 to 57.
FILED, HAPPENED = 20, 8
#: In so many turns the database has to break, each time at some statement.
BROKEN = 8
#: Walks on PostgreSQL: the same rules are walked at length on SQLite, and each walk there takes twice as long.
FEW = 4


class Concerns(Walk):
    @initialize(data=st.data(), council=rosters.councils())
    def a_council_begins(self, data, council):
        self.begins(council)
        self.somebody_raises_a_concern(data)

    @invariant()
    def no_private_word_stands_in_a_log(self):
        assert self.heard.leaks == []

    # ------------------------------------------------------------ sensible people

    @rule(data=st.data())
    def somebody_raises_a_concern(self, data):
        """As most people would: nothing changed that was filled in before."""
        kind = data.draw(st.sampled_from(("informal", "formal")), "kind")
        step = data.draw(st.sampled_from(("accepted", "declined", "unsafe", "tried")), "step")
        chosen = {"first": "none", "kind": kind, "step": step, "also": "", "handler": "", "avoid": ""}
        for form in self.raising(data):
            chosen.setdefault("about", data.draw(st.sampled_from(options(form, "about")), "about"))
            self.fills = chosen

    @rule(data=st.data())
    def somebody_raises_a_concern_and_changes_their_mind(self, data):
        """Every choice can be changed in every form."""
        for form in self.raising(data):
            change = data.draw(st.sampled_from([field.name for field in form.fields]), "changes")
            self.fills = {field.name: field.value for field in form.fields if field.options and field.name != change}
            self.fills |= {"first": "none"} if data.draw(st.integers(0, 3), "calm") else {}
            if not self.fills.get("about"):
                self.fills["about"] = data.draw(st.sampled_from(options(form, "about") or [""]), "about")

    @rule(data=st.data())
    @precondition(lambda self: self.watch.known)
    def a_handler_does_something(self, data):
        concern = data.draw(st.sampled_from(list(self.watch.known.values())), "concern")
        self.handler_does(data, concern, None)

    @rule(data=st.data())
    @precondition(lambda self: self.watch.known)
    def the_person_who_raised_it_does_something(self, data):
        self.raiser_does(data, but=())

    @rule(data=st.data())
    @precondition(lambda self: any(concern.state != "closed" for concern in self.watch.known.values()))
    def the_person_who_raised_it_goes_on(self, data):
        self.raiser_does(data, but=("nothing", "add", "answer", "withdraw"))

    @rule(data=st.data())
    @precondition(lambda self: any(concern.state != "closed" for concern in self.watch.known.values()))
    def one_goes_to_its_end(self, data):
        open_ones = [concern for concern in self.watch.known.values() if concern.state != "closed"]
        id = data.draw(st.sampled_from(open_ones), "concern").id
        end = ("outcome", "sign", "sign") if self.watch.known[id].stage == "formal" else ("settled",)
        for act in ("acknowledge", "write", *end):
            if id in self.watch.known:
                self.handler_does(data, self.watch.known[id], act)

    # ------------------------------------------------------------ anybody, anything

    @rule(data=st.data(), how=st.integers(0, 9))
    def anybody_does_anything(self, data, how):
        """Odd, old and repeated things: any button or form that anybody ever saw, by whoever it is not for."""
        if how < 2:
            self.somebody_asks(data)
        elif how < 4 and self.watch.pressed:
            self.somebody_presses_any_button(data)
        elif how < 7 and self.world.forms:
            self.somebody_sends_any_form(data)
        elif how < 9 and self.world.kept:
            self.the_same_delivery_comes_again(data)
        elif self.filings():
            self.a_form_is_sent_from_another_device(data)

    def somebody_asks(self, data):
        account = data.draw(st.sampled_from(self.people()), "who")
        text = data.draw(st.sampled_from(("concern", "concerns", "waiting")), "text")
        self.run(self.world.says(account, text))

    def somebody_presses_any_button(self, data):
        token = data.draw(st.sampled_from(list(self.watch.pressed)), "token")
        self.as_anybody(data, token, self.world.press)

    def somebody_sends_any_form(self, data):
        form = data.draw(st.sampled_from(list(self.world.forms.values())), "form")

        def sent(account: str, id: str) -> Submit:
            return self.world.submit(account, id, self.values(data, form, account, sensible=False))

        self.as_anybody(data, form.id, sent)

    def the_same_delivery_comes_again(self, data):
        event = data.draw(st.sampled_from(self.world.kept), "event")
        rows = self.world.dump()
        self.run(self.world.hear(event))
        after = self.world.dump()
        read = set(after["audit"]) - set(rows["audit"])
        assert all("read" in row for row in read), "a redelivery did something again"
        for name in set(rows) - ({"audit", "heard"} if read else set()):
            assert after[name] == rows[name], f"a redelivery changed {name}"

    def a_form_is_sent_from_another_device(self, data):
        """The same form with the same words under another delivery's id: it was filed once."""
        first = data.draw(st.sampled_from(self.filings()), "form")
        rows = self.world.dump()
        answer = self.run(self.world.hear(self.world.submit(first.who.id, first.form, first.values)))
        assert self.world.dump() == rows, "it was filed twice"
        gone = first.who.id not in self.people()  # the council has changed since: they are told where to turn instead
        assert isinstance(answer, Reject if gone else Whisper)

    # ------------------------------------------------------------ the world moves on

    @rule(hours=st.sampled_from((1, 5, 24, 24 * 3, 24 * 9, 24 * 9, 24 * 35)), data=st.data())
    def time_passes(self, hours, data):
        self.world.chat.refuses = set(data.draw(st.lists(st.sampled_from(self.people()), max_size=2), "refuses"))
        self.run(self.world.passes(hours=hours))

    @rule()
    @precondition(lambda self: self.watch.known and not self.waited)
    def nobody_does_anything_for_two_months(self):
        """Then somebody who can act was told, if there is anybody."""
        self.waited = True  # it takes long: once a walk is enough
        self.world.chat.refuses = set()
        self.run(self.world.passes(days=60))
        for concern in self.watch.known.values():
            able = self.watch.able(concern)
            if concern.state in ("sent", "taken"):
                assert not able or able & set(concern.parties.handlers), "somebody could act and was never told"

    @rule(hours=st.sampled_from((13, 37, 24 * 4 + 13, 24 * 9 + 13, 24 * 16 + 15)))
    def the_bot_is_away_and_comes_back(self, hours):
        self.world.now += timedelta(hours=hours)
        self.run(self.world.restart())
        assert self.run(audit.verify(self.world.engine, read_keys(self.world.folder / "keys"))) == []
        self.run(self.world.tick())

    @rule(data=st.data())
    def the_council_changes(self, data):
        council = self.world.settings[self.world.council]
        self.world.settings[self.world.council] = data.draw(rosters.later(council), "council")

    @rule(data=st.data(), statement=st.integers(1, 14))
    def the_disk_is_full_in_the_middle(self, data, statement):
        """All of a turn is kept or nothing of it; the same delivery once more is as good as the first."""
        open_ones = [concern for concern in self.watch.known.values() if concern.state != "closed"]
        self.breaks_at = statement
        if open_ones and data.draw(st.booleans(), "goes on"):
            self.handler_does(data, data.draw(st.sampled_from(open_ones), "concern"), None)
        else:
            self.somebody_raises_a_concern(data)
        self.breaks_at = 0


@pytest.mark.database
def test_whatever_anybody_does_in_whatever_order_some_things_always_hold(tmp_path):
    Concerns.folder = tmp_path
    deep = WALKS > 0
    how = settings(
        max_examples=WALKS or (FEW if databases.on_postgres() else 24),
        stateful_step_count=50 if deep else 30,
        deadline=None,
        derandomize=not deep,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink) if deep else (Phase.generate,),
        print_blob=True,
    )
    run_state_machine_as_test(Concerns, settings=how)
    if databases.on_postgres():
        return
    assert Watch.reached["filed"] >= FILED, "the walks went nowhere"
    assert len(Watch.reached) >= HAPPENED, "little came of what was filed"
    assert Walk.broken >= BROKEN, "the disk was hardly ever full in the middle of anything"
