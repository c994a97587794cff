"""Takes a printed text apart into its pages and columns, and tells what repeats on pages from what runs through them.

In: characters, form feeds between pages. Out: lines in the order they are read in, and those that repeat.
Never: takes for repeated what stands twice on one page; drops a line.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from itertools import pairwise

from content.reading.lines import Whence
from content.reading.printed import mark
from content.reading.repeating import alike, counts_page, stands_for_itself
from content.reading.sentences import final, lower
from content.reading.wrapped import Printed

_PAGE_NUMBER = re.compile(
    r"[-–—\s\[(|]*(?:(?:page|p\.?|pg\.?)\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?[-–—\s\])|]*", re.IGNORECASE
)
_GUTTER = re.compile(r" {3,}(?=\S)")
_WIDEST = 400
_EDGE = 3
_TAB = 8


def printed(text: str) -> list[Printed]:
    """The lines of a text that say something, page by page and column by column."""
    found: list[Printed] = []
    pages = [page.split("\n") for page in text.split("\f")]
    gutters = _gutters(pages)
    for number, (lines, gutter) in enumerate(zip(pages, gutters, strict=True), start=1):
        found += _of_page(_in_columns(lines, gutter), number if len(pages) > 1 else 0, len(found))
    return found


def _of_page(lines: Sequence[tuple[str, bool]], page: int, at: int) -> list[Printed]:
    found: list[Printed] = []
    gap, cut = 0, page > 1
    for line, new_column in lines:
        cut = cut or new_column
        if not line.strip():
            gap += 1
            continue
        lead = len(line) - len(line.lstrip())
        indent = len(line[:lead].replace("\u00a0", " ").expandtabs(_TAB)) if lead else 0
        found.append(Printed(line.strip(), indent, gap, page, cut, at + len(found)))
        gap, cut = 0, False
    return found


def _in_columns(lines: Sequence[str], gutter: int) -> list[tuple[str, bool]]:
    """Each line, and whether a column begins with it: a left column is read before the right one beside it."""
    if not gutter:
        return [(line, False) for line in lines]
    found: list[tuple[str, bool]] = []
    beside: list[tuple[str, str]] = []
    for line in lines:
        if line[gutter - 2 : gutter].strip():  # it runs over the gutter: a heading across the page, perhaps
            found += [*_one_after_the_other(beside), (line, False)]
            beside = []
        else:
            beside.append((line[:gutter].rstrip(), line[gutter:].rstrip()))
    return found + _one_after_the_other(beside)


def _one_after_the_other(beside: Sequence[tuple[str, str]]) -> list[tuple[str, bool]]:
    """The left column, then the right one. Where their lines stand at different heights, what is blank in one for the
    sake of the other is no blank line."""
    left = [one[0] for place, one in enumerate(beside) if one[0] or not _for_the_other(beside, place, 1)]
    right = [one[1] for place, one in enumerate(beside) if one[1] or not _for_the_other(beside, place, 0)]
    return [(line, False) for line in left] + [(line, not place) for place, line in enumerate(right)]


def _for_the_other(beside: Sequence[tuple[str, str]], place: int, other: int) -> bool:
    around = [beside[near] for near in (place - 1, place + 1) if 0 <= near < len(beside)]
    return bool(beside[place][other]) and any(one[1 - other] and not one[other] for one in around)


def _gutters(pages: Sequence[Sequence[str]]) -> list[int]:
    """The column that the right one of two columns begins at, for each page; 0 where there is one column."""
    found = [_gutter([line for line in page if line.strip()]) for page in pages]
    known = sorted({gutter for gutter in found if gutter})
    for place, page in enumerate(pages):  # the last page's right column may be short
        words = [line for line in page if line.strip()]
        if known and not found[place]:
            near = (column for gutter in known for column in (gutter, gutter - 1, gutter + 1))
            found[place] = next((column for column in near if _parts(column, words, fewest=2)), 0)
    return found


def _gutter(lines: Sequence[str]) -> int:
    starts = Counter(gap.end() for line in lines for gap in _GUTTER.finditer(line[:_WIDEST]) if gap.end() > 20)
    columns = sorted(column for column, times in starts.items() if times > 2)
    return next((column for column in columns if _parts(column, lines, fewest=max(6, len(lines) * 0.3))), 0)


def _parts(column: int, lines: Sequence[str], fewest: float) -> bool:
    """Whether text stands on both sides of it, and hardly any across."""
    left = [line[:column] for line in lines if line[:column].strip()]
    right = [line[column:] for line in lines if line[column:].strip()]
    crossing = sum(bool(line[column - 2 : column].strip()) for line in lines)
    if min(len(left), len(right)) < fewest or crossing > len(lines) * 0.2:
        return False
    return min(_words_a_line(left), _words_a_line(right)) >= (3 if fewest > 2 else 1)


def _words_a_line(lines: Sequence[str]) -> float:
    return sum(len(line.split()) for line in lines) / max(len(lines), 1)


def without(lines: Sequence[Printed], left_out: Container[int]) -> list[Printed]:
    """The lines but for those at these places; what comes after one of them was cut by it."""
    found: list[Printed] = []
    cut = False
    for line in lines:
        if line.at in left_out:
            cut = True
            continue
        found.append(line._replace(cut=line.cut or cut))
        cut = False
    return found


def repeated(lines: Sequence[Printed]) -> dict[int, Whence]:
    """Which of the lines repeat on pages, by their place in the sequence: at the top (header) or the foot (footer)."""
    return _at_edges(lines) if any(line.page for line in lines) else _in_between(lines)


def _at_edges(lines: Sequence[Printed]) -> dict[int, Whence]:
    pages: dict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        pages[line.page].append(place)
    tops = [places[:_EDGE] for places in pages.values()]
    feet = [places[-_EDGE:][::-1] for places in pages.values()]
    found: dict[int, Whence] = {}
    sides: tuple[tuple[list[list[int]], Whence], ...] = ((tops, "header"), (feet, "footer"))
    for edges, whence in sides:
        times = Counter(name for places in edges for name in {name for at in places for name in _names(lines[at])})
        for places in edges:
            found |= dict.fromkeys(_outermost(lines, places, times, len(pages)), whence)
    return found


def _names(line: Printed) -> frozenset[str]:
    return alike(line.text, line.page)


def _outermost(lines: Sequence[Printed], places: Sequence[int], times: Counter[str], pages: int) -> list[int]:
    """Of the places at a page's edge, the outermost first, those of what is on other pages too."""
    found: list[int] = []
    for place in places:
        text = lines[place].text
        often = max(times[name] for name in _names(lines[place]))
        needed = max(2, pages * (0.6 if stands_for_itself(text) else 0.4))
        numbered = _PAGE_NUMBER.fullmatch(text) and place == places[0]
        if not numbered and (often < needed or _ends_sentence(text)):
            break
        if not _is_item(text):
            found.append(place)
    return found


def _in_between(lines: Sequence[Printed]) -> dict[int, Whence]:
    """Without form feeds: what stands again and again among the lines, and cuts sentences or counts pages."""
    texts = [line.text for line in lines]
    counted = _counting(texts)
    found: dict[int, Whence] = dict.fromkeys(running_heads(texts), "header")
    return {**found, **dict.fromkeys(counted, "footer")}


def _counting(texts: Sequence[str]) -> list[int]:
    """The places of the lines that count the pages of a text."""
    paged = [place for place, text in enumerate(texts) if len(text) < 80 and counts_page(text)]
    shapes = Counter(_shape(texts[place]) for place in paged)
    return [place for place in paged if shapes[_shape(texts[place])] > 1]


def running_heads(texts: Sequence[str], told: Container[int] = frozenset()) -> frozenset[int]:
    """The places of what repeats on each page of a text that has lost its pages.

    It stands three times or more and cuts a sentence somewhere, or is long and comes at regular distances where pages
    are counted too. The first is left out: it is the document's own title, or stands where one would. `told` are the
    places of what the format calls a heading, which are none unless they cut a sentence.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if not _is_item(text) and not lower(text) and 8 <= len(text) <= 200:
            places[_shape(text)].append(place)
    paged = bool(_counting(texts))
    found: set[int] = set()
    for where in places.values():
        long = paged and not any(place in told for place in where) and _is_long(texts[where[0]])
        if len(where) > 2 and (_cuts(texts, where) or (long and _regular(where))):
            found.update(where[1:])
    return frozenset(found)


def _is_long(text: str) -> bool:
    return len(text.split()) > 3 and not stands_for_itself(text)


def _cuts(texts: Sequence[str], where: Sequence[int]) -> bool:
    """Somewhere a sentence goes on behind it."""
    return any(
        0 < place < len(texts) - 1
        and not final(texts[place - 1])
        and len(texts[place - 1]) > 40
        and lower(texts[place + 1])
        and mark(texts[place + 1]) is None
        for place in where
    )


def _regular(where: Sequence[int]) -> bool:
    steps = [after - before for before, after in pairwise(where)]
    return min(steps) > 4 and max(steps) <= min(steps) * 2


def _ends_sentence(text: str) -> bool:
    """The last words of a paragraph, which more than one page may end with."""
    return lower(text) and text.endswith((".", ";", ","))


def _is_item(text: str) -> bool:
    found = mark(text)
    return found is not None and not _PAGE_NUMBER.fullmatch(text)


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).lower()
