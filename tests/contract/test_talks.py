"""Whole conversations, as `tests/talks/*.yaml` tell them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

TALKS = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parents[1] / "talks").glob("*.yaml"))
}
STEP = {"as", "in", "type", "press", "fill", "send", "again", "restart"} | {
    "sees", "not", "nowhere", "buttons", "no buttons", "form", "problem", "posts"
}  # fmt: skip


@pytest.mark.parametrize("name", TALKS)
async def test_talk(rig, name: str) -> None:
    talk = TALKS[name]
    here = await rig(talk["council"])
    for number, step in enumerate(talk["steps"], 1):
        assert not set(step) - STEP, f"step {number}: {set(step) - STEP}"
        await do(here, step)
        await see(here, step, f"step {number} of “{talk['talk']}”")


async def do(here, step: dict[str, Any]) -> None:
    if "as" in step:
        await here.become(step["as"])
    if "in" in step:
        await here.go(step["in"])
    if "type" in step:
        await here.type(step["type"])
    if "press" in step:
        await here.press(step["press"])
    for label, value in step.get("fill", {}).items():
        await here.fill(label, value)
    if "send" in step:
        await here.send(step["send"])
    if step.get("again"):
        await here.again()
    if step.get("restart"):
        await here.restart()


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
        assert flat(words) in flat(here.form() or ""), f"{at}: {words!r} is not in the form: {here.form()}"
    for words in step.get("problem", ()):
        assert any(words in problem for problem in here.problems()), f"{at}: {here.problems()}"
    if "posts" in step:
        assert len(posts) == step["posts"], f"{at}: {[post.text for post in posts]}"


def flat(text: str) -> str:
    return " ".join(text.split())
