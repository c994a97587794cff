"""What the buttons of cards and dialogs carry, out and back.

In: what a button stands for. Out: a button's data, and what it stands for read from data that comes back.
Never: what somebody wrote in a field, in what a card carries (in a dialog, a button that turns to another part carries
what was typed); trust: whoever presses may send any data, so the core decides what they may do.
"""

from collections.abc import Mapping
from hashlib import blake2s
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from adapters.teams.typed import whole
from bot.conversation import Field, Form

#: Ours in a button's data: what people filled in stands beside it.
OURS: Final = "protocol"
#: The verb of every `Action.Execute`.
VERB: Final = "press"
#: What the ids of inputs begin with.
_FIELD: Final = "f."

#: One word, as a command is.
_WORD: Final = 30
#: 32 hexadecimal digits.
Nonce = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]


class Carried(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a button stands for.

    `nonce` is that of its very card or dialog: random for answers, made of its key for a notice. `token` is a button
    of the core's; `again` the Open form button: what was asked under this nonce is opened again, or `word`, where that
    was one word. `aside`: the card was targeted, only one person sees it. `asks`: the card asks for an answer, which
    may take its place.

    In dialogs alone: `form` is the form without what stands in its fields, so that it can be shown again with its
    problems; where its introduction was left out, `token` is what brings it. `part`: the form of `token` is read from
    this part on, counted from one. `card` is the id of the post that the answer is to be shown at; `way` the nonce of
    that post where it is an Open form card.
    """

    nonce: Nonce
    token: str = ""
    form: Form | None = None
    again: bool = False
    word: str = ""
    aside: bool = False
    asks: bool = False
    part: Annotated[int, Meta(ge=0)] = 0
    card: str = ""
    way: str = ""


def of_key(key: str) -> str:
    """The nonce of a notice: the same for every attempt at it."""
    return blake2s(key.encode()).hexdigest()[:32]


def data(carried: Carried) -> dict[str, Any]:
    """What a button carries, as JSON. Whatever stands in a form's fields is left out."""
    if carried.form is not None:
        carried = replace(carried, form=emptied(carried.form))
    return {OURS: whole(msgspec.to_builtins(carried))}


def fetching(carried: Carried) -> dict[str, Any]:
    """What a button carries that opens a dialog (learn.microsoft.com, Teams: invoke dialogs from Adaptive Cards)."""
    return {"msteams": {"type": "task/fetch"}, **data(carried)}


def read(data: object) -> Carried | None:
    """What a button stands for, of the data that came back with it; None for what is not ours or can't be read."""
    if not isinstance(data, Mapping) or OURS not in data:
        return None
    try:
        return msgspec.convert(data[OURS], Carried)
    except msgspec.ValidationError:
        return None


def word_of(text: str) -> str:
    """What was asked where that was one word, which a card may carry; else nothing."""
    word = text.strip()
    return word if word.isalnum() and len(word) <= _WORD else ""


def typed(data: object) -> dict[str, str]:
    """What stood in the inputs of a dialog, by their ids, of the data that came back."""
    if not isinstance(data, Mapping):
        return {}
    return {id: value for id, value in data.items() if id.startswith(_FIELD) and isinstance(value, str)}


def typed_as(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """The same as it would come back of a form that is filled in so."""
    return {
        input_id(field): ("=" if field.kind in ("choice", "person") else "") + values[field.name]
        for field in form.fields
        if values.get(field.name)
    }


def input_id(field: Field) -> str:
    """What a field's input is called."""
    return _FIELD + field.name


def value_of(field: Field, data: Mapping[str, Any]) -> str:
    """What was filled into a field, of the data that came back; empty for nothing. A choice comes without its sign."""
    value = data.get(input_id(field))
    text = value if isinstance(value, str) else ""
    return text.removeprefix("=") if field.kind in ("choice", "person") else text


def emptied(form: Form) -> Form:
    """A form without what stands in its fields."""
    return replace(form, fields=tuple(replace(field, value="") for field in form.fields))
