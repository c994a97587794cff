"""Writes a count as Word and browsers print it: 3, iii, C, 3rd, Three.

In: a count and the name of a way to write it, as numbering.xml or CSS has it. Out: the numeral. Never: punctuation.
"""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_IRREGULAR = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SIGNS = "*†‡§"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"


def roman(count: int) -> str:
    """Small Roman numerals; digits where there are none (below 1 and from 4000)."""
    if not 0 < count < 4000:
        return str(count)
    found = ""
    for worth, letters in _ROMAN:
        found += letters * (count // worth)
        count %= worth
    return found


def repeated(count: int) -> str:
    """Small letters as Word counts them: after z come aa, bb, cc."""
    return chr(96 + (count - 1) % 26 + 1) * ((count - 1) // 26 + 1) if 0 < count <= 780 else str(count)


def counted(count: int) -> str:
    """Small letters as browsers count them: after z come aa, ab, ac."""
    if count < 1:
        return str(count)
    found = ""
    while count:
        count, last = divmod(count - 1, 26)
        found = chr(97 + last) + found
    return found


def ordinal(count: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    last = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{last}"


def in_words(count: int) -> str:
    """one, twenty-one; digits from a hundred."""
    if not 0 <= count < 100:
        return str(count)
    if count < 20:
        return _ONES[count]
    return _TENS[count // 10] + (f"-{_ONES[count % 10]}" if count % 10 else "")


def ordinal_in_words(count: int) -> str:
    """first, twenty-first; 100th."""
    said = in_words(count)
    if said.isdigit():
        return ordinal(count)
    head, dash, last = said.rpartition("-")
    plain = last[:-1] + "ie" if last.endswith("y") else last
    return head + dash + _IRREGULAR.get(last, f"{plain}th")


def greek(count: int) -> str:
    """Small Greek letters."""
    return _GREEK[(count - 1) % len(_GREEK)] if count > 0 else str(count)


def sign(count: int) -> str:
    """*, †, ‡, §, **, … as footnotes are marked."""
    return _SIGNS[(count - 1) % 4] * ((count - 1) // 4 + 1) if 0 < count <= 400 else str(count)


def circled(count: int) -> str:
    """①, ②, … ⑳."""
    return chr(0x245F + count) if 1 <= count <= 20 else str(count)
