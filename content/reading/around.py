"""Sets aside what stands before and after a document's body: title, letterhead, adoption and review lines, signatures.

In: pieces in order, page headers and contents lists gone. Out: which are what. Never: takes a numbered line for its
wording alone; leaves a heading without what it is for.
"""

import re
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher

from content.reading import wording
from content.reading.guarded import leaves_room, never_furniture, of_the_body
from content.reading.lines import Paper
from content.reading.parts import named_part
from content.reading.pieces import Piece
from content.reading.sentences import titled
from content.reading.shapes import Why

_LONG = 12
_TITLE_LINES = 2  # the council's name and the title
_EARLY = 5
_WAY = 300  # letters of a line such as "Home » Policies » Staff"
_BETWEEN = re.compile(r"\s+[-–—|·:/>›»]+\s+")
_SHORT = 16
_RUNNING = 8  # words of a line that runs along the foot of pages
_SUBJECT = re.compile(r"\b(?:review|adopt|approv|amend|revis|updat|monitor|version|status)\w*", re.IGNORECASE)
_SELF = re.compile(
    r"\b(?:this|our|the)\s+(?:protocol|policy|code|guidance|document|guide)\b(?!\s+(?:on|for|of)\b)", re.IGNORECASE
)
_SECTION = re.compile(
    r"^(?:an?\s+|the\s+)?(?:introduction|purpose|aims?|scope|status|background|about|why|how|what|when|who|application|principles|"
    r"breach\w*|review\w*|use|definitions?|objectives?|summary|overview|context|general|compliance|monitoring|roles?|related|"
    r"associated|other|links?)\b",
    re.IGNORECASE,
)


def front(body: list[Piece], paper: Paper) -> dict[int, Why]:
    """Title, letterhead, adoption lines and the web page's own, before the first clause or heading."""
    start = next((at for at, piece in enumerate(body) if _begins_body(piece, body, at)), len(body))
    is_title = _titles(body[:start], body, paper)
    heading = _headings_here(body)
    back = start
    title = {at for at in range(start) if is_title(body[at])}
    title |= {at for at in range(1, start) if at - 1 in title and _second_line(body, at, paper)}
    while back > max(0, start - 3) and heading(body[back - 1]) and back - 1 not in title:
        back -= 1
    found: dict[int, Why] = {}
    for at, piece in enumerate(body[:back]):
        found[at] = _why(piece) or ("title" if at in title else "letterhead")
    found |= {at: "adoption" for at in range(back, min(back + _EARLY, len(body))) if _dates_it(body[at])}
    return found if start < len(body) else {}


def _dates_it(piece: Piece) -> bool:
    """A line that says when the document was adopted, among the first though a heading is before it."""
    text = piece.text
    return (
        not piece.sort and not piece.stopped and piece.words < _LONG and wording.adoption(text) and wording.dated(text)
    )


def _second_line(body: list[Piece], at: int, paper: Paper) -> bool:
    """The rest of a title that was too long for its line."""
    near = not body[at].line.apart and paper.kind in ("text", "pdf") and any(piece.line.apart for piece in body)
    alike = body[at].line.size == body[at - 1].line.size and body[at].line.bold == body[at - 1].line.bold
    return near and alike and body[at].words < 7 and not body[at].sort and not _why(body[at])


def _why(piece: Piece) -> Why | None:
    text = piece.whole
    if piece.words > _SHORT + _LONG:
        return None
    if wording.web_page(text) and piece.words < _SHORT and not (_full(piece) and not wording.surely_web(text)):
        return "web page"
    if _signs(piece):
        return "signature"
    if wording.adoption(text) and (wording.dated(text) or not _full(piece)):
        return "adoption"
    if wording.source(text) and _derives(piece):
        return "source"
    return "letterhead" if wording.letterhead(text) and not _full(piece) else None


def _signs(piece: Piece) -> bool:
    """Room for a name or a date, or the name itself; no sentence on who signs."""
    if not wording.signature(piece.whole) or never_furniture(piece):
        return False
    return not piece.marker or (leaves_room(piece) and not _full(piece))


def _derives(piece: Piece) -> bool:
    """A note on where the wording came from; a sentence is one only with a date or a model's name."""
    if not _full(piece):
        return "," not in piece.text or wording.minuted(piece.text) or wording.model(piece.text)
    return wording.minuted(piece.text) or (wording.model(piece.text) and "," not in piece.text)


def _full(piece: Piece) -> bool:
    """It is a sentence, whatever stands in it."""
    return piece.words > 5 and bool(re.search(r"[.?!:]$", piece.text))


def _begins_body(piece: Piece, body: list[Piece], at: int) -> bool:
    text = piece.whole
    if _numbered_sentence(piece) and _why(piece) == "letterhead":
        return True
    contact = wording.letterhead(text) and not _full(piece)
    if piece.line.title or (_why(piece) and not (piece.parts and piece.words > 4 and not contact)):
        return False
    if piece.parts or (piece.ref and (piece.words > 1 or piece.ref.upper() == piece.ref)):
        return not contact
    if piece.listed:
        return (at > 0 and body[at - 1].leads) or (piece.stopped and piece.words > 2)
    if _opens(piece, body, at) or (piece.leads and piece.words > 1 and at + 1 < len(body) and body[at + 1].sort):
        return True
    if at and _short_sentence(piece) and _heads(body[at - 1]):
        return True
    return (piece.words > 5 and (piece.stopped or piece.leads)) or piece.words > _SHORT + _LONG


def _short_sentence(piece: Piece) -> bool:
    """A few words that end as a sentence does, and no line of a letterhead with a stop at its end."""
    return 2 < piece.words <= 5 and piece.text[-1] in ".?!" and not piece.line.heading and not wording.dated(piece.text)


def _numbered_sentence(piece: Piece) -> bool:
    """ "1.2 Write to …" is one, and "1 High Street, …" is not."""
    told = len(piece.parts) > 1 or not (piece.ref or "").isdigit()
    return bool(piece.parts) and told and piece.words > 1 and (piece.text[-1] in ".?!" or piece.words > 2)


def _heads(piece: Piece) -> bool:
    """It is printed as headings are, and names neither council nor document."""
    shown = bool(piece.line.heading or piece.line.bold or piece.capitals) and not piece.listed and not piece.line.title
    return shown and not wording.names_council(piece.text) and not wording.title_like(piece.text)


def _opens(piece: Piece, body: list[Piece], at: int) -> bool:
    """A heading that documents begin with ("Purpose"), or the first of several parts."""
    if (
        piece.stopped
        or piece.words > _LONG
        or (at == 0 and wording.title_like(piece.text) and not _SELF.search(piece.text))
    ):
        return False
    if named_part(piece.text):
        word = piece.text.split()[0].lower()
        return any(named_part(other.text) and other.text.split()[0].lower() == word for other in body[at + 1 :])
    return piece.words < 7 and bool(_SECTION.match(piece.text)) and not wording.names_council(piece.text)


def _titles(front: list[Piece], body: list[Piece], paper: Paper) -> Callable[[Piece], bool]:
    """What is a title among the lines before the body."""
    levels = Counter(piece.line.heading for piece in body if piece.line.heading)
    outermost = min(levels, default=0)
    sole = outermost if levels.get(outermost) == 1 and len(levels) > 1 else 0
    sizes = Counter(round(piece.line.size, 1) for piece in body if piece.line.size)
    largest = max(sizes, default=0.0)
    heads = {wording.key(paper.title)} - {""}
    pages = _named_by_page(paper)
    marked = any(piece.line.title for piece in front)
    after_name = _under_council(front, body)

    def is_title(piece: Piece) -> bool:
        line, text = piece.line, piece.text
        if piece.ref or piece.words > _SHORT + 4 or piece.leads:
            return False
        council = wording.names_council(text) and not piece.stopped
        named = council or (
            wording.title_like(text) and not _SECTION.match(text) and (piece is front[0] or not _SELF.search(text))
        )
        large = bool(line.size) and round(line.size, 1) == largest and sizes[largest] == 1 and len(sizes) > 1
        alike = any(SequenceMatcher(None, wording.key(text), head).ratio() > 0.8 for head in heads)
        return (
            line.title or (line.heading and line.heading == sole) or (large and not marked) or alike
            or (named and not (marked and line.heading))
            or (line.heading == 1 and levels[1] == 1 and wording.key(text) in pages)
            or (not marked and piece is after_name)
        )  # fmt: skip

    return lambda piece: bool(is_title(piece))


def _named_by_page(paper: Paper) -> set[str]:
    """What a web page calls itself, beside the site's name in its title, or at the end of the way to it."""
    if paper.kind != "html":
        return set()
    ways = [line.text for line in paper.lines if line.whence == "header" and len(line.text) < _WAY]
    told = [*re.split(_BETWEEN, paper.title), *(re.split(_BETWEEN, way)[-1] for way in ways)]
    return {wording.key(part) for part in told} - {""}


def _under_council(front: list[Piece], body: list[Piece]) -> Piece | None:
    """The line straight under the council's name, over an introduction: a title that names no kind of document."""
    plain = [piece for piece in front if not _why(piece)]
    if len(plain) != _TITLE_LINES or len(front) >= len(body) or any(piece.line.heading for piece in body):
        return None
    name, line = plain
    council = name.capitals and wording.names_council(name.text) and not wording.title_like(name.text)
    introduced = line is front[-1] and body[len(front)].words > _LONG and not body[len(front)].sort
    headed = line.sort is None and not line.capitals and line.words > 1 and not _SECTION.match(line.text)
    return line if council and introduced and headed and not named_part(line.text) and not line.stopped else None


def _headings_here(body: list[Piece]) -> Callable[[Piece], bool]:
    """What may be a heading just before the body: by tag where the document has tags, by style where it has styles."""
    tagged = any(piece.line.heading for piece in body)
    bold = sum(piece.line.bold for piece in body if piece.words <= _SHORT) > 1

    def heading(piece: Piece) -> bool:
        if piece.words > _SHORT or piece.stopped or piece.listed or _why(piece) or not piece.text:
            return False
        if tagged:
            return piece.line.heading > 0
        return piece.line.bold or piece.capitals or piece.line.size > 0 if bold else True

    return heading


def signatures(body: list[Piece], _: Paper) -> dict[int, Why]:
    """Room for signatures and dates, wherever it stands, and names at the end; lines of web pages that can be nothing
    else. Never a line of a list that a clause leads."""
    found: dict[int, Why] = {}
    announced = _announced(body)
    end = max((at for at, piece in enumerate(body) if _goes_on(piece)), default=-1)
    for at, piece in enumerate(body):
        if piece.ref or piece.line.heading or piece.words >= _SHORT + _LONG or at in announced:
            continue
        if _signs(piece) and (at > end or leaves_room(piece)):
            found[at] = "signature"
        elif wording.surely_web(piece.text) and not piece.stopped and piece.words < _LONG:
            found[at] = "web page"
    return found


def _goes_on(piece: Piece) -> bool:
    """The body has not ended before it."""
    return sentence(piece) or of_the_body(piece) or (piece.words > _RUNNING and not _why(piece))


def records(body: list[Piece], _: Paper) -> dict[int, Why]:
    """A record of versions at the end: its heading, and lines under it of which none is a sentence."""
    announced = _announced(body)
    for at, piece in enumerate(body):
        if piece.ref or piece.stopped or at in announced or not (_headed_record(piece) or _heads_columns(piece)):
            continue
        rows = body[at + 1 :]
        if not any(sentence(after) or (of_the_body(after) and not _heads_columns(piece)) for after in rows):
            return dict.fromkeys(range(at, len(body)), "review table")
    return {}


def links(body: list[Piece], paper: Paper) -> dict[int, Why]:
    """A web page's links at the end, under a heading of their own."""
    if paper.kind not in ("html", "markdown"):
        return {}
    for at, piece in enumerate(body):
        if piece.sort or not wording.web_section(piece.text) or not at:
            continue
        if not any(sentence(after) or after.parts or of_the_body(after) for after in body[at + 1 :]):
            return dict.fromkeys(range(at, len(body)), "web page")
    return {}


def _headed_record(piece: Piece) -> bool:
    return piece.words <= 8 and wording.record_heading(piece.text)


def _heads_columns(piece: Piece) -> bool:
    return piece.words <= _SHORT and wording.record_columns(piece.text, 3) and not piece.leads


def sentence(piece: Piece) -> bool:
    """It is a whole sentence of the body."""
    return piece.words > 5 and piece.stopped and not _why(piece)


def back(body: list[Piece], _: Paper) -> dict[int, Why]:
    """Adoption, review and source lines, addresses and running titles after the last clause."""
    announced = _announced(body)
    found: dict[int, Why] = {}
    for at in range(len(body) - 1, 0, -1):
        piece = body[at]
        why = _last(piece)
        if not why or _alone_under_heading(body, at) or at in announced or _on_its_subject(body, at):
            break
        found[at] = why
    return found


def _last(piece: Piece) -> Why | None:
    if piece.ref or piece.words > _SHORT + _LONG or piece.leads:
        return None
    if wording.rights(piece.text):
        return "web page"
    if why := _why(piece):
        if why == "adoption" and not _records_adoption(piece):
            return None
        return why if why in ("adoption", "source", "signature") or not piece.stopped or piece.words < _LONG else None
    if piece.stopped or piece.marker or (piece.words > _RUNNING and not titled(piece.text)):
        return None
    running = wording.names_council(piece.text) or (wording.title_like(piece.text) and wording.dated(piece.text))
    if running or (wording.dated(piece.text) and piece.words < 8):
        return "footer"
    return None


def _records_adoption(piece: Piece) -> bool:
    """It gives the day or the minute, or is too short to say anything else."""
    if wording.minuted(piece.text) or wording.blank(piece.text):
        return True
    return not piece.marker and not _full(piece) and piece.words <= _RUNNING


def _on_its_subject(body: list[Piece], at: int) -> bool:
    """A sentence on adoption or review in the section that is headed so, be it the section's first or its last."""
    if not body[at].stopped or not re.match(r"(?:this|the|it)\b", body[at].text, re.IGNORECASE):
        return False
    over = next((piece for piece in reversed(body[:at]) if _over(piece)), None)
    return over is not None and bool(_SUBJECT.search(over.text)) and _last(over) is None


def _over(piece: Piece) -> bool:
    return piece.words <= _RUNNING and not piece.marker and not piece.leads and not re.search(r"[.;,?!]$", piece.text)


def _announced(body: list[Piece]) -> set[int]:
    """The lines of lists that a clause leads, and those that end as a list's line does."""
    led: set[int] = set()
    for at in range(1, len(body)):
        piece, before = body[at], body[at - 1]
        led_by = before.leads and not _signs(before)
        goes_on = before.listed and at - 1 in led
        if piece.listed and (led_by or goes_on or (piece.marker and piece.stopped and not leaves_room(piece))):
            led.add(at)
    return led


def _alone_under_heading(body: list[Piece], at: int) -> bool:
    """Whether a heading would be left with nothing under it: then this is what the heading is for."""
    before = body[at - 1]
    short = before.words < 8 and not before.stopped and not before.leads and not before.marker
    shown = bool(before.line.heading or before.line.bold)
    heads = shown or (before.ref is None and (before.capitals or not body[at].line.apart))
    return short and heads and not _last(before) and body[at].stopped
