"""Modals and Home tabs: what is open before whom, and what stands in it.

In: what the bot sends to views.*, or answers a sent form with. Out: views, with the values of their inputs.
Never: keeps what was typed for a field that is not there any more.
"""

from typing import Any

from tests.slack.standin.state import View, Workspace, with_ids

#: docs.slack.dev, modals: a view may have two more upon it.
STACK = 3
#: docs.slack.dev, interactivity: how long a trigger may be used, in seconds.
TRIGGER = 3.0
_VALUE = {"static_select": "selected_option", "radio_buttons": "selected_option", "datepicker": "selected_date"}
_INITIAL = {"static_select": "initial_option", "radio_buttons": "initial_option", "datepicker": "initial_date"}


class Refused(Exception):
    """A call that Slack answers with `ok: false`; the message is its code."""


def triggered(space: Workspace, trigger: str, now: float) -> tuple[str, str]:
    """Whom a trigger belongs to, and the view it came from. It is used up by that."""
    found = space.triggers.get(trigger)
    if found is None:
        raise Refused("invalid_trigger_id")
    if found.used:
        raise Refused("exchanged_trigger_id")
    if now - found.at > TRIGGER:
        raise Refused("expired_trigger_id")
    found.used = True
    return found.user, found.view


def open_(space: Workspace, user: str, body: dict[str, Any]) -> View:
    """One modal, instead of whatever was open."""
    if (named := body.get("external_id")) and _named(space, named) is not None:
        raise Refused("duplicate_external_id")
    view = _made(space, user, body)
    space.modals[user] = [view]
    return view


def push(space: Workspace, user: str, body: dict[str, Any]) -> View:
    """One more upon what is open."""
    stack = space.modals.get(user, [])
    if not stack:
        raise Refused("not_found")
    if len(stack) >= STACK:
        raise Refused("push_limit_reached")
    view = _made(space, user, body)
    view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    return view


def update(space: Workspace, id: str, hash: str | None, body: dict[str, Any], *, external_id: str = "") -> View:
    """The same view with other blocks; `external_id` is the app's own name of it.

    Where block and action are named as before, whatever stood in an input stays, also if that was nothing, and what the
    new one begins with is passed over (slackapi/bolt-js, issue 290; slackapi/bolt-python, issue 572).
    """
    open_ones = (one for stack in space.modals.values() for one in stack)
    view = _named(space, external_id) if external_id else next((one for one in open_ones if one.id == id), None)
    if view is None:
        raise Refused("not_found")
    if hash and hash != view.hash:
        raise Refused("hash_conflict")
    fresh = _made(space, view.user, body)
    kept = {name: values for name, values in view.values.items() if _fits(values, fresh.values.get(name))}
    view.body, view.hash, view.values, view.problems = fresh.body, fresh.hash, fresh.values | kept, {}
    return view


def publish(space: Workspace, user: str, hash: str | None, body: dict[str, Any]) -> View:
    """Somebody's Home tab."""
    if user not in space.users:
        raise Refused("not_found")
    old = space.homes.get(user)
    if hash and old and hash != old.hash:
        raise Refused("hash_conflict")
    view = _made(space, user, body)
    view.id = old.id if old else view.id
    space.homes[user] = view
    return view


def close(space: Workspace, user: str) -> None:
    """The uppermost view goes."""
    if stack := space.modals.get(user):
        stack.pop()


def put(view: View, block_id: str, value: Any) -> None:
    """Somebody fills an input in: words, a day, or an option as it was drawn."""
    (held,) = view.values[block_id].values()
    held[_VALUE.get(held["type"], "value")] = value or None


def _named(space: Workspace, external_id: str) -> View | None:
    views = (one for stack in space.modals.values() for one in stack)
    return next((one for one in views if one.body.get("external_id") == external_id), None)


def _fits(old: dict[str, Any], new: dict[str, Any] | None) -> bool:
    return new is not None and [(a, v["type"]) for a, v in old.items()] == [(a, v["type"]) for a, v in new.items()]


def _made(space: Workspace, user: str, body: dict[str, Any]) -> View:
    number = next(space.count)
    id = f"V{number:010d}"
    whole = {**body, "blocks": with_ids(body["blocks"], space.count)}
    return View(id, user, whole, f"{number}.{id[-4:]}", _values(whole["blocks"]), root=id)


def _values(blocks: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """As Slack sends them: every input, whether anything stands in it or not."""
    values = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            kind = element["type"]
            held = {"type": kind, _VALUE.get(kind, "value"): element.get(_INITIAL.get(kind, "initial_value")) or None}
            values[block["block_id"]] = {element.get("action_id", "a"): held}
    return values
