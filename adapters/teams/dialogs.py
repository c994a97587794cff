"""Forms and posts as dialogs: what `task/fetch` and `task/submit` are answered with.

In: the core's `Form` and `Post`, the nonce of the dialog. Out: whole answers as plain JSON, within what Teams takes.
Never: I/O; a field or a choice left out; what was typed lost.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from adapters.teams import actions, limits, render
from adapters.teams.actions import Carried
from adapters.teams.render import Presses, Sentences
from adapters.teams.texts import Drawn, clean, flat, is_markup, nothing, runs, titles, written
from bot import cutting
from bot.conversation import Block, Button, Buttons, Field, Form, Option, Post

Dialog: TypeAlias = dict[str, Any]
#: What closes a dialog: it is sent as 200 *without a body*. All else that opens nothing is an error to Teams, `{}` too
#: (MicrosoftDocs/msteams-docs, issues 832 and 6432; microsoft/teams-sdk, pull request 167).
CLOSED: Final[Dialog] = {}

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
#: In front of what is wrong: colour alone says it to some people only.
_SIGN: Final = "⚠ "
#: A dialog that takes more units than this is a high one.
_HIGH: Final = 4000
#: What a button that turns to another part takes, and the number of the part.
_TURN: Final = 1500
#: A choice that takes an answer back, where none of the core's does.
_NEITHER: Final = Option("", "–")


# ---------------------------------------------------------------- dialogs


def form(
    form: Form,
    nonce: str,
    sentences: Sentences,
    *,
    card: str = "",
    way: str = "",
    token: str = "",
    part: int = 1,
    without: str = "",
    problems: Mapping[str, str] = _NONE,
    values: Mapping[str, str] | None = None,
) -> Dialog:
    """A form as a dialog. Its title stands on top of it: the dialog's own is always the bot's name.

    `problems` by field stand at their fields and on top, because the top is what is seen first; those of no field
    stand on top alone. `values` is what was typed. `card` and `way` as with `Carried`.

    Where its introduction is more than a dialog takes, and `token` brings the form again, it is read in several, this
    from `part` on: the fields stand in the last of them. `without`: the token of a form that was carried without its
    introduction, which then can be read again.
    """
    base = Carried(nonce=nonce, card=card, way=way)
    press = _presses(base, associatedInputs="none")  # what is not filled in yet must keep nobody from leaving
    top = [*titles(form.title), *_on_top(form, problems)]
    asked = list(_asked(form, problems, values, sentences))

    def made(told: Sequence[Drawn], carried: Form, from_: str = without) -> Dialog:
        data = actions.data(replace(base, form=carried, token=from_))
        sent = render.titled({"type": "Action.Submit", "data": data}, form.submit, primary=True)
        again = [_turned(base, without, 1, sentences.from_start)] if without else []
        return _dialog([*top, *told, *asked], sentences, actions=[sent, *again])

    told, lean = render.blocks(form.intro, press), replace(form, intro=())
    if fits(whole := made(told, form)):
        return whole
    if not token:
        return _first_that_fits(made(some, lean) for some in _intros(form.intro, press, sentences))
    room = limits.MESSAGE - limits.size(made([], lean, token)) - _TURN
    parts = cutting.packed([told], limits.size_among_others, lambda part: sum(part) <= room)
    if part >= len(parts):
        return made(parts[-1], lean, token)
    number = written(f"{part}/{len(parts)}", small=True)
    turned = _turned(base, token, part + 1, sentences.go_on, actions.typed_as(form, values or {}))
    return _dialog([*titles(form.title), *number, *parts[part - 1]], sentences, actions=[turned])


def sheet(post: Post, nonce: str, sentences: Sentences, *, card: str = "", way: str = "") -> Dialog:
    """A post that is read in a dialog. Its buttons are sent in as a form's are: what they open takes its place.

    One that is too long for a dialog (`fits`) is to be said elsewhere.
    """
    top, press = list(titles(post.title)), _presses(Carried(nonce=nonce, card=card, way=way))
    drawn = _dialog([*top, *render.blocks(post.blocks, press)], sentences)
    return drawn if fits(drawn) else _dialog([*top, *_bare(post.blocks), *_rows(post.blocks, press)], sentences)


def _dialog(body: Sequence[Drawn], sentences: Sentences, **more: Any) -> Dialog:
    """An answer that shows a card in the dialog (learn.microsoft.com, Teams: the `TaskInfo` object)."""
    card = render.card(list(body) or [nothing()], **more)
    value = {
        "title": cutting.shortened(flat(sentences.name), limits.DIALOG_TITLE),
        "width": "medium",
        "height": "large" if limits.size(card) > _HIGH else "medium",
        "card": {"contentType": render.CARD, "content": card},
    }
    return {"task": {"type": "continue", "value": value}}


def _presses(base: Carried, **more: Any) -> Presses:
    def press(button: Button) -> Drawn:
        carried = replace(base, token=clean(button.token))
        return {"type": "Action.Submit", "data": actions.data(carried), **more}

    return press


def _turned(base: Carried, token: str, part: int, label: str, typed: Mapping[str, str] = _NONE) -> Drawn:
    """A button that shows another part, and keeps what was typed."""
    data = {**actions.data(replace(base, token=token, part=part)), **typed}
    return render.titled({"type": "Action.Submit", "data": data}, label, primary=part > 1)


# ---------------------------------------------------------------- within what Teams takes


def fits(made: Dialog) -> bool:
    """Whether a dialog takes it."""
    return limits.size(made) <= limits.MESSAGE


def _first_that_fits(made: Iterable[Dialog]) -> Dialog:
    """The first of them that is small enough, else the last: fields are never left out."""
    for dialog in made:
        if fits(dialog):
            break
    return dialog


def _intros(told: Sequence[Block], press: Presses, sentences: Sentences) -> Iterator[list[Drawn]]:
    """What stands above the fields, in ever less room: drawn; as bare text; as much of it as fits, which is said."""
    yield render.blocks(told, press)
    shown, pressed = _bare(told), _rows(told, press)
    yield [*shown, *pressed]
    while shown:
        shown.pop()
        yield [*shown, *written(sentences.not_all), *pressed]


def _bare(told: Sequence[Block]) -> list[Drawn]:
    """Bare text: all of it, in the least room."""
    pieces = [piece for piece in cutting.pieces(clean(Post(tuple(told)).plain()), limits.PIECE) if piece.strip()]
    return [{"type": "RichTextBlock", "inlines": runs(piece)} for piece in pieces]


def _rows(told: Sequence[Block], press: Presses) -> list[Drawn]:
    return render.blocks((block for block in told if isinstance(block, Buttons)), press)


# ---------------------------------------------------------------- what is wrong


def _on_top(form: Form, problems: Mapping[str, str]) -> Iterator[Drawn]:
    """All that is wrong in one box, in the order of the form; first what is wrong with the whole of it."""
    labels = {field.name: cutting.shortened(flat(field.label), limits.NAMED) for field in form.fields}
    general = [why for name, why in problems.items() if name not in labels]
    named = [f"{label}: {problems[name]}" for name, label in labels.items() if problems.get(name)]
    told = [
        line
        for why in (*general, *named)
        for line in written(f"{_SIGN}{why}", bold=True, colour="attention", spacing="small")
    ]
    if told:
        yield {"type": "Container", "style": "attention", "items": told}


# ---------------------------------------------------------------- fields


def _asked(
    form: Form, problems: Mapping[str, str], values: Mapping[str, str] | None, sentences: Sentences
) -> Iterator[Drawn]:
    """Every field as it is filled; below them the words of a button that are too long for it."""
    for field in form.fields:
        filled = field if values is None else replace(field, value=values.get(field.name, ""))
        yield _field(filled, problems.get(field.name, ""), sentences)
    if cutting.length(flat(form.submit)) > limits.BUTTON_TEXT:
        yield from written(form.submit, small=True)


def _field(field: Field, problem: str, sentences: Sentences) -> Drawn:
    """A field in a box: what is asked, where it is answered, what is wrong with it, what helps to answer it."""
    match field.kind:
        case "choice" | "person":
            asked = _choice(field, sentences)
        case "date":
            asked = [_input(field, "Input.Date", sentences.needed, _day(field.value))]
        case _:
            asked = [_input(field, "Input.Text", sentences.needed, _text(field))]
    wrong = written(f"{_SIGN}{problem}" if problem else "", bold=True, colour="attention", spacing="small")
    hint = written(field.hint, small=True, spacing="small")
    return {"type": "Container", "spacing": "medium", "items": [*asked, *wrong, *hint]}


def _input(field: Field, kind: str, wrong: str, more: Mapping[str, Any]) -> Drawn:
    """`wrong` is what the client says where it is left empty, or is nothing that can be chosen."""
    required = {"isRequired": True} if field.required else {}
    return {
        "type": kind,
        "id": actions.input_id(field),
        "label": flat(field.label),
        **required,
        "errorMessage": flat(wrong),
        **more,
    }


def _text(field: Field) -> dict[str, Any]:
    """A line or a text. What stands in it already is never cut, nor are its lines run together.

    It takes more than the field's limit: a client cuts pasted words there in silence, while the bot says that they are
    too many and gives them back.
    """
    value = clean(field.value)
    return {
        "isMultiline": field.kind == "text" or "\n" in value,
        "maxLength": max(limits.TYPED, field.limit, cutting.length(value)),
        **({"value": value} if value else {}),
    }


def _day(value: str) -> dict[str, Any]:
    """A date is picked. What stands there and is none can't be shown."""
    try:
        return {"value": date.fromisoformat(value).isoformat()}
    except ValueError:
        return {}


# ---------------------------------------------------------------- choices


def _choice(field: Field, sentences: Sentences) -> list[Drawn]:
    """A few choices all in sight; many, or people, in a list that opens.

    What is in sight may be read as Markdown (adaptivecards, card-elements: `useMarkdownInRadioButtonAndCheckbox`), so
    what could be taken for it is in a list. Where one is too long for a list, all stand in full above it.
    """
    offered = _each_once(field)
    labels = [flat(option.label) for option in offered]
    few = field.kind == "choice" and len(offered) <= limits.FEW
    if few and not any(map(is_markup, labels)):
        return [_chosen_from(field, offered, labels, sentences, {"style": "expanded", "wrap": True})]
    above: list[Drawn] = []
    if max(map(cutting.length, labels)) > limits.OPTION_TEXT:
        labels = [f"{number}. {label}" for number, label in enumerate(labels, 1)]
        above = [line for label in labels for line in written(label, spacing="small")]
        above = [*written(field.label, bold=True), *above]
        labels = [cutting.shortened(label, limits.OPTION_TEXT) for label in labels]
    prompt = {"style": _style(field, few, labels), "placeholder": flat(sentences.choose)}
    return [*above, _chosen_from(field, offered, labels, sentences, prompt)]


def _style(field: Field, few: bool, labels: Sequence[str]) -> str:
    """Whether the list is searched by typing. Not where something is chosen already, which then is not shown on a
    telephone (MicrosoftDocs/msteams-docs, issue 10472), nor where two read the same (microsoft/AdaptiveCards, 6526).
    People are searched all the same where what is chosen is nobody in particular.
    """
    chosen = _is_offered(field) and (field.value or field.kind != "person")
    return "compact" if few or chosen or len(set(labels)) < len(labels) else "filtered"


def _chosen_from(
    field: Field, offered: Sequence[Option], labels: Sequence[str], sentences: Sentences, more: Mapping[str, Any]
) -> Drawn:
    values = ["=" + clean(option.value) for option in offered]
    return _input(
        field,
        "Input.ChoiceSet",
        sentences.needed if field.required else sentences.choose,
        {
            **more,
            **({"value": "=" + clean(field.value)} if _is_offered(field) else {}),
            "choices": [{"title": label, "value": value} for label, value in zip(labels, values, strict=True)],
        },
    )


def _is_offered(field: Field) -> bool:
    """Whether one of its choices is chosen; where nothing is, that may be one of them ("All of them")."""
    return any(clean(field.value) == clean(option.value) for option in field.options)


def _each_once(field: Field) -> list[Option]:
    """The choices without those that mean the same as one before; one that may be left open can be taken back."""
    found: dict[str, Option] = {}
    for option in field.options:
        found.setdefault(option.value, option)
    if not found or ("" not in found and not field.required):
        found = {"": _NEITHER, **found}
    return list(found.values())
