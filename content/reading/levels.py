"""Tells how deep each heading of a document is.

In: the body's pieces and which of them are headings. Out: a level for each, 1 outermost.
Never: makes a heading of anything. Numbers tell first, then tags and styles, then what the headings name.
"""

import re

from content.reading.headings import Look
from content.reading.parts import named_part, rank
from content.reading.pieces import Piece

_PARTY = re.compile(
    r"(?:councillors?|members?|officers?|clerks?|employees?|staff|chairs?|chair(?:man|men|person|persons|woman|women)|mayors?|"
    r"vice|deputy|deputies|leaders?|committees?|council|proper|responsible|financial|finance|town|parish|rfo|other|the|and|of|or|"
    r"cabinet|executive|chief|monitoring|all|elected|senior|party)",
    re.IGNORECASE,
)
_FOR_PARTY = re.compile(
    r"^(?:the\s+)?(?:procedures?|process|complaints?|action|what to do)?\s*(?:for|by)\s+", re.IGNORECASE
)
_HOLDS_PARTIES = re.compile(
    r"\b(?:roles?|responsibilit\w+|dut(?:y|ies)|expect\w*|respective|obligations?|rights)\b", re.IGNORECASE
)
_SET_OF_PARTIES = 2

Key = tuple[float, ...]


def levels(body: list[Piece], found: set[int]) -> dict[int, int]:
    """The level of each heading, by its place."""
    return _Levels(body, found).all()


class _Levels:
    """Goes through the headings in order and keeps those that are open: place, level, and how they look."""

    def __init__(self, body: list[Piece], found: set[int]) -> None:
        self._body, self._found, self._look = body, sorted(found), Look(body)
        self._open: list[tuple[int, int]] = []
        self._siblings: list[int] = []  # the headings since the last outermost one
        self._first_words: set[str] = set()  # of these
        self._of_parties = True  # whether all of these only name people
        self._next = _next_numbered(body)
        self._given: dict[int, int] = {}
        numbered = [at for at in self._found if body[at].sort]
        self._numbered = bool(numbered)
        self._orders = self._ordered(numbered)
        self._outer = self._outer_ones(numbered)
        tags = {body[at].line.heading for at in self._found if not body[at].sort}
        self._plain_kinds = len({self._style(at)[:4] for at in self._found if not body[at].line.heading})
        self._one_style = not numbered and (tags == {0}) and self._plain_kinds == 1
        self._capitals = self._one_style and len({body[at].capitals for at in self._found}) > 1
        self._bare_over = {at for at in self._found if at and at + 1 in found and not body[at].sort}

    def all(self) -> dict[int, int]:
        for at in self._found:
            piece = self._body[at]
            if within := self._of_named(at):
                level = within
            elif piece.sort:
                level = self._of_numbered(at)
            elif self._numbered:
                level = self._among_numbered(at)
            else:
                level = self._of_bare(at)
            self._open = [one for one in self._open if one[1] < level] + [(at, level)]
            self._given[at] = level
            self._remember(at, level)
        return self._given

    def _remember(self, at: int, level: int) -> None:
        if level == 1:
            self._siblings, self._first_words, self._of_parties = [], set(), True
            return
        self._siblings.append(at)
        self._first_words.add(_first_word(self._body[at]))
        self._of_parties = self._of_parties and parties(self._body[at].text)

    def _style(self, at: int) -> Key:
        """How a heading looks, the more prominent the smaller."""
        piece = self._body[at]
        line = piece.line
        tag = line.heading or 9
        return (
            tag,
            -round(line.size * 2),
            0 if line.bold or line.heading else 1,
            int(line.italic),
            0 if piece.capitals else 1,
        )

    def _telling(self, at: int) -> Key:
        """The same, capitals only where nothing else differs: a council's capitals come and go."""
        return self._style(at) if self._plain_kinds == 1 else self._style(at)[:4]

    def _kind(self, at: int) -> tuple[str, int]:
        piece = self._body[at]
        return (piece.sort or "", len(piece.parts))

    def _ordered(self, numbered: list[int]) -> dict[tuple[str, int], int]:
        """The kinds of number that headings have, outermost 0: by the parts of the number, else as they first come."""
        kinds: list[tuple[str, int]] = []
        for at in numbered:
            kind = self._kind(at)
            if kind not in kinds:
                fewer = [
                    place for place, other in enumerate(kinds) if other[0] == kind[0] == "number" and other[1] > kind[1]
                ]
                kinds.insert(fewer[0] if fewer else len(kinds), kind)
        return {kind: order for order, kind in enumerate(kinds)}

    def _outer_ones(self, numbered: list[int]) -> set[int]:
        """Unnumbered headings that numbered ones stand under: parts, or more prominent, and more than one of them."""
        if not numbered:
            return set()
        top = [at for at in numbered if self._orders[self._kind(at)] == 0]
        best = min(self._style(at) for at in top)
        bare = [at for at in self._found if not self._body[at].sort]
        wider = [at for at in bare if named_part(self._body[at].text) or self._style(at)[:2] < best[:2]]
        wider += [at for at in bare if at not in wider and self._style(at) < best and self._restarts_after(at, top)]
        over = [at for at in wider if self._holds(at, wider, top)]
        return set(wider) if len(over) > 1 else {at for at in wider if named_part(self._body[at].text) and at > top[-1]}

    def _holds(self, at: int, wider: list[int], top: list[int]) -> bool:
        end = min((other for other in wider if other > at), default=len(self._body))
        return any(at < one < end for one in top)

    def _restarts_after(self, at: int, top: list[int]) -> bool:
        following = next((one for one in top if one > at), None)
        return following is not None and self._body[following].parts == (1,) and any(one < at for one in top)

    def _of_named(self, at: int) -> int:
        """A section inside the part that is open, and beside the section before it; 0 where neither is open, and where
        its tag says otherwise."""
        piece = self._body[at]
        mine = 0 if piece.sort else rank(piece.text)
        for place, level in reversed(self._open if mine else []):
            over = self._body[place]
            theirs = 0 if over.sort else rank(over.text)
            tags = (over.line.heading, piece.line.heading)
            if theirs == mine:
                return level if tags[0] == tags[1] else 0
            if 0 < theirs < mine:
                return level + 1 if not all(tags) or tags[0] <= tags[1] else 0
        return 0

    def _of_numbered(self, at: int) -> int:
        """One deeper than the open heading that its number is under, or than the part it stands in."""
        order = self._orders[self._kind(at)]
        for place, level in reversed(self._open):
            piece = self._body[place]
            if place in self._outer:
                return level + 1
            if piece.sort and self._orders[self._kind(place)] < order and self._inside(self._body[at], piece):
                return level + 1
        return 1

    @staticmethod
    def _inside(piece: Piece, over: Piece) -> bool:
        """Whether a number may stand under another: where both are of one sort it must begin with it."""
        if piece.sort != "number" or over.sort != "number":
            return True
        return piece.parts[: len(over.parts)] == over.parts or len(piece.parts) > len(over.parts)

    def _among_numbered(self, at: int) -> int:
        """An unnumbered heading between numbered ones: inside the section where its numbers go on, else beside it."""
        if at in self._outer:
            return 1
        numbered = [(place, level) for place, level in self._open if self._body[place].sort]
        outer = max((level for place, level in self._open if place in self._outer), default=0)
        if not numbered:
            return outer + 1
        following = self._next[at]
        for place, level in reversed(numbered):
            if following and self._goes_on(following, self._body[place]):
                return level + 1
        place, level = numbered[0]
        if self._style(at)[:2] < self._style(place)[:2] or named_part(self._body[at].text):
            return level
        if (
            following is None
            and self._style(at)[:4] == self._style(place)[:4]
            and self._look.stands_out(self._body[at])
        ):
            return level
        deepest, deep = numbered[-1]
        return (deep if self._style(at) <= self._style(deepest) and len(numbered) > 1 else level + 1) or 1

    @staticmethod
    def _goes_on(following: Piece, over: Piece) -> bool:
        """Whether the next number is of the open section."""
        return len(following.parts) > len(over.parts) and following.parts[: len(over.parts)] == over.parts

    def _of_bare(self, at: int) -> int:
        """An unnumbered heading where none is numbered: by tag, else by how it looks and whom it names."""
        piece = self._body[at]
        if self._one_style and (level := self._by_party(at)):
            return level
        mine = self._telling(at)
        tagged = bool(piece.line.heading)
        for place, level in reversed(self._open):
            theirs = self._telling(place)
            if (theirs[0] < mine[0]) if tagged or self._body[place].line.heading else theirs < mine:
                return level + 1
        return 1

    def _by_party(self, at: int) -> int:
        """A heading that only names people, under one on roles or that has no text of its own; 0 elsewhere."""
        text = self._body[at].text
        topic = next((place for place, level in self._open if level == 1), None)
        if topic is None or (self._body[at].capitals and self._capitals):
            return 1 if topic is None or self._capitals else 0
        if parties(text):
            held = bool(_HOLDS_PARTIES.search(self._body[topic].text)) or at == topic + 1
            return 2 if held or (self._siblings and self._of_parties) else 1
        if not self._capitals:
            return 2 if self._under_bare(at, topic) else 1
        complete = len(self._siblings) >= _SET_OF_PARTIES and self._of_parties
        if complete or (not self._body[topic].capitals and _titled(text)):
            return 1
        return 2

    def _under_bare(self, at: int, topic: int) -> bool:
        """Whether it stands under a heading that has no text of its own, first or as one of a set."""
        if topic not in self._bare_over:
            return False
        if at == topic + 1 or (len(self._bare_over) >= _SET_OF_PARTIES and at not in self._bare_over):
            return True
        return _first_word(self._body[at]) in self._first_words


def parties(text: str) -> bool:
    """Whether a heading only names people: "Councillors", "Clerk (/other officers)", "Procedure for Members"."""
    words = re.findall(r"[A-Za-z]+", _FOR_PARTY.sub("", text))
    return bool(words) and all(_PARTY.fullmatch(word) for word in words)


def _next_numbered(body: list[Piece]) -> list[Piece | None]:
    """For each piece the next one after it that has a number."""
    found: list[Piece | None] = [None] * len(body)
    for at in range(len(body) - 2, -1, -1):
        found[at] = body[at + 1] if body[at + 1].parts else found[at + 1]
    return found


def _first_word(piece: Piece) -> str:
    return next(iter(piece.text.split()), "").lower()


def _titled(text: str) -> bool:
    """All of its longer words begin with a capital."""
    return all(word[0].isupper() for word in re.findall(r"[A-Za-z]+", text) if len(word) > 3)
