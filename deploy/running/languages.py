"""Whose language is spoken where: the words of the council that a workspace belongs to.

In: councils' settings. Out: `Words` by workspace, or by council. Never: a file read for every message; a workspace that
nobody's settings name left without a word: it is spoken to in English.
"""

from collections.abc import Callable, Iterable, Mapping

from bot.settings import Settings
from bot.words import Words
from content import load
from deploy.handbooks import workspaces


def of_workspaces(platform: str, councils: Iterable[Settings]) -> Callable[[str], Words]:
    """The words for each workspace of a platform, by its id. Raises `UnsoundContent` for a language not there."""
    named = ((own, tenant) for own in councils for one, tenant in workspaces(own) if one == platform)
    return _by({tenant: own.language for own, tenant in named})


def of_councils(councils: Iterable[Settings]) -> Callable[[str], Words]:
    """The words of each council, by its id. Raises `UnsoundContent` for a language that is not there."""
    return _by({own.council: own.language for own in councils})


def of_all(councils: Iterable[Settings]) -> Words:
    """The words for what is no one council's: theirs, where all speak one language; else the English ones."""
    spoken = {own.language for own in councils}
    return load.words(*spoken) if len(spoken) == 1 else load.words()


def _by(languages: Mapping[str, str]) -> Callable[[str], Words]:
    words = {id: load.words(language) for id, language in languages.items()}
    return lambda id: words.get(id) or load.words()
