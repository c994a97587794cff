"""Tells a hyphen that belongs to its word from one that only broke the word at a line's end.

In: what stands before the hyphen and after it, and what words the file has. Out: yes or no. Never: changes a letter.
"""

import re
from collections.abc import Callable

_LAST = re.compile(r"[^\W_]+(?:[-’'\u2010\u2011][^\W_]+)*$")
_FIRST = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_HYPHENS = re.compile(r"[-\u2010\u2011]")
#: The small words in the middle of longer ones, before their hyphen and after it: day-to-day, out-of-hours.
_SMALL = frozenset("to of the by and".split())
#: Words that are commonly written with a hyphen after their first part, and not those that merely begin so:
#: "part-time", and no "part-ner"; "co-opted", and no "co-py".
_WITH_HYPHEN = re.compile(
    r"(?:self|non|vice|well|cross|half|quasi|third|face)-\w|"
    r"semi-(?!nar)|multi-(?!pl|tud)|full-(?!y|ness|er|est)|part-(?!n|i|ly|ed|s\b|y\b|ridge|ak)|"
    r"co-(?:o|author|chair|exist|work|sign|produc|locat|found)|"
    r"re-(?:e|alloc|appl|appoint|assess|assign|admit|adopt|open|issue|invit|instat|us(?:e|ing)\b)|"
    r"sub-(?:committee|clause|section|paragraph|panel|group|heading|contract|let\b|item|total)|"
    r"pre-(?:e|meet|appl|agenda|arrang|determin|plan)|anti-(?:soc|bull|corr|brib|fraud|discr|comp|terr)|"
    r"all-(?:party|member|council|round|day|night)|"
    r"ex-(?:off|grat|member|council|chair|mayor|clerk|employ|partner|staff)|"
    r"inter-(?:party|group|agency|departmental)|e-mail|"
    r"\w{3,}-(?:term|based|wide|making|makers?)\b"
)


def belongs(before: str, after: str, whole: Callable[[str], bool]) -> bool:
    """Whether the hyphen between these two is the word's own. `before` goes up to it, `after` follows it.

    `whole` tells whether the file has a word, in small letters, elsewhere: with a hyphen in it too.
    """
    first, second = _LAST.search(before), _FIRST.match(after)
    if first is None or second is None:
        return True
    left, right = _HYPHENS.split(first[0].lower()), _HYPHENS.split(second[0].lower())
    if whole(f"{left[-1]}-{right[0]}") or whole("-".join([*left, *right])):
        return True
    if (len(left) > 1 and left[-1] in _SMALL) or (len(right) > 1 and right[0] in _SMALL):
        return True
    if whole(left[-1] + right[0]):
        return False
    if len(left) > 1 and whole(left[-1]):
        return True
    return bool(_WITH_HYPHEN.match(f"{left[-1]}-{right[0]}"))
