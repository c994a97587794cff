"""The five councils' packs hold every clause of their documents, in our own words."""

import re
import unicodedata
from collections import Counter

import pytest

from bot.contents import Contents
from bot.lists import LISTS
from bot.pack import PAIRS, STAGES, Clause, Heading
from content import load
from tests.shared import lines, shared

COUNCILS = ("barrow", "crickhowell", "leigh-on-sea", "southwell", "twywell")
RUN = 8


def words_of(text: str) -> list[str]:
    flat = unicodedata.normalize("NFKC", text).lower().replace("’", "").replace("'", "")
    return re.findall(r"[a-z0-9&]+", flat)


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    found = words_of(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def test_the_five_councils_are_there():
    assert load.councils() == COUNCILS


@pytest.mark.parametrize("council", COUNCILS)
def test_every_passage_of_the_document_has_its_clause(council):
    contents = Contents(load.council(council))
    furniture = ("Letterhead", "Source note", "Sign-off")
    for passage in lines("questions/passages.jsonl"):
        if passage["council"] == council and passage["ref"] not in furniture:
            assert contents.get(passage["id"].removeprefix(f"{council}-")), passage["id"]


@pytest.mark.parametrize("council", COUNCILS)
def test_the_headings_and_printed_numbers_are_the_documents_own(council):
    pack = load.council(council)
    truth = __import__("json").loads(shared(f"documents/truth/{council}.json").read_text(encoding="utf-8"))
    mine = [(node.ref, node.heading) for node in pack.body if isinstance(node, Heading)]
    printed = [(heading["ref"], heading["text"]) for heading in truth["headings"]]
    assert [words_of(text) for ref, text in printed] == [words_of(text) for ref, text in mine if text != "Introduction"]
    numbers = Counter(clause["ref"] for clause in truth["clauses"] if clause["ref"])
    assert numbers == Counter(node.ref for node in pack.body if isinstance(node, Clause) and node.ref)


@pytest.mark.parametrize("council", COUNCILS)
def test_no_sentence_is_copied_from_the_document(council):
    """Headings, lines that lead a list, and the names of documents and bodies are excepted."""
    pack = load.council(council)
    source = runs(shared(f"protocols/{council}.txt").read_text(encoding="utf-8"))
    names = [named.name for named in (*pack.policies, *pack.bodies)]
    names += [node.heading for node in pack.body if isinstance(node, Heading)] + [pack.document.title]
    allowed = {run for name in names for run in runs(name)}
    for stand in Contents(pack).clauses():
        if not stand.wording.endswith(":"):
            assert not (runs(stand.wording) & source) - allowed, stand.id
    for rule in pack.routes.rules:
        assert not (runs(rule.plain) & source) - allowed, rule.id
    for gap in pack.gaps:
        assert not (runs(gap.plain) & source) - allowed, gap.id
    for pair in pack.routes.pairs:
        assert not (runs(pair.note or "") & source) - allowed, (pair.raiser, pair.about)
    for note in pack.notes:
        assert not (runs(note.plain) & source) - allowed, note.id


@pytest.mark.parametrize("council", COUNCILS)
def test_no_named_person_is_in_the_content(council):
    text = (load._HERE / "councils" / f"{council}.yaml").read_text(encoding="utf-8")
    assert not re.search(r"Parker|Lawrence|Beckerson|@|\b\d{5} \d{5,6}\b|SS9", text)


@pytest.mark.parametrize("council", COUNCILS)
def test_every_pair_says_of_every_stage_what_holds_or_that_it_is_silent(council):
    routes = load.council(council).routes
    assert tuple((pair.raiser, pair.about) for pair in routes.pairs) == PAIRS
    for pair in routes.pairs:
        for stage in STAGES:
            cell = getattr(pair, stage)
            assert cell == "silent" or cell, (pair.raiser, pair.about, stage)
        assert all(getattr(pair, stage) != "silent" for stage in pair.inferred)


def test_crickhowell_is_silent_on_every_route_and_is_in_wales():
    pack = load.council("crickhowell")
    assert pack.nation == "wales"
    assert not pack.routes.rules
    assert all(getattr(pair, stage) == "silent" for pair in pack.routes.pairs for stage in STAGES)
    text = (load._HERE / "councils" / "crickhowell.yaml").read_text(encoding="utf-8")
    assert "Localism Act" not in text


def test_what_a_document_does_not_tell_is_not_guessed():
    told = {id: load.council(id).document for id in COUNCILS}
    assert {id: doc.adopted for id, doc in told.items()} == {
        "barrow": "2019-07-16",
        "crickhowell": "unknown",
        "leigh-on-sea": "not stated",
        "southwell": "not stated",
        "twywell": "not stated",
    }
    assert told["barrow"].next_review == "blank"
    assert [row.date for row in told["crickhowell"].versions] == ["unknown", "2022-02-15", "2023-03-21"]
    assert told["southwell"].title == "not stated"


def test_the_only_musts_among_the_routes_are_southwells_code_complaint_and_need_to_know():
    musts = {(id, rule.id) for id in COUNCILS for rule in load.council(id).routes.rules if rule.strength == "must"}
    assert musts == {("southwell", "K6"), ("southwell", "D1")}


@pytest.mark.parametrize("council", COUNCILS)
def test_a_clause_that_says_must_or_should_is_marked_so(council):
    """The wording may weaken within a clause, but never claims more than its mark."""
    for stand in Contents(load.council(council)).clauses():
        if stand.strength == "none":
            assert not re.search(r"\bmust\b", stand.wording), stand.id


@pytest.mark.parametrize("council", COUNCILS)
def test_a_clause_with_a_must_in_it_and_a_may_says_so(council):
    for stand in Contents(load.council(council)).clauses():
        modal = {word for word in ("must", "should") if re.search(rf"\b{word}\b", stand.wording)}
        if stand.strength in ("should", "may"):
            assert "must" not in modal, stand.id
        assert stand.strength not in stand.in_part, stand.id


@pytest.mark.parametrize("council", COUNCILS)
def test_clauses_are_told_apart_by_their_labels(council):
    labels = Counter((stand.label, stand.path) for stand in Contents(load.council(council)).clauses())
    assert [label for label, n in labels.items() if n > 1] == []


def test_every_list_has_a_name_of_its_own():
    names = [word for listed in LISTS for word in (listed.name, *listed.aliases)]
    assert len(names) == len(set(names))
    assert set(names) >= {"expectations", "roles", "contents", "about", "gaps", "compare"}


def test_there_are_enough_topics_and_ways_of_asking():
    topics = [topic for topic in load.topics() if not topic.outside]
    assert 80 <= len(topics) <= 130
    assert sum(len(topic.asks) for topic in topics) > 5000
    used = {tag for id in COUNCILS for stand in Contents(load.council(id)).clauses() for tag in stand.topics}
    assert not used & {topic.id for topic in load.topics() if topic.outside}
