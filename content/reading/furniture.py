"""Sets aside what is no part of a document's body: page headers, contents lists, tables, and what stands around it.

In: pieces in order. Out: those of the body, and the others with what they are. Never: drops one.
Position and repetition tell it here; wording too in `around`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from content.reading import wording
from content.reading.around import back, front, links, records, sentence, signatures
from content.reading.guarded import never_furniture, of_the_body
from content.reading.lines import Paper
from content.reading.pieces import Piece, cut_in_two, joined
from content.reading.printed import mark
from content.reading.repeating import speaks_of_page
from content.reading.shapes import Why

Aside = tuple[Piece, Why]
_SHORT = 16
_CONTENTS_RUN = 3
_CELLS = 2
_PAGE_WORDS = 8


def parted(given: list[Piece], paper: Paper) -> tuple[list[Piece], list[Aside]]:
    """The body, with numbers that stood alone and sentences that a page cut put together, and what is no part of it."""
    aside: list[Aside] = []
    body = given
    for sift in (_by_place, _rules, _tables, _contents, _running):
        body = _sifted(body, aside, sift(body, paper))
    wrapped, whole = paper.kind in ("pdf", "text"), paper.kind in ("docx", "html")
    body = joined(body, wrapped=wrapped, whole=whole)
    for sift in (front, signatures, records, links, back):
        body = _sifted(body, aside, sift(body, paper))
    return joined(body, wrapped=wrapped, whole=whole), aside


def _sifted(body: list[Piece], aside: list[Aside], why: dict[int, Why]) -> list[Piece]:
    aside += [(piece, why[at]) for at, piece in enumerate(body) if at in why]
    return [piece for at, piece in enumerate(body) if at not in why]


def _by_place(body: list[Piece], paper: Paper) -> dict[int, Why]:
    """What the format itself says of it. But for Word a header is its reader's guess, and no sentence is one."""
    told: dict[str, Why] = {"header": "header", "footer": "footer", "note": "footnote", "contents": "contents"}
    edges = Counter(piece.line.text for piece in body if piece.line.whence in ("header", "footer"))
    return {
        at: told[piece.line.whence]
        for at, piece in enumerate(body)
        if piece.line.whence in told
        and not (piece.line.whence in ("header", "footer") and _misplaced(piece, paper, edges[piece.line.text]))
    }


def _misplaced(piece: Piece, paper: Paper, times: int) -> bool:
    """A sentence of the body that only its place made a header: in a PDF the very same text stands on no other page,
    and a web site's own sentences have no numbers."""
    if paper.kind in ("text", "markdown"):
        return sentence(piece)
    if paper.kind == "pdf":
        return times == 1 and (sentence(piece) or (bool(piece.parts) and never_furniture(piece)))
    numbered = bool(piece.parts) and not (piece.ref or "").isdigit()
    return paper.kind == "html" and numbered and never_furniture(piece) and not wording.letterhead(piece.text)


def _rules(body: list[Piece], _: Paper) -> dict[int, Why]:
    """Lines drawn with dashes or stars."""
    return {at: "artefact" for at, piece in enumerate(body) if not re.search(r"\w", piece.whole) and piece.sort is None}


def _tables(body: list[Piece], _: Paper) -> dict[int, Why]:
    """Rows of tables, but for those that only hold a clause beside its number."""
    found: dict[int, Why] = {}
    forms = _forms(body)
    for at, piece in enumerate(body):
        if at not in forms and not _row(piece):
            continue
        follows = found.get(at - 1)
        record = follows == "review table" or (not follows and wording.record_columns(piece.text))
        found[at] = "review table" if record else "table"
    if records := [at for at, why in found.items() if why == "review table"]:
        rest = range(records[-1] + 1, len(body))
        if not any(
            sentence(body[at]) or of_the_body(body[at]) for at in rest
        ):  # cells that were not seen to be of the table
            found |= {at: "review table" for at in rest if at not in found}
    return found


def _forms(body: list[Piece]) -> set[int]:
    """Rows of tables to be filled in: words in the first cell, room in the others, and no row that is a sentence."""
    found: set[int] = set()
    at = 0
    while at < len(body):
        end = at
        while end < len(body) and (end == at or len(body[end].line.cells) == len(body[at].line.cells)):
            end += 1
        rows = body[at:end]
        if len(body[at].line.cells) >= _CELLS and any(_to_fill_in(row) for row in rows):
            short = all(not row.sort and row.words <= _SHORT and not row.text.endswith(".") for row in rows)
            found |= set(range(at, end)) if short else set()
        at = end
    return found


def _to_fill_in(row: Piece) -> bool:
    return bool(row.line.cells[0].strip()) and not any(cell.strip() for cell in row.line.cells[1:])


def _row(piece: Piece) -> bool:
    if piece.line.cells:
        return sum(bool(cell.strip()) for cell in piece.line.cells) > _CELLS or (not piece.sort and _pair(piece))
    return _gaps(piece) > 1 and not wording.leaders(piece.line.text) and piece.words < _SHORT


def _gaps(piece: Piece) -> int:
    """How often tabs part its words; the number or bullet before them aside, and no sentence is a row."""
    text = piece.line.text.strip()
    if "\t" not in text or (piece.sort and never_furniture(piece)):
        return 0
    found = mark(text)
    return len(re.findall(r"\t[\t ]*", found.rest.strip() if found else text))


def _pair(piece: Piece) -> bool:
    return sum(bool(cell.strip()) for cell in piece.line.cells) == _CELLS


def _contents(body: list[Piece], _: Paper) -> dict[int, Why]:
    """A contents list: what stands under its heading or ends in a page's number, and comes again as a heading."""
    found: dict[int, Why] = {}
    later = Counter(_bare(piece) for piece in body)
    at = 0
    while at < len(body):
        headed = wording.contents_heading(body[at].text) and (not body[at].ref or _led_after(body, at))
        end = at + headed
        while end < len(body) and _in_contents(body, end, headed, later):
            later[_bare(body[end])] -= 1
            end += 1
        length = end - at - headed
        if (
            (headed and length)
            or (length >= _CONTENTS_RUN and _foretold(body, at, end))
            or any(_led(piece) for piece in body[at:end])
        ):
            found |= dict.fromkeys(range(at, end), "contents")
        elif length:
            later.update(_bare(piece) for piece in body[at:end])
        at = max(end, at + 1)
    return found


def _led_after(body: list[Piece], at: int) -> bool:
    return at + 1 < len(body) and _led(body[at + 1])


def _foretold(body: list[Piece], at: int, end: int) -> bool:
    """Whether lines before the body come again as headings, with something under them; a list that two parties have
    alike comes again in one run."""
    if any(piece.leads or never_furniture(piece) for piece in body[:at]):
        return False
    names = {_bare(piece) for piece in body[at:end]}
    places = [place for place in range(end, len(body)) if _bare(body[place]) in names]
    apart = sum(after - before > 1 for before, after in pairwise(places))
    return apart >= _CONTENTS_RUN - 1


def _in_contents(body: list[Piece], at: int, headed: bool, later: Counter[str]) -> bool:
    piece = body[at]
    return _led(piece) or _led_next(body, at) or (later[_bare(piece)] > 1 and _entry(piece, headed))


def _led(piece: Piece) -> bool:
    return piece.words <= _SHORT + 4 and wording.leaders(piece.line.text) and not wording.to_fill_in(piece.text)


def _led_next(body: list[Piece], at: int) -> bool:
    """An entry of a contents list that goes on in the next line, or the page's number under it."""
    inside = 0 < at < len(body) - 1 and _led(body[at - 1]) and _led(body[at + 1])
    return inside and not body[at].stopped and body[at].words <= _SHORT and not body[at + 1].sort


def _entry(piece: Piece, headed: bool) -> bool:
    """Whether a line may be of a contents list that has neither dots nor page numbers."""
    return bool(piece.text) and piece.words <= _SHORT and not piece.stopped and (headed or not piece.listed)


def _bare(piece: Piece) -> str:
    return wording.key(piece.text.rstrip().rstrip("0123456789"))


def _running(body: list[Piece], paper: Paper) -> dict[int, Why]:
    """Page numbers, and what is printed again on each page, also where the file has it as lines of the text."""
    found: dict[int, Why] = {at: "page number" for at, piece in enumerate(body) if _page_number(body, at)}
    alike: dict[str, list[int]] = defaultdict(list)
    for at, piece in enumerate(body):
        if at not in found and piece.words <= _SHORT and not piece.listed and (name := wording.key(piece.whole)):
            alike[name].append(at)
    titles = {wording.key(text) for text in (paper.title, *(p.text for p in body if p.line.title))} - {""}
    for name, places in alike.items():
        if len(places) > 1 and _runs(body, places, name in titles, paper.kind in ("pdf", "text")):
            found |= dict.fromkeys(places[1:], "header")
            if _cuts(body, places[0]):
                found[places[0]] = "header"
    return found


def _runs(body: list[Piece], places: list[int], title: bool, paged: bool) -> bool:
    """Whether what is printed again is a page's header; where there are no pages two headings may well be the same."""
    first = body[places[0]]
    if first.stopped or first.leads or re.search(r"[.?!]$", first.text):
        return False
    if not paged and any(body[at].line.heading for at in places):
        return any(_cuts(body, at) for at in places) or all(_interrupts(body, at) for at in places[1:])
    told = wording.title_like(first.text) or wording.names_council(first.text)
    return (
        any(_cuts(body, at) for at in places)
        or (not first.ref and (title or (paged and told and (len(places) > 2 or wording.names_council(first.text)))))
        or (not first.ref and told and places[0] < _CONTENTS_RUN)
    )


def _interrupts(body: list[Piece], at: int) -> bool:
    """A heading with nothing under it, or between two clauses that are numbered on: it heads neither."""
    if at + 1 >= len(body):
        return True
    before, after = body[at - 1].parts, body[at + 1].parts
    goes_on = bool(before and after) and before[:-1] == after[:-1] and after[-1] == before[-1] + 1
    return goes_on or 0 < body[at + 1].line.heading <= body[at].line.heading


def _cuts(body: Sequence[Piece], at: int) -> bool:
    """It stands in the middle of a sentence."""
    if not 0 < at < len(body) - 1 or (body[at].line.apart and not body[at].line.heading):
        return False
    before, after = body[at - 1], body[at + 1]
    return before.words > 3 and not before.line.heading and cut_in_two(before, after)


def _page_number(body: list[Piece], at: int) -> bool:
    piece = body[at]
    if piece.line.number or piece.line.heading or not wording.page_number(piece.whole):
        return False
    if piece.words > _PAGE_WORDS or never_furniture(piece) or (piece.text and speaks_of_page(piece.text)):
        return False
    if piece.text and piece.ref and not wording.page_number(piece.text):
        return False
    if "page" in piece.whole.lower():
        return True
    if piece.text or not piece.whole.strip("-–— ").isdigit():
        return bool(re.fullmatch(r"[-–—\s]*\d{1,3}[-–—\s]*(?:of|/)?[-–—\s\d]*", piece.whole)) and not piece.ref
    return not _begins(body, at)


def _begins(body: list[Piece], at: int) -> bool:
    """A number alone on its line is a clause's: its own sub-numbers follow, or others stand alone too."""
    number = int(body[at].whole.strip("-–— "))
    near = [piece.parts for piece in body[at + 1 : at + 5] if piece.parts]
    alone = [piece for piece in body if piece.ref and not piece.text and not piece.ref.isdigit()]
    return any(parts[0] == number and len(parts) > 1 for parts in near) or len(alone) > 1
