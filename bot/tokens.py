"""What a button or a form carries: desk, step and value, as one short line of text.

In: the three. Out: `desk/step/value`, and back. Never: a story; at most a question about the rules.
"""

from typing import NamedTuple

from bot.cutting import whole


class Token(NamedTuple):
    """`desk` and `step` are single words; `value` is whatever that step needs."""

    desk: str
    step: str
    value: str = ""

    def __str__(self) -> str:
        return "/".join(self)

    @classmethod
    def read(cls, text: str) -> "Token":
        """Any text is a token; one that nobody made names a desk that does not exist. Half a character is dropped."""
        desk, _, rest = whole(text).partition("/")
        step, _, value = rest.partition("/")
        return cls(desk, step, value)
