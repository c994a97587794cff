"""Forms and pages as Slack's views: dialogs, and the Home tab.

In: the core's `Form` and `Post`, the place they belong to. Out: views as plain dicts, each within Slack's limits.
Never: I/O; anything that somebody wrote in `private_metadata`, `callback_id` or an id; a field left out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from adapters.slack import limits
from adapters.slack.render import Drawn, Sentences, blocks, bold, heading, numbered, plain, sections, small
from bot.conversation import Block, Field, Form, Option, Place, Post

View: TypeAlias = dict[str, Any]

#: What `callback_id` says: a form to be sent in, a post to be read, a moment to wait.
FORM: Final = "form"
SHEET: Final = "sheet"
WAITING: Final = "waiting"
#: Where the problem of a whole form stands, so that a later one takes its place.
PROBLEM: Final = "problem"
#: A dialog keeps two blocks free for that.
_ROOM: Final = limits.VIEW_BLOCKS - 2
#: What `views.update` takes of a view that Slack delivered.
_UPDATED: Final = ("type", "title", "blocks", "submit", "close", "private_metadata", "callback_id")


# ---------------------------------------------------------------- dialogs


def form(form: Form, place: Place, sentences: Sentences, *, home: bool = False, problem: str = "") -> View:
    """A form as a dialog. Its title stands on top of it: a dialog's own is too short, and is always the bot's name."""
    fits = limits.length(form.submit) <= limits.DIALOG_LABEL
    whole = [] if fits else list(sections(f"{sentences.go_on}: {form.submit}"))
    asked = [*(block for field in form.fields for block in _field(field, sentences)), *whole]
    told = _intro(form.intro, form.title, asked, sentences)
    submit = plain(form.submit if fits else sentences.go_on)
    view = _dialog(FORM, [*told, *asked], sentences, _metadata(form.id, place, home)) | {"submit": submit}
    return with_problem(view, problem, sentences) if problem else view


def sheet(post: Post, sentences: Sentences, place: Place, *, home: bool = False) -> View:
    """A post that is read in a dialog, with its buttons and no way to send anything in."""
    return _dialog(SHEET, _intro(post.blocks, post.title, (), sentences), sentences, _metadata("", place, home))


def waiting(sentences: Sentences) -> View:
    """What a dialog shows until it can be filled."""
    return _dialog(WAITING, list(sections(sentences.moment)), sentences, "")


def with_problem(view: Mapping[str, Any], problem: str, sentences: Sentences) -> View:
    """A dialog again, as made here or as Slack delivered it, with a problem on top; what was typed stays."""
    told = {
        "type": "section",
        "block_id": PROBLEM,
        "text": plain(limits.shortened(f"⚠ {problem}", limits.SECTION_TEXT)),
    }
    others = [block for block in view["blocks"] if block.get("block_id") != PROBLEM]
    after = 1 if others and others[0]["type"] == "header" else 0
    kept = {name: view[name] for name in _UPDATED if view.get(name)}
    return {**kept, "title": plain(sentences.name), "blocks": [*others[:after], told, *others[after:]]}


def _dialog(kind: str, shown: Sequence[Drawn], sentences: Sentences, metadata: str) -> View:
    return {
        "type": "modal",
        "callback_id": kind,
        "title": plain(sentences.name),
        "close": plain(sentences.close),
        "private_metadata": metadata,
        "blocks": numbered(shown) or [small(sentences.moment)],
    }


def _metadata(form: str, place: Place, home: bool) -> str:
    """What must come back with a dialog: which form it is and where it belongs to; nothing else."""
    known = {"form": form, "place": place.id, "private": place.private, "thread": place.thread, "home": home}
    return json.dumps(known)


def _intro(told: Sequence[Block], title: str, asked: Sequence[Drawn], sentences: Sentences) -> list[Drawn]:
    """What stands above the fields: drawn, or where that is more blocks than Slack takes, as bare text; and where even
    that is too much, as much as fits and a sentence that says so.
    """
    top = list(heading(title)) if title.strip() else []
    drawn = [*top, *blocks(told)]
    if _fits([*drawn, *asked]):
        return drawn
    bare, pressed = [*top, *sections(Post(tuple(told)).plain())], _buttons(told)
    if _fits([*bare, *pressed, *asked]):
        return [*bare, *pressed]
    more = [*sections(sentences.not_all), *pressed]
    while bare and not _fits([*bare, *more, *asked]):
        bare.pop()
    return [*bare, *more]


def _buttons(told: Iterable[Block]) -> list[Drawn]:
    return [block for block in blocks(told) if block["type"] == "actions"]


def _fits(shown: Sequence[Drawn]) -> bool:
    size = len(json.dumps(shown).encode())
    return len(shown) <= _ROOM and size <= limits.VIEW_BYTES


# ---------------------------------------------------------------- the Home tab


def page(posts: Sequence[Post], sentences: Sentences) -> View:
    """Somebody's own page: one post below the other. One that does not fit any more is not begun, and that is said."""
    shown: list[Drawn] = []
    more = list(sections(sentences.not_all))
    for post in posts:
        drawn: list[Drawn] = [{"type": "divider"}] if shown else []
        drawn += [*(heading(post.title) if post.title.strip() else ()), *blocks(post.blocks)]
        if not _fits([*shown, *drawn, *more]):
            shown += more
            break
        shown += drawn
    return {"type": "home", "blocks": numbered(shown) or [small(sentences.moment)]}


# ---------------------------------------------------------------- fields


def _field(field: Field, sentences: Sentences) -> Iterator[Drawn]:
    """One field, in as many inputs as it needs; before them what is too long to be its label."""
    if limits.length(field.label) > limits.INPUT_LABEL:
        yield from sections(field.label)
    if limits.length(field.hint) > limits.INPUT_HINT:
        yield from sections(field.hint)
        field = replace(field, hint="")
    if field.kind in ("choice", "person"):
        yield from _choice(field, sentences)
    elif field.kind == "date":
        yield _input(field, _day(field))
    else:
        yield from _written(field, sentences)


def _input(field: Field, element: Drawn, number: int = 1, label: str = "") -> Drawn:
    """`block_id` tells which field it is, and which part of it."""
    part = f"#{number}" if number > 1 else ""
    hint = {"hint": plain(field.hint)} if field.hint.strip() and number == 1 else {}
    return {
        "type": "input",
        "block_id": f"f.{field.name}{part}",
        "label": plain(limits.shortened(label or field.label, limits.INPUT_LABEL)),
        "optional": not field.required or number > 1,
        "element": {**element, "action_id": "v"},
        **hint,
    }


def _day(field: Field) -> Drawn:
    """A date is picked. One that stands there already and is none is not shown: Slack would refuse the whole form."""
    try:
        known = {"initial_date": date.fromisoformat(field.value).isoformat()}
    except ValueError:
        known = {}
    return {"type": "datepicker", **known}


def _written(field: Field, sentences: Sentences) -> Iterator[Drawn]:
    """A line, or a text in as many inputs as it may be long; what stands there already is spread over them."""
    values = limits.pieces(plain(field.value)["text"] if field.value.strip() else "", limits.INPUT_TEXT)
    parts = max(len(values), -(-field.limit // limits.INPUT_TEXT), 1)
    for number in range(1, parts + 1):
        value = values[number - 1] if number <= len(values) else ""
        known = {"initial_value": value} if value else {}
        most = min(limits.INPUT_TEXT, max(field.limit, limits.length(value)))
        text = {"type": "plain_text_input", "multiline": field.kind == "text", "max_length": most, **known}
        label = f"{field.label} ({sentences.continued})" if number > 1 else ""
        yield _input(field, text, number, label)


# ---------------------------------------------------------------- choices


def _choice(field: Field, sentences: Sentences) -> Iterator[Drawn]:
    """A few choices all in sight, many in a list that opens. Long ones are below one another with their whole words."""
    offered = _each_once(field.options)
    longest = max((limits.length(option.label) for option in offered), default=0)
    few = len(offered) <= limits.RADIO_OPTIONS and field.kind == "choice"
    if longest > limits.OPTION_LABEL and (longest > _TWO_LINES or not few):
        yield bold_line(field.label)
        for number, option in enumerate(offered, 1):
            yield from sections(f"{number}. {option.label}")
        offered = [Option(option.value, f"{number}. {option.label}") for number, option in enumerate(offered, 1)]
        drawn = [_option(option, cut=True) for option in offered]
    else:
        drawn = [_option(option) for option in offered]
    yield _input(field, _radios(drawn, field) if few else _list(drawn, field, sentences))


def _each_once(options: Iterable[Option]) -> list[Option]:
    """The choices without those that mean the same as one before; the same words may mean different ones."""
    found: dict[str, Option] = {}
    for option in options:
        found.setdefault(option.value, option)
    return list(found.values())


#: A label and the small line below it, each with room for an ellipsis.
_TWO_LINES: Final = limits.OPTION_LABEL + limits.OPTION_DESCRIPTION - 30


def bold_line(text: str) -> Drawn:
    """A line in bold above something that is long."""
    return {"type": "section", "text": bold(limits.shortened(text, limits.INPUT_LABEL))}


def _option(option: Option, *, cut: bool = False) -> Drawn:
    """Raises `ValueError` for a value that Slack can't bring back: the core's are short, or something is wrong."""
    value = "=" + option.value
    if limits.length(value) > limits.OPTION_VALUE:
        raise ValueError("an option's value is longer than Slack takes")
    if cut or limits.length(option.label) <= limits.OPTION_LABEL:
        return {"text": plain(limits.shortened(option.label, limits.OPTION_LABEL)), "value": value}
    first, rest = limits.pieces(option.label, limits.OPTION_LABEL)[0], ""
    rest = option.label[len(first) :].strip()
    return {"text": plain(first.rstrip() + " …"), "description": plain("… " + rest), "value": value}


def _chosen(drawn: Sequence[Drawn], field: Field) -> dict[str, Drawn]:
    """What is chosen already, where it is among the choices."""
    found = next((one for one in drawn if one["value"] == "=" + field.value), None)
    return {"initial_option": found} if found else {}


def _radios(drawn: Sequence[Drawn], field: Field) -> Drawn:
    return {"type": "radio_buttons", "options": list(drawn), **_chosen(drawn, field)}


def _list(drawn: Sequence[Drawn], field: Field, sentences: Sentences) -> Drawn:
    """A list that opens; of more than a hundred choices, in groups named by their first and last."""
    size = limits.SELECT_OPTIONS
    if len(drawn) <= size:
        options: Drawn = {"options": list(drawn)}
    else:
        options = {"option_groups": [_group(drawn[at : at + size]) for at in range(0, len(drawn), size)]}
    prompt = {"placeholder": plain(limits.shortened(sentences.choose, limits.PLACEHOLDER))}
    return {"type": "static_select", **prompt, **options, **_chosen(drawn, field)}


def _group(drawn: Sequence[Drawn]) -> Drawn:
    half = limits.GROUP_LABEL // 2 - 2
    first, last = (limits.shortened(one["text"]["text"], half) for one in (drawn[0], drawn[-1]))
    return {"label": plain(f"{first} – {last}"), "options": list(drawn)}
