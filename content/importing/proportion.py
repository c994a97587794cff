"""Whether a document is a protocol between councillors and officers at all, as far as its words tell.

In: a pack that was made of it. Out: yes or no. Never: refuses one: whoever brought it in is asked.
"""

import re
from typing import Final

from bot.contents import Contents
from bot.pack import Pack

_ONE_SIDE: Final = re.compile(r"\b(?:councillors?|cllrs?|members?|chair(?:man|men|woman|person|s)?|mayor)\b", re.I)
_OTHER_SIDE: Final = re.compile(r"\b(?:officers?|clerks?|staff|employees?|chief executive)\b", re.I)
_RULES: Final = re.compile(r"\b(?:should|must|shall|may|(?:can|is|are) expect\w*|responsib\w+|entitled)\b", re.I)
#: Each side is named so often, and so many rules are there: two paragraphs of a protocol have as much.
_OFTEN: Final = 2
#: A protocol has so many clauses and lines with topics, of all that it has.
_TAGGED: Final = 0.5


def hardly_any(pack: Pack) -> bool:
    """Whether hardly anything of a protocol is in it: of four signs of one, it has one at most."""
    contents = Contents(pack)
    stands = [stand for stand in contents.clauses() if stand.adopted]
    wording = " ".join(stand.wording for stand in stands)
    sides = min(len(_ONE_SIDE.findall(wording)), len(_OTHER_SIDE.findall(wording)))
    signs = (
        sides >= _OFTEN,
        len(_RULES.findall(wording)) > _OFTEN and sides > 0,
        sum(bool(stand.ref) for stand in stands) >= _OFTEN,
        sum(bool(stand.topics) for stand in stands) >= _TAGGED * len(stands) and sides > 0,
    )
    return bool(stands) and sum(signs) <= 1
