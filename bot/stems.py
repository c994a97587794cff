"""Text as the bot compares it: words without endings, accents, apostrophes or capitals.

In: anything anybody typed. Out: its words, their stems, whether somebody's name is among them. Never: meaning.
"""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)*")
#: Words that say nothing of what is asked. Negations, question words and pronouns stay.
_EMPTY = frozenset(
    "a an the is are was were be been am being of to in on at by for with and or as it its this that there here "
    "do does did so just then than very really please also still s t".split()
)
#: What people write for the same thing on a phone.
_SHORT = {
    "cllr": "councillor",
    "cllrs": "councillor",
    "cllors": "councillor",
    "councilor": "councillor",
    "councilors": "councillor",
    "cncllr": "councillor",
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "govt": "government",
    "docs": "documents",
    "doc": "document",
    "info": "information",
    "mo": "monitoring officer",
    "fb": "facebook",
    "mtg": "meeting",
    "mtgs": "meetings",
    "wont": "will not",
    "cant": "can not",
    "dont": "do not",
    "doesnt": "does not",
    "isnt": "is not",
    "arent": "are not",
    "shouldnt": "should not",
    "didnt": "did not",
    "hasnt": "has not",
    "havent": "have not",
    "wouldnt": "would not",
    "couldnt": "could not",
    "wasnt": "was not",
    "gonna": "going to",
    "wanna": "want to",
}
#: What stands before a name and is none of it; `words` has "Cllr" whole.
_TITLES = frozenset("councillor mr mrs ms miss mx dr rev reverend sir dame lady lord".split())
_stemmer = snowballstemmer.stemmer("english")


def folded(text: str) -> str:
    """Lower case, plain letters, no apostrophes, no marks that can't be seen."""
    small = text.casefold().replace("'", "")
    if small.isascii() and small.isprintable():
        return small  # as most of it is: there is nothing to take apart
    flat = unicodedata.normalize("NFKD", small.replace("’", "").replace("‘", ""))
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in flat if not unicodedata.combining(c))


def words(text: str, *, every: bool = False) -> list[str]:
    """The words that carry meaning, whole; or every word."""
    found: list[str] = _WORD.findall(folded(text))
    if not _SHORT.keys().isdisjoint(found):
        found = [whole for word in found for whole in _SHORT.get(word, word).split()]
    return found if every else [word for word in found if word not in _EMPTY]


def plain(text: str) -> str:
    """Every word, also the short ones, with single spaces around: in it whole words can be looked for."""
    return f" {' '.join(words(text, every=True))} "


def of_name(name: str) -> list[str]:
    """The words of somebody's name, without "Cllr", "Mrs" and their like."""
    return [word for word in words(name, every=True) if word not in _TITLES]


def has_name(text: str, name: str) -> bool:
    """Whether a text has somebody's whole name in it, whichever way the two are typed.

    Capitals, accents, apostrophes, hyphens and spaces make no difference, nor does "Cllr" before it or an s behind it.
    """
    whole = " ".join(of_name(name))
    if not whole:  # in other letters than ours
        return name.casefold() in text.casefold()
    return re.search(rf" {re.escape(whole)}s? ", plain(text)) is not None


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending."""
    return str(_stemmer.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order."""
    return [stem(word) for word in words(text)]
