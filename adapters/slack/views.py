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
from adapters.slack.render import Drawn, Sentences, blocks, bold_line, heading, numbered, plain, sections, small
from bot import cutting
from bot.conversation import Block, Field, Form, Option, Place, Post

View: TypeAlias = dict[str, Any]

#: What `callback_id` says: a form to be sent in, a post to be read, a moment to wait.
FORM: Final = "form"
SHEET: Final = "sheet"
WAITING: Final = "waiting"
_LINE: Final[Drawn] = {"type": "divider"}
#: Where the problem of a whole form stands, so that a later one takes its place.
PROBLEM: Final = "problem"
#: A dialog keeps two blocks free for that.
_ROOM: Final = limits.VIEW_BLOCKS - 2
#: What `views.update` takes of a view that Slack delivered.
_UPDATED: Final = ("type", "title", "blocks", "submit", "close", "private_metadata", "callback_id")


# ---------------------------------------------------------------- dialogs


def form(
    form: Form, place: Place, sentences: Sentences, *, home: bool = False, problem: str = "", before: int = 0
) -> View:
    """A form as a dialog. Its title stands on top of it: a dialog's own is too short, and is always the bot's name.

    `before` is how many forms this very dialog has shown. Each gives its fields other ids: where an update has a
    `block_id` and an `action_id` that were there, Slack keeps what stood in the field and shows nothing of what now
    should (slackapi/bolt-js, issue 290; slackapi/bolt-python, issue 572).
    """
    fits = cutting.length(form.submit) <= limits.DIALOG_LABEL
    whole = [] if fits else list(sections(f"{sentences.go_on}: {form.submit}"))
    asked = [*(_apart(block, before) for field in form.fields for block in _field(field, sentences)), *whole]
    told = _intro(form.intro, form.title, asked, sentences)
    submit = plain(form.submit if fits else sentences.go_on)
    metadata = _metadata(form.id, place, home, before + 1)
    view = _dialog(FORM, [*told, *asked], sentences, metadata) | {"submit": submit}
    return with_problem(view, problem, sentences) if problem else view


def _apart(block: Drawn, before: int) -> Drawn:
    """A field's block, named otherwise than any that its dialog has shown before."""
    return {**block, "block_id": f"{block['block_id']}@{before}"} if before and block["type"] == "input" else block


def sheet(post: Post, sentences: Sentences, place: Place, *, home: bool = False, before: int = 0) -> View:
    """A post that is read in a dialog, with its buttons and no way to send anything in. `before`: as with a form."""
    told = _intro(post.blocks, post.title, (), sentences)
    return _dialog(SHEET, told, sentences, _metadata("", place, home, before))


def waiting(sentences: Sentences) -> View:
    """What a dialog shows until it can be filled."""
    return _dialog(WAITING, list(sections(sentences.moment)), sentences, "")


def with_problem(view: Mapping[str, Any], problem: str, sentences: Sentences) -> View:
    """A dialog again, as made here or as Slack delivered it, with a problem on top; what was typed stays."""
    told = {
        "type": "section",
        "block_id": PROBLEM,
        "text": plain(cutting.shortened(f"⚠ {problem}", limits.SECTION_TEXT)),
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


def _metadata(form: str, place: Place, home: bool, forms: int) -> str:
    """What must come back with a dialog: which form it is and of how many, where it belongs to; nothing else."""
    known = {"form": form, "place": place.id, "private": place.private, "thread": place.thread, "home": home}
    return json.dumps(known | {"forms": forms})


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
    """Somebody's own page: one post below the other.

    Where they are too much, as many as fit, then that this is not all, and the last in any case: what can be asked.
    """
    drawn = [[*(heading(post.title) if post.title.strip() else ()), *blocks(post.blocks)] for post in posts]
    shown = _parted(drawn)
    if not _fits(shown):
        shown = _fewer(drawn[:-1], posts[-1], sentences)
    return {"type": "home", "blocks": numbered(shown) or [small(sentences.moment)]}


def _fewer(others: Sequence[list[Drawn]], last: Post, sentences: Sentences) -> list[Drawn]:
    """As many of the others as fit with the last, and whether that is all of them."""
    more = list(sections(sentences.not_all))
    end = _intro(last.blocks, last.title, [_LINE, *more, _LINE], sentences)
    kept: list[list[Drawn]] = []
    for drawn in others:
        if _fits(_parted([*kept, drawn, more, end])):
            kept.append(drawn)
    return _parted([*kept, more if len(kept) < len(others) else [], end])


def _parted(groups: Iterable[Sequence[Drawn]]) -> list[Drawn]:
    """With a line between one and the next."""
    whole: list[Drawn] = []
    for group in filter(None, groups):
        whole += [_LINE, *group] if whole else group
    return whole


# ---------------------------------------------------------------- fields


def _field(field: Field, sentences: Sentences) -> Iterator[Drawn]:
    """One field, in as many inputs as it needs; before them what is too long to be its label."""
    if cutting.length(field.label) > limits.INPUT_LABEL:
        yield from sections(field.label)
    if cutting.length(field.hint) > limits.INPUT_HINT:
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
        "label": plain(cutting.shortened(label or field.label, limits.INPUT_LABEL)),
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
    values = cutting.pieces(plain(field.value)["text"] if field.value.strip() else "", limits.INPUT_TEXT)
    parts = max(len(values), -(-field.limit // limits.INPUT_TEXT), 1)
    for number in range(1, parts + 1):
        value = values[number - 1] if number <= len(values) else ""
        known = {"initial_value": value} if value else {}
        most = min(limits.INPUT_TEXT, max(field.limit, cutting.length(value)))
        text = {"type": "plain_text_input", "multiline": field.kind == "text", "max_length": most, **known}
        label = f"{field.label} ({sentences.continued})" if number > 1 else ""
        yield _input(field, text, number, label)


# ---------------------------------------------------------------- choices


def _choice(field: Field, sentences: Sentences) -> Iterator[Drawn]:
    """A few choices all in sight, many in a list that opens. Where one is too long, all stand in full above it."""
    offered = _each_once(field.options)
    few = len(offered) <= limits.RADIO_OPTIONS and field.kind == "choice"
    shown = [words for option in offered if (words := _words(option.label, few)) is not None]
    if len(shown) < len(offered):
        whole = [f"{number}. {option.label}" for number, option in enumerate(offered, 1)]
        yield from bold_line(cutting.shortened(field.label, limits.INPUT_LABEL))
        yield from (section for label in whole for section in sections(label))
        shown = [{"text": plain(cutting.shortened(label, limits.OPTION_LABEL))} for label in whole]
    drawn = [_option(option.value, words) for option, words in zip(offered, shown, strict=True)]
    yield _input(field, _radios(drawn, field) if few else _list(drawn, field, sentences))


def _each_once(options: Iterable[Option]) -> list[Option]:
    """The choices without those that mean the same as one before; the same words may mean different ones."""
    found: dict[str, Option] = {}
    for option in options:
        found.setdefault(option.value, option)
    return list(found.values())


def _option(value: str, words: Drawn) -> Drawn:
    """Raises `ValueError` for a value that Slack can't bring back: the core's are short, or something is wrong."""
    if cutting.length("=" + value) > limits.OPTION_VALUE:
        raise ValueError("an option's value is longer than Slack takes")
    return {**words, "value": "=" + value}


def _words(label: str, two_lines: bool) -> Drawn | None:
    """A choice's words, on one line or on two; None where they are too long."""
    label = label.strip()
    if cutting.length(label) <= limits.OPTION_LABEL:
        return {"text": plain(label)}
    if two_lines and (lines := _in_two(label)) is not None:
        return {"text": plain(f"{lines[0]} …"), "description": plain(f"… {lines[1]}")}
    return None


def _in_two(label: str) -> tuple[str, str] | None:
    """A label as two lines with room for an ellipsis at each; None where that is too little or a word would be torn."""
    first = cutting.pieces(label, limits.OPTION_LABEL - 2)[0]
    rest = label[len(first) :]
    torn = not (first[-1].isspace() or rest[0].isspace())
    fits = cutting.length(rest.strip()) <= limits.OPTION_DESCRIPTION - 2
    return (first.rstrip(), rest.strip()) if fits and not torn else None


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
    prompt = {"placeholder": plain(cutting.shortened(sentences.choose, limits.PLACEHOLDER))}
    return {"type": "static_select", **prompt, **options, **_chosen(drawn, field)}


def _group(drawn: Sequence[Drawn]) -> Drawn:
    half = limits.GROUP_LABEL // 2 - 2
    first, last = (cutting.shortened(one["text"]["text"], half) for one in (drawn[0], drawn[-1]))
    return {"label": plain(f"{first} – {last}"), "options": list(drawn)}
