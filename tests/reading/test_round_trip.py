"""A protocol that is written down in any form and read back is the same."""

import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from content.reading.opened import read
from content.reading.structure import outline
from tests.reading.generated import protocols
from tests.reading.outlined import as_printed
from tests.reading.protocols import Protocol, own, truth
from tests.reading.scoring import Item, Printed, bare
from tests.reading.written import FORMS

#: Nothing in these tells the level of a heading but its number.
_FLAT = ("bold.docx", "lines.txt", "wrapped.txt", "paged.txt")


def _read_back(protocol: Protocol, form: str) -> Printed:
    return as_printed(outline(read(FORMS[form](protocol), f"protocol.{form}")))


def differences(protocol: Protocol, form: str) -> list[Any]:
    """Where what is read back differs in headings, numbers, texts or lists: what was written, what was read."""
    number = bare if form == "lists.html" else lambda ref: ref or ""  # a web page's lists print dots of their own
    written, read_back = (_told(one, number) for one in (truth(protocol), _read_back(protocol, form)))
    return [(want, got) for want, got in zip_longest(written, read_back) if want != got]


def _told(printed: Printed, number: Callable[[str | None], str]) -> list[Any]:
    def one(text: str) -> str:
        return re.sub(r"\s+", " ", text).strip()

    def listed(items: list[Item]) -> list[Any]:
        return [(number(item["ref"]), one(item["text"]), listed(item["items"])) for item in items]

    return [
        (
            [(number(heading["ref"]), one(heading["text"])) for heading in clause["headings"]],
            number(clause["ref"]),
            one(clause["text"]),
            listed(clause["items"]),
        )
        for clause in printed["clauses"]
    ]


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("protocol", own(), ids=lambda protocol: protocol.name)
def test_a_protocol_is_read_back_as_it_was_written(protocol: Protocol, form: str) -> None:
    assert differences(protocol, form) == []


#: Making a failing example smaller takes minutes; the first difference mostly tells as much.
_FEW = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@pytest.mark.parametrize("form", [form for form in sorted(FORMS) if form not in _FLAT])
@_FEW
@given(protocol=protocols())
def test_any_protocol_is_read_back_where_the_form_tells_levels(form: str, protocol: Protocol) -> None:
    assert differences(protocol, form)[:1] == []


@pytest.mark.parametrize("form", _FLAT)
@_FEW
@given(protocol=protocols(levels=1))
def test_any_protocol_is_read_back_where_only_numbers_tell_levels(form: str, protocol: Protocol) -> None:
    assert differences(protocol, form)[:1] == []
