"""Whole conversations, as `tests/talks/*.yaml` tell them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters import PLATFORMS
from tests import databases

TALKS = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parents[1] / "talks").glob("*.yaml"))
}
STEP = {"as", "in", "type", "press", "fill", "send", "again", "restart", "wait"} | {
    "sees", "not", "nowhere", "buttons", "no buttons", "form", "not in form", "in order", "no form", "problem", "posts"
}  # fmt: skip
#: What differs between the platforms' own tables is test_contract's business: on PostgreSQL one of them is enough.
WHERE = ["web"] if databases.on_postgres() else sorted(PLATFORMS)


@pytest.mark.parametrize("rig", WHERE, indirect=True)
@pytest.mark.parametrize("name", TALKS)
async def test_talk(rig, name: str) -> None:
    talk = TALKS[name]
    here = await rig(talk["council"])
    for number, told in enumerate(talk["steps"], 1):
        step = on(here.place("channel").platform, told)
        assert not set(step) - STEP, f"step {number}: {set(step) - STEP}"
        await do(here, step)
        await see(here, step, f"step {number} of “{talk['talk']}”")


def on(platform: str, told: Any) -> Any:
    """What a step says; where platforms differ in it, what it says for this one: none of them may be left out."""
    if isinstance(told, dict) and told and set(told) <= set(PLATFORMS):
        return told[platform]
    if isinstance(told, dict):
        return {name: on(platform, value) for name, value in told.items()}
    return [on(platform, one) for one in told] if isinstance(told, list) else told


async def do(here, step: dict[str, Any]) -> None:
    if "as" in step:
        await here.become(step["as"])
    if "in" in step:
        await here.go(step["in"])
    if "type" in step:
        await here.type(step["type"])
    if "press" in step:
        await here.press(await whole_label(here, step["press"]))
    for label, value in step.get("fill", {}).items():
        await here.fill(label, value)
    if "send" in step:
        await here.send(step["send"])
    if step.get("again"):
        await here.again()
    if step.get("restart"):
        await here.restart()
    if "wait" in step:
        await here.wait(**step["wait"])


async def whole_label(here, label: str) -> str:
    """The newest button that begins so, where a label ends in “…”: nobody knows a reference beforehand."""
    if not label.endswith("…"):
        return label
    begins = label.removesuffix("…")
    labels = [one for post in reversed(await here.posts()) for one in post.buttons if one.startswith(begins)]
    assert labels, f"there is no button {label!r} to be seen"
    return labels[0]


async def see(here, step: dict[str, Any], at: str) -> None:
    posts = await here.posts()
    bots = [post for post in posts if post.by == "Protocol Bot"]
    newest = flat(bots[-1].text) if bots else ""
    offered = bots[-1].buttons if bots else ()
    for words in step.get("sees", ()):
        assert flat(words) in newest, f"{at}: {words!r} is not in: {newest}"
    for words in step.get("not", ()):
        assert flat(words) not in newest, f"{at}: {words!r} is in: {newest}"
    for words in step.get("nowhere", ()):
        assert not any(flat(words) in flat(post.text) for post in posts), f"{at}: {words!r} can be seen"
    for label in step.get("buttons", ()):
        assert label in offered, f"{at}: no button {label!r} among {offered}"
    for label in step.get("no buttons", ()):
        assert label not in offered, f"{at}: there is a button {label!r}"
    for words in step.get("form", ()):
        assert flat(words) in flat(here.form() or ""), f"{at}: {words!r} is not in the form: {flat(here.form() or '')}"
    for words in step.get("not in form", ()):
        assert flat(words) not in flat(here.form() or ""), f"{at}: {words!r} is in the form"
    in_order(step.get("in order", ()), flat(here.form() or ""), at)
    if step.get("no form"):
        assert here.form() is None, f"{at}: a form is open: {flat(here.form() or '')}"
    for words in step.get("problem", ()):
        assert any(words in problem for problem in here.problems()), f"{at}: {here.problems()}"
    if "posts" in step:
        assert len(posts) == step["posts"], f"{at}: {[post.text for post in posts]}"


def in_order(expected: Iterable[str], form: str, at: str) -> None:
    """One after the other in the open form."""
    place = 0
    for words in expected:
        found = form.find(flat(words), place)
        assert found >= 0, f"{at}: {words!r} does not come next in the form: {form[place:]}"
        place = found + len(flat(words))


def flat(text: str) -> str:
    return " ".join(text.split())
