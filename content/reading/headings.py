"""Finds which pieces of a document's body are headings.

In: the body's pieces. Out: the places of the headings among them. Never: tells their levels (`levels`).
What a line looks like is weighed against what the document does elsewhere, and against what stands under it: a heading
that has nothing under it is none, and a line that leads a list is a clause.
"""

import re
from collections import Counter

from content.reading.cells import cut_in
from content.reading.parts import named_part
from content.reading.pieces import Piece
from content.reading.printed import value

_MOST_WORDS = 16
_MOST_TAGGED = 26
_PLAIN_WORDS = 12
_DUTY = re.compile(r"\b(?:shall|must|should|will|may not|ought|cannot|is to|are to|has to|have to)\b", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^(?:in|to|as|this|these|those|it|they|we|you|if|please|note|nb|however|therefore|including|such|namely|e\.?g|i\.?e|"
    r"see|refer|there|where|below)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:what|who|whom|whose|when|where|why|how|which|if|can|may|do|does|is|are)\b|\?$", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:can|may|is|are|has|have|do|does|agree|expects?|needs?|include|includes|means)\b", re.IGNORECASE
)
_STEP = re.compile(r"^(?:stage|step|phase|rule|principle|part|option|level|form|type)\s+\w{1,5}$", re.IGNORECASE)
_FOLLOWS = re.compile(r"\b(?:follows|following|below|are|is|can|may|include|includes|means)\W*$", re.IGNORECASE)
_MOST_NAMED = 7


class Look:
    """How the document prints its text, so that what differs from it can be seen."""

    def __init__(self, body: list[Piece]) -> None:
        prose = [piece for piece in body if piece.words >= 10] or body
        weight: Counter[bool] = Counter()
        sizes: Counter[float] = Counter()
        italics: Counter[bool] = Counter()
        for piece in prose:
            weight[piece.line.bold] += len(piece.text)
            sizes[round(piece.line.size, 1)] += len(piece.text)
            italics[piece.line.italic] += len(piece.text)
        self.bold = bool(weight) and weight.most_common(1)[0][0]
        self.size = sizes.most_common(1)[0][0] if sizes else 0.0
        self.italic = bool(italics) and italics.most_common(1)[0][0]
        short = [piece for piece in body if not piece.listed and piece.words <= _MOST_WORDS and not piece.stopped]
        self._texts = _text_tags(body)
        self.tagged = any(piece.line.heading for piece in short)
        self.styled = self.tagged or sum(self.shown(piece) for piece in short if not piece.leads) > 1

    def shown(self, piece: Piece) -> bool:
        """It is printed as headings are: larger, or bold where the text is not."""
        line = piece.line
        large = bool(line.size) and line.size > self.size * 1.06
        return (line.heading > 0 and line.heading not in self._texts) or large or (line.bold and not self.bold)

    def stands_out(self, piece: Piece) -> bool:
        """It is, or it is in capitals."""
        return self.shown(piece) or piece.capitals

    def slants(self, piece: Piece) -> bool:
        """It is in italics where the text is not."""
        return piece.line.italic and not self.italic


def _text_tags(body: list[Piece]) -> set[int]:
    """The levels of heading that a document uses for its clauses too: such a tag says nothing."""
    all_of = Counter(piece.line.heading for piece in body if piece.line.heading)
    texts = Counter(piece.line.heading for piece in body if piece.line.heading and (piece.stopped or piece.leads))
    return {tag for tag, count in texts.items() if count > all_of[tag] * 0.4}


def headings(body: list[Piece]) -> set[int]:
    """The places of the headings."""
    look = Look(body)
    found: set[int] = set()
    for at, piece in enumerate(body):
        if piece.text and _numbered(body, at, look, found):
            found.add(at)
    found |= {at for at, piece in enumerate(body) if piece.text and at not in found and _bare(body, at, look, found)}
    kept = _with_something_under(body, look, _in_turn(body, look, found))
    return kept - cut_in(body, kept, look.stands_out)


def _short(piece: Piece, look: Look) -> bool:
    """It has the length and the end of a heading."""
    if piece.stopped:
        return (
            bool(look.shown(piece)) and piece.words < 8 and piece.text.count(".") == 1 and not _DUTY.search(piece.text)
        )
    return piece.words <= (_MOST_TAGGED if piece.line.heading else _MOST_WORDS)


def _numbered(body: list[Piece], at: int, look: Look, found: set[int]) -> bool:
    """Whether a numbered line is a heading: short, and what stands under it is not the next of its kind."""
    piece = body[at]
    if piece.sort in (None, "bullet") or at + 1 >= len(body):
        return False
    if not _short(piece, look):
        return bool(piece.parts) and piece.words < 7 and piece.text[-1] == "." and _under(piece, body[at + 1])
    if piece.sort != "number" and not _lettered(body, at, look):
        return False
    after = body[at + 1]
    if piece.leads:
        return not _list_follows(piece, after) and not _announces(piece, look) and not _deeper_small(piece, after)
    if after.parts and piece.parts:
        return _under(piece, after) or _restarts(piece, after) or _headed(body, at, look)
    if after.sort == "number":
        return True
    if after.listed:
        return look.stands_out(piece) or _names_a_list(piece, after)
    return _over_prose(body, at, look, found)


def _headed(body: list[Piece], at: int, look: Look) -> bool:
    """Printed as a heading, though the next of its kind follows at once."""
    return bool(body[at].line.heading) and look.shown(body[at]) and not look.shown(body[at + 1])


def _over_prose(body: list[Piece], at: int, look: Look, found: set[int]) -> bool:
    """Whether an unnumbered line follows that it can be the heading of."""
    piece, after = body[at], body[at + 1]
    if look.stands_out(piece):
        return True
    if _binds(piece.text) or piece.words > _PLAIN_WORDS or (at and _in_list(body, at, found)):
        return False
    if after.words <= _PLAIN_WORDS and not after.stopped and not after.leads:  # a heading of a lower kind perhaps
        following = next((later for later in body[at + 1 :] if later.parts), None)
        return following is None or not piece.parts or _under(piece, following)
    return True


def _in_list(body: list[Piece], at: int, found: set[int]) -> bool:
    """It is the next in a run of numbers that have nothing between them, and not the next heading's number."""
    piece, before = body[at], body[at - 1]
    if not piece.parts or before.parts[:-1] != piece.parts[:-1] or len(before.parts) != len(piece.parts):
        return False
    if re.search(r"[.?!]$", before.text) and piece.text[:1].isupper():
        return False
    last = max((place for place in found if len(body[place].parts) == len(piece.parts)), default=None)
    return last is None or last == at - 1 or body[last].parts != (*piece.parts[:-1], piece.parts[-1] - 1)


def _lettered(body: list[Piece], at: int, look: Look) -> bool:
    """Letters and Roman numbers are headings' where they are capitals or shown, and no list's."""
    piece, after = body[at], body[at + 1]
    capital = any(letter.isupper() for letter in piece.ref or "")
    if after.sort == piece.sort or (after.listed and not look.shown(piece)):
        return False
    if look.shown(piece) and not piece.leads:
        return capital or after.sort is None or after.sort == "number"
    return capital and (piece.capitals or not _DUTY.search(piece.text)) and piece.words <= _PLAIN_WORDS


def _under(piece: Piece, after: Piece) -> bool:
    return len(after.parts) > len(piece.parts) and (
        after.parts[: len(piece.parts)] == piece.parts or after.parts[-1] == 1
    )


def _restarts(piece: Piece, after: Piece) -> bool:
    """A list of clauses that counts from one begins under it."""
    return after.parts == (1,) and len(piece.parts) == 1 and value(piece.ref or "", "number") > 0


def _announces(piece: Piece, look: Look) -> bool:
    """A line that ends in a colon says what comes in a sentence, and does not name it."""
    if _LEAD_IN.match(piece.text) or _DUTY.search(piece.text) or _FOLLOWS.search(piece.text):
        return True
    return piece.words > (_PLAIN_WORDS if look.stands_out(piece) else _MOST_NAMED)


def _deeper_small(piece: Piece, after: Piece) -> bool:
    """Sub-numbers under a colon that go on its sentence."""
    return _under(piece, after) and after.text[:1].islower()


def _list_follows(piece: Piece, after: Piece) -> bool:
    return after.listed or (after.parts == (1,) and piece.sort == "number")


def _bare(body: list[Piece], at: int, look: Look, numbered: set[int]) -> bool:
    """Whether an unnumbered line is a heading."""
    piece = body[at]
    if piece.sort or not _short(piece, look) or piece.text[:1].islower():
        return False
    if at + 1 >= len(body):
        return look.shown(piece)
    after = body[at + 1]
    if piece.leads:
        if after.listed or _announces(piece, look):
            return False
        if after.parts and len(after.parts) == 1 and not look.shown(piece):
            return False
    if named_part(piece.text) or look.shown(piece):
        return True
    if piece.capitals or (look.slants(piece) and piece.words <= _PLAIN_WORDS):
        return not after.listed or piece.capitals
    return not look.styled and _plain(body, at, numbered)


def _plain(body: list[Piece], at: int, numbered: set[int]) -> bool:
    """Whether a line is a heading where nothing but its shortness and what follows can tell."""
    piece, after = body[at], body[at + 1]
    if piece.words > _PLAIN_WORDS or _binds(piece.text) or not re.match(r"[A-Z\"“‘'(]", piece.text):
        return False
    if re.search(r"[.…_]{2,}|\d[\d./]*$|[!|]", piece.text) and not _STEP.match(piece.text):
        return False
    if at and not (_ended(body[at - 1]) or at - 1 in numbered or body[at - 1].listed or _may_head(body[at - 1])):
        return False
    if after.listed:
        return _names_a_list(piece, after)
    return bool(after.parts) or after.words >= 6 or after.leads or _may_head(after) or after.stopped


def _binds(text: str) -> bool:
    """It says what somebody has to do, and does not ask it."""
    return bool(_DUTY.search(text)) and not _ASKS.search(text)


def _names_a_list(piece: Piece, after: Piece) -> bool:
    """Whether a line over a list is its heading, and not a sentence that the list goes on."""
    if after.text[:1].isupper() and after.stopped and after.text[-1] == ".":
        return True
    return after.leads or not (_VERB.search(piece.text) or _LEAD_IN.match(piece.text) or after.text[:1].islower())


def _may_head(piece: Piece) -> bool:
    return not piece.stopped and piece.words <= _PLAIN_WORDS and not piece.listed


def _ended(piece: Piece) -> bool:
    return bool(re.search(r"[.;:?!][)\"”’]*$", piece.text)) or piece.words > _MOST_WORDS or bool(piece.line.cells)


def _in_turn(body: list[Piece], look: Look, found: set[int]) -> set[int]:
    """Without lines of a list that are short enough to be taken for headings: several of a kind one after another."""
    kept = set(found)
    for at in sorted(found):
        piece = body[at]
        run = [at]
        while run[-1] + 1 in found and body[run[-1] + 1].sort is None and piece.sort is None:
            run.append(run[-1] + 1)
        if len(run) > 3 and not any(look.stands_out(body[place]) for place in run):
            kept -= {place for place in run if place not in (run[0], run[-1]) or not _names(body[place])}
    return kept


def _names(piece: Piece) -> bool:
    return piece.words <= 5 and not re.search(r"[:–—=]|\s-\s", piece.text)


def _with_something_under(body: list[Piece], look: Look, found: set[int]) -> set[int]:
    """Without those that only their shortness told, and that another of their kind or a higher one follows at once."""
    kept = set(found)
    for at in sorted(found, reverse=True):
        piece = body[at]
        if piece.line.heading or at + 1 not in kept or named_part(piece.text):
            continue
        after = body[at + 1]
        higher = after.capitals and not piece.capitals and not look.shown(piece)
        same = bool(piece.parts) and bool(after.parts) and len(after.parts) <= len(piece.parts)
        if higher or (same and not look.shown(piece)):
            kept.discard(at)
    return kept
