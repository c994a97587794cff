"""Knows the wording of what stands around a council's document: letterheads, adoption lines, page numbers, web pages.

In: one line's words. Out: what it looks like. Never: decides; where the line stands decides, in `furniture`.
"""

import re

_TITLE = re.compile(
    r"\b(?:protocol|policy|code|charter|procedure|constitution|concordat|guidance|guide|agreement|scheme|framework|"
    r"handbook|"
    r"standing orders|terms of reference|memorandum)\b",
    re.IGNORECASE,
)
_COUNCIL = re.compile(
    r"\b(?:parish|town|city|community|district|borough|county|unitary|village|metropolitan)\s+council\b|^council\b|"
    r"\bcyngor\b|\bparish meeting\b|\bcouncil$",
    re.IGNORECASE,
)
_DATE = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{2,4}|"
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\b(?:19|20)\d\d\b"
)
_DATED = re.compile(_DATE, re.IGNORECASE)
_ADOPTION = re.compile(
    r"^\W*(?:(?:this|the)\s+(?:protocol|policy|document|code|procedure)\s+(?:was|is|has been|will be|"
    r"shall be)\s+(?:first\s+|last\s+|formally\s+|next\s+)?"
    r"(?:adopted|approved|agreed|ratified|reviewed|revised|updated|amended)\b(?=.*(?:\d|meeting|minute|council on))|"
    r"(?:first |formally |originally )?(?:adopted|approved|agreed|ratified|revised|amended|reviewed|updated|"
    r"issued)\b(?:\s+(?:by|on|at|in)\b|\s*:|\s+(?:version|date|and)|\s+\d|\W*$)|"
    r"(?:last|date|next|due|first|previous)\s*(?:of\s+)?(?:last\s+|next\s+)?(?:adopted|adoption|approved|approval|"
    r"reviewed|review|updated|update|revised|revision|amended|issue)\b|"
    r"review\s*(?:date|due|by|period|cycle|frequency)?\s*:|review\s+(?:date|due|frequency)\b|(?:adoption|approval|"
    r"effective|issue)\s+date\b|(?:policy\s+|document\s+)?(?:version|revision|issue)\s*(?:no\.?|number|"
    r"date)?\s*[:.]?\s*v?\d|"
    r"v\d+(?:\.\d+)?\b|minute\s*(?:ref\w*|no\.?|number|item)?\s*[:.]?\s*[\w/]*\d|(?:to be|due for)\s+review|date\s*:)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\W*(?:signed(?=\W*$|\s*[:.…_(]|\s+(?:by|on|for|as|and|off)\b|\s+(?-i:[A-Z]))|"
    r"signatures?(?=\W*$|\s*[:.…_(]|\s+(?:of|by|date)\b)|sign here|print name|"
    r"name\s*(?:\(print\)|:(?=\s*(?:$|[.…_]|(?-i:[A-Z]))))|on behalf of\b.*[.…_]{4}|dated?\s*[:.…_]{2})|"
    r"(?:[.…_]\s?){5,}.*\b(?:chair\w*|mayor|clerk|date|signed|councillor|leader)\b|"
    r"\b(?:signed|chair\w*|mayor|clerk|date|dated|name|councillor|leader)\b[^.]{0,40}(?:[.…_]\s?){4,}\s*\S{0,20}$",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"^[\s.…_·-]*(?:[.…_]\s?){4,}[\s.…_]*$")
_ROOM = re.compile(r"(?:[._]\s?){4,}|…{2,}|(?:…\s){2,}|_{2,}")
_SOURCE = re.compile(
    r"^\W*(?:source\b|taken from\b|based (?:on|upon) (?:the|an?|guidance|model|nalc|slcc)\b|adapted from\b|"
    r"reproduced (?:from|with)\b|"
    r"with (?:thanks|acknowledge?ments?) to\b|acknowledge?ments?\s*:|extracted? from\b|derived from\b)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bwww\.|https?://|\b(?:tel|telephone|phone|fax|mob|mobile|e-?mail|website|"
    r"web)\b\.?\s*(?:no\.?)?\s*:|"
    r"\b(?-i:[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2})\b|\b0\d{2,4}\s?\d{3}\s?\d{3,4}\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^(?:(?:vice|deputy)[- ])?(?:chair\w*|mayor|(?:town |parish )?clerk|clerk to the council|chief executive|leader)\b"
    r"[^:]{0,30}:\s*(?-i:[A-Z])|\b(?-i:Cllr|Councillor)\.?\s+(?:mrs?|ms|dr)?\.?\s*(?-i:[A-Z]\w*\s+[A-Z])|"
    r"^(?:report|ref|agenda item|item|document|policy)\b\W*(?:no\.?|number|ref\w*)?\W*[\w/-]*\d|"
    r"^(?:(?:document|policy|protocol|responsible)\s+)?(?:owner|author|lead officer|lead|sponsor|officer|"
    r"reference|ref|status|"
    r"classification|category|custodian)\s*:\s*\S|^(?:document|policy|protocol)\s+owner\b",
    re.IGNORECASE,
)
_WEB = re.compile(
    r"^\W*(?:skip to\b|loading\b|image\b|home$|menu$|search\b.{0,20}$|toggle\b|you are here|back to\b|"
    r"accept (?:all )?cookies|reject (?:all )?cookies|"
    r"(?:we|this (?:web)?site) uses? (?:\w+ )?cookies|cookies?\b.{0,30}$|privacy (?:policy|notice)$|share (?:this|"
    r"on)\b|print (?:this )?page|"
    r"(?:page|site) last (?:updated|modified|reviewed)\b|last (?:updated|modified) on\b|"
    r"(?:web)?site (?:by|design\w*)\b|designed (?:and built )?by\b|"
    r"(?:(?:privacy|accessibility|cookies?|terms|disclaimer|site ?map|contact|freedom of information)\b"
    r"[^.|]{0,30}\|\s*)+[^.|]{0,40}$|"
    r"download\b.{0,60}$|©|\(c\)\s+(?:copyright|\d{4})\b|copyright\b|all rights reserved|"
    r"powered by\b|follow us|contact us|sign in$|log ?in$|"
    r"accessibility(?: statement)?$|site ?map$|subscribe\b.{0,30}$|click here\b|read more$|next page|previous page|"
    r"was this page (?:helpful|useful)|is there anything wrong|rate this page|cyngor\b.{0,40}cymraeg|cymraeg$|"
    r"english$|close$|show more$)",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"^\W*(?:©|\(c\)\s+\d{4}|copyright\W{1,3}(?:©|\(c\)|\d{4})).*\b(?:reserved|council|\d{4})\W*$", re.IGNORECASE
)
_SURELY_WEB = re.compile(r"^\W*(?:©|skip to\b|loading\b|back to top|print this page|share this page)", re.IGNORECASE)
_PAGE = re.compile(
    r"^\W*(?:page|p\.|pg)?\s*[\divxl]{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*$|\bpage\s+(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|"
    r"/)\s*(?:\d{1,4}|[ivxl]{1,6}))?\W*$|^\W*page\s+\d+\b.{0,60}$",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"^\W*(?:table of )?(?:contents|index|contents page|contents list|content|on this page|in this (?:section|"
    r"document|guide|page))"
    r"\W*(?:page)?\W*$",
    re.IGNORECASE,
)
_WEB_SECTION = re.compile(
    r"^\W*(?:related (?:pages|links|content|documents|information|articles|policies)|quick links|useful links|"
    r"more (?:pages|information|in this section)|"
    r"downloads?|attachments?|files?|share|latest news|news|find us|follow us|contact(?: us|"
    r" details)?|opening (?:hours|times)|"
    r"also in this section|see also|breadcrumbs?|navigation|menu|search|cookies?(?: settings)?|"
    r"documents to download)\W*$",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:(?:[.…·_]\s?){3,}|\t)\s*(?:page\s*)?\d{1,3}\s*$", re.IGNORECASE)
_RECORD = re.compile(
    r"\b(?:review|amendment|version|revision|change|document|approval|policy|adoption)s?\b.{0,25}\b(?:record|"
    r"history|control|log|table|schedule|tracking|date|dates)\b|"
    r"^(?:version|revisions?|amendments?|document control|approvals?|signatures?|signed|distribution|contacts?|"
    r"contact details|review date)\W*$",
    re.IGNORECASE,
)
_COLUMNS = re.compile(
    r"\b(?:version|date|approv\w+|review\w*|amend\w*|chang\w+|minute|author|owner|adopted|status|revision|summary)\b",
    re.IGNORECASE,
)


#: No line of furniture is longer, and none of these patterns is to be tried on a whole page.
_LONGEST = 400


def _has(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _LONGEST and bool(pattern.search(text))


def title_like(text: str) -> bool:
    """It names a kind of document."""
    return _has(_TITLE, text)


def names_council(text: str) -> bool:
    """A council is named in it."""
    return _has(_COUNCIL, text)


def adoption(text: str) -> bool:
    """It says when the document was adopted or reviewed, or is to be."""
    return _has(_ADOPTION, text)


def signature(text: str) -> bool:
    """It leaves room for a signature or a date."""
    return _has(_SIGNATURE, text) or _has(_BLANKS, text)


def blank(text: str) -> bool:
    """Dots or a rule stand in it for somebody to write on."""
    return _has(_ROOM, text)


def minuted(text: str) -> bool:
    """It gives a date, or the minute of a decision."""
    return dated(text) or bool(re.search(r"\bminute", text, re.IGNORECASE))


def to_fill_in(text: str) -> bool:
    """It begins as a line to be filled in does."""
    return bool(re.match(r"\W*(?:signed|signature|dated?|name|print name)\b", text, re.IGNORECASE))


def model(text: str) -> bool:
    """It names a model that councils take their wording from."""
    return bool(re.search(r"\b(?:model|template|nalc|slcc|lga|national association)\b", text, re.IGNORECASE))


def source(text: str) -> bool:
    """It says where the wording was taken from."""
    return _has(_SOURCE, text)


def letterhead(text: str) -> bool:
    """It has an address, a telephone number, an office holder or a report's number."""
    return _has(_CONTACT, text) or _has(_OFFICE, text)


def web_page(text: str) -> bool:
    """It is of the page that the document was put on, not of the document."""
    return _has(_WEB, text)


def surely_web(text: str) -> bool:
    """It is, and could be nothing else wherever it stands."""
    return _has(_SURELY_WEB, text)


def rights(text: str) -> bool:
    """It says who holds the rights in a page."""
    return _has(_RIGHTS, text)


def page_number(text: str) -> bool:
    """It is a page's number, alone or after a short running title."""
    return _has(_PAGE, text)


def contents_heading(text: str) -> bool:
    """It stands over a contents list."""
    return _has(_CONTENTS, text)


def web_section(text: str) -> bool:
    """It stands over a web page's links."""
    return _has(_WEB_SECTION, text)


def leaders(text: str) -> bool:
    """It ends as a contents list's line does: dots or a tab, then a page's number."""
    return _has(_LEADERS, text)


def record_heading(text: str) -> bool:
    """It stands over a list of versions, reviews or signatures."""
    return _has(_RECORD, text)


def record_columns(text: str, least: int = 2) -> bool:
    """It heads the columns of a table of versions or reviews: so many words of the kind stand in it."""
    return len({found.lower() for found in _COLUMNS.findall(text)}) >= least


def dated(text: str) -> bool:
    """A date or a year stands in it."""
    return _has(_DATED, text)


def key(text: str) -> str:
    """Its letters only, for comparing: page numbers, marks and white space aside."""
    return " ".join(re.findall(r"[^\W\d_]+", text.lower()))
