"""A concern goes by the wording it was raised under, to its end; a new one by the wording in force."""

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bot.concern import Concern
from bot.conversation import Open, Post, Whisper
from tests.core.council import concern
from tests.editions.world import FIRST, ID, SECOND, Mallow, pack
from tests.worlds import NOON, press, submit

pytestmark = pytest.mark.database

MAY, TODAY = date(2026, 5, 3), NOON.date()
RULE = "A member who is troubled by another speaks to the chair first."
THEN = "This goes by the wording in force since 3 May 2026 (minute 2026/31), because it was raised under it."


async def raised(mallow: Mallow, about: str = "gus") -> tuple[Concern, str]:
    """A concern of Ann's through every form, and all that stood in the second one."""
    before = {one.id for one in await mallow.store.concerns(ID, "ann", "raiser")}
    form = await mallow.opened(press("concerns/start/", council=ID))
    values = {"first": "none", "about": about, "also": "", "unlisted": "", "story": "He shouted.", "kind": "informal"}
    shown = ""
    for _ in range(4):
        answer: Any = await mallow.hear(submit(form.id, values | {"step": "accepted"}, council=ID))
        if isinstance(answer, Whisper):
            break
        assert isinstance(answer, Open), answer
        form = answer.form
        values = {field.name: field.value for field in form.fields} | {k: v for k, v in values.items() if v}
        shown = shown or text(form)
    (new,) = [one for one in await mallow.store.concerns(ID, "ann", "raiser") if one.id not in before]
    return new, shown


def text(form: Any) -> str:
    return Post(form.intro, title=form.title).plain()


async def test_it_goes_on_by_the_rules_it_was_raised_under_and_a_new_one_goes_by_the_new(mallow):
    await mallow.adopt(pack(*FIRST, rule="2.1"), MAY)
    first, shown = await raised(mallow)
    assert RULE in shown
    assert (first.edition, first.way.rules) == (1, ("speak-first",))
    await mallow.adopt(pack(*SECOND), TODAY, minute="2026/99")
    second, shown = await raised(mallow, about="fay")
    assert RULE not in shown
    assert "does not say" in shown
    assert (second.edition, second.way.rules) == (2, ())
    told = text(await mallow.opened(press(f"concerns/open/{first.id}", who="dee", council=ID)))
    assert RULE in told
    assert THEN in told
    told = text(await mallow.opened(press(f"concerns/open/{second.id}", who="dee", council=ID)))
    assert RULE not in told
    assert "because it was raised under it" not in told


async def test_whoever_raised_it_sees_by_which_wording_it_goes(mallow):
    await mallow.adopt(pack(*FIRST, rule="2.1"), MAY)
    first, _ = await raised(mallow)
    before = text(await mallow.opened(press(f"concerns/follow/{first.id}", council=ID)))
    assert "in force since 3 May 2026 (minute 2026/31)" in before
    assert THEN not in before
    await mallow.adopt(pack(*SECOND), TODAY, minute="2026/99")
    told = text(await mallow.opened(press(f"concerns/follow/{first.id}", council=ID)))
    assert RULE in told
    assert THEN in told


async def test_it_is_dealt_with_and_chased_as_before_when_its_clauses_are_gone(mallow):
    await mallow.adopt(pack(*FIRST, rule="2.1"), MAY)
    first, _ = await raised(mallow)
    assert first.parties.handlers == ("dee",)
    await mallow.adopt(pack("# Other", "9.9 Something else."), TODAY, minute="2026/99")
    mallow.clock.pass_by(days=20)
    assert {"dee", "bea"} & set(await mallow.told())
    form = await mallow.opened(press(f"concerns/open/{first.id}", who="dee", council=ID))
    done = {field.name: field.value for field in form.fields} | {"act": "acknowledge"}
    assert isinstance(await mallow.hear(submit(form.id, done, who="dee", council=ID)), Whisper)
    assert (await mallow.store.concern(ID, first.id)).state == "taken"


async def test_one_raised_before_anything_was_adopted_goes_by_what_there_was_then(mallow):
    first, _ = await raised(mallow)
    assert first.edition == 0
    await mallow.adopt(pack(*SECOND, rule="2.1"), TODAY)
    told = text(await mallow.opened(press(f"concerns/open/{first.id}", who="dee", council=ID)))
    assert "does not say" in told
    assert "Nobody is asked to put up with threats" not in told


async def test_what_is_filled_in_while_a_wording_comes_into_force_is_looked_over_once_more(mallow):
    await mallow.adopt(pack(*FIRST, rule="2.1"), MAY)
    form = await mallow.opened(press("concerns/start/", council=ID))
    values = {"first": "none", "about": "gus", "story": "He shouted.", "kind": "informal", "step": "accepted"}
    while True:
        answer = await mallow.hear(submit(form.id, values, council=ID))
        assert isinstance(answer, Open), answer
        form = answer.form
        values = {field.name: field.value for field in form.fields} | {k: v for k, v in values.items() if v}
        if form.id.startswith("concerns/send/"):
            break
    await mallow.adopt(pack(*FIRST, rule="2.1"), TODAY, minute="2026/99")
    again = await mallow.hear(submit(form.id, values, council=ID))
    assert isinstance(again, Open), "what it rests on is another wording by now"
    values = {field.name: field.value for field in again.form.fields} | {k: v for k, v in values.items() if v}
    assert isinstance(await mallow.hear(submit(again.form.id, values, council=ID)), Whisper)
    (kept,) = await mallow.store.concerns(ID, "ann", "raiser")
    assert kept.edition == 2


def test_one_that_was_kept_before_there_were_editions_reads_as_of_none():
    whole = msgspec.to_builtins(concern("1", "ann"))
    del whole["edition"]
    assert msgspec.convert(whole, Concern).edition == 0
    assert replace(concern("1", "ann"), edition=3).edition == 3
