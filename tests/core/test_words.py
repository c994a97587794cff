"""The bot's own sentences: all there, all used, and kind."""

import re
from pathlib import Path

import pytest

from content import load

HERE = Path(__file__).parents[2]
SENTENCES = load.words()._sentences
SOURCE = "\n".join(
    file.read_text(encoding="utf-8")
    for folder in ("bot", "adapters", "deploy")
    for file in (HERE / folder).rglob("*.py")
)
#: Names that are put together from a part that varies.
MADE = ("strength-", "sure-", "help-", "nation-", "conduct-")

#: Never said to somebody who may have been hurt. Source: Acas guidance on handling a sexual harassment complaint.
NEVER = (
    "are you sure", "long and difficult", "not seem that serious", "doesn't seem serious", "does not seem serious",
    "just a joke", "overreact", "calm down", "no witness", "prove it", "it's only", "get over",
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_every_sentence_is_used(name):
    assert f'"{name}"' in SOURCE or name.startswith(MADE)


def test_every_sentence_that_is_used_is_there():
    used = set(re.findall(r'words\(\s*"([a-z-]+)"', SOURCE)) | set(
        re.findall(r'note\([\w.]*words, "([a-z-]+)"', SOURCE)
    )
    used |= set(re.findall(r'_whisper\(handbook, "([a-z-]+)"', SOURCE)) | set(
        re.findall(r'run\([\w.]*words, "([a-z-]+)"', SOURCE)
    )
    assert used
    assert used <= set(SENTENCES)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_no_sentence_doubts_or_hurries_anybody(name):
    said = SENTENCES[name].casefold()
    assert not [phrase for phrase in NEVER if phrase in said]


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_sentences_are_british_and_without_jargon(name):
    said = SENTENCES[name].casefold()
    assert not re.search(
        r"\b(token|payload|session|database|timeout|null|invalid|error|organiz|behavior|color|please note)\b", said
    )
