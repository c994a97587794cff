"""Says which sign a symbol font prints for a character: bullets, ticks and arrows in Word's lists.

In: a character and the font that it is set in. Out: the sign as Unicode has it. Never: touches ordinary letters.
"""

#: Fonts whose letters are pictures. Word stores them either as they are or moved to U+F000 and beyond.
_SYMBOL = {
    0x2A: "*", 0x2D: "–", 0xA7: "•", 0xA8: "♦", 0xAE: "→", 0xB0: "°", 0xB7: "•", 0xBE: "—", 0xDE: "⇒", 0xE0: "◊",
    0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6D: "μ", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xA2: "′",
    0xD2: "®", 0xD3: "©", 0xD4: "™", 0xF0: "", 0xBC: "…",
}  # fmt: skip
_WINGDINGS = {
    0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "❑", 0x72: "❒", 0x73: "◆", 0x74: "◆", 0x75: "◆",
    0x76: "❖", 0x77: "◆", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "◻", 0xAA: "✦", 0xAB: "★",
    0xB2: "✧", 0xD8: "➢", 0xDC: "➲", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    0x46: "☞", 0x4A: "☺", 0xDF: "←",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x52: "☑", 0x97: "●", 0x96: "•", 0xA1: "■", 0xA3: "□", 0xAE: "◆", 0x4F: "✗"}
_WEBDINGS = {0x34: "►", 0x3C: "■", 0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●", 0x72: "✗"}
_WINGDINGS_3 = {0x7D: "►", 0x84: "▶", 0xC6: "►", 0x22: "→", 0x67: "▸"}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": _WEBDINGS,
}
#: Where the font is unknown a moved character is Symbol's or Wingdings', whichever has a sign in that place.
_ANY = _WINGDINGS | _SYMBOL
_MOVED = range(0xF000, 0xF100)


def printed(text: str, font: str) -> str:
    """The text as the font prints it. Signs of a symbol font that are not known here are bullets as a rule: "•"."""
    table = _FONTS.get(font.lower())
    return "".join(_sign(letter, table) for letter in text)


def _sign(letter: str, table: dict[int, str] | None) -> str:
    moved = ord(letter) in _MOVED
    if letter.isspace() or not (moved or (table is not None and ord(letter) < 0x100)):
        return letter
    return (table or _ANY).get(ord(letter) & 0xFF, "•")
