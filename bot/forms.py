"""Whether what a form brings back is what it asked for.

In: the form, and the values that came. Out: what is wrong, by field, in words for the person.
Never: trusts a page, a phone or a platform to have checked anything.
"""

from collections.abc import Mapping

from bot import cutting
from bot.conversation import Field, Form
from bot.words import Words


def problems(form: Form, values: Mapping[str, str], words: Words) -> dict[str, str]:
    """What is wrong with each field; empty where all is well."""
    found = ((field.name, _problem(field, values.get(field.name, "").strip(), words)) for field in form.fields)
    return {name: problem for name, problem in found if problem}


def written(values: Mapping[str, str], name: str) -> str:
    """What was written in a field; half a character, as some keyboards leave behind, is dropped."""
    return cutting.whole(values.get(name, "")).strip()


def _problem(field: Field, value: str, words: Words) -> str | None:
    if not value:
        return words("field-empty", label=field.label) if field.required else None
    if len(value) > field.limit:
        return words("field-too-long", length=len(value), limit=field.limit)
    if field.options and value not in {option.value for option in field.options}:
        return words("field-no-such-choice")
    return None
