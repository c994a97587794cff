"""What a pack file may hold, as a JSON Schema for editors.

In: the records of `bot.pack`. Out: the schema. Never: stricter or laxer than the reading of a file is on the shape of
its fields; what fields have to do with one another is `content.check`'s.
"""

from typing import Any, Final

import msgspec

from bot.pack import PARTIES, Clause, Document, Gap, Heading, Item, Note, Pack, Pair, Proposal, Rule, Version
from content import schemas

_DATE = "A day as year-month-day, or why there is none: not stated, unknown, blank."
#: What a field is for, as an editor shows it.
_FIELDS: Final[dict[str, dict[str, str]]] = {
    Pack.__name__: {
        "council": "The council's id: small letters, digits, hyphens.",
        "name": "The council's name in full.",
        "place": "The council's name as it is called for short.",
        "nation": "Whose law holds.",
        "principal_council": "The district, borough, county or unitary council above it, as far as the document tells.",
        "document": "What the document says of itself.",
        "policies": "Other documents and laws that are named, and the clauses that name them.",
        "bodies": "Outside bodies that are named, and the clauses that name them.",
        "notes": "What stands outside the clauses.",
        "body": "Headings and clauses in the document's order.",
        "routes": "Rules about concerns that are in force.",
        "gaps": "What the protocol does not say.",
        "proposed": "Rules that were read out of the wording and are not in force.",
    },
    Document.__name__: {
        "adopted": _DATE,
        "next_review": _DATE,
        "reference": "The document's own number, or: not stated.",
        "source": "Where the text is from, as it says, or: not stated.",
        "versions": "The rows of its own record of reviews.",
    },
    Version.__name__: {"date": _DATE},
    Clause.__name__: {
        "id": "Its own among all of the file; it stays the same when the wording changes.",
        "ref": "The number as it is printed, or null.",
        "text": "The adopted wording, to the letter.",
        "plain": "The same in plain words; may be left out where `text` is there.",
        "strength": "How strong its main rule is, by its words.",
        "in_part": "Other strengths that parts of it have.",
        "topics": "Ids of topics, the one it is the answer to first.",
        "continues": "The number of the clause that an unnumbered paragraph carries on.",
        "items": "The list under it.",
    },
    Item.__name__: {
        "id": "Its own among all of the file.",
        "ref": "Its printed number or letter; or give its `marker`.",
        "marker": "Its bullet; or give its `ref`.",
        "text": "The adopted wording, to the letter.",
        "topics": "Ids of topics, the one it is the answer to first.",
    },
    Heading.__name__: {
        "heading": "The words, as they are printed.",
        "ref": "The number as it is printed, or null.",
        "level": "1 is the outermost; they go down one at a time.",
    },
    Note.__name__: {"where": "Where in the document it stands."},
    Gap.__name__: {"nearest": "The id of the clause that comes nearest, or null."},
    Rule.__name__: {
        "clause": "The id of the clause it rests on.",
        "who": f"Of these: {', '.join(PARTIES)}.",
        "raised_with": "The one of `who` that whoever raises it speaks with.",
        "plain": "The rule in plain words.",
    },
    Pair.__name__: {"inferred": "The stages at which only a reading of its words reaches this pair."},
    Proposal.__name__: {
        "sentence": "What it rests on, to the letter.",
        "pairs": "For whom it would hold: who raises it, about whom.",
        "inferred": "Those of the pairs that only a reading of its words reaches.",
    },
}


def schema() -> dict[str, Any]:
    """The schema of a pack file, as the file has it: what is a heading and what a clause shows by its first field."""
    (outer,), parts = msgspec.json.schema_components([Pack], ref_template="#/$defs/{name}")
    for name in (Heading.__name__, Clause.__name__):
        parts[name]["properties"].pop("kind")
        parts[name]["required"].remove("kind")
    nodes = [{"$ref": f"#/$defs/{name}"} for name in (Heading.__name__, Clause.__name__)]
    parts[Pack.__name__]["properties"]["body"]["items"] = {"oneOf": nodes}
    for name, told in _FIELDS.items():
        for field, description in told.items():
            parts[name]["properties"][field] |= {"description": description}
    return schemas.whole({"title": "A council's protocol, for Protocol Bot", **outer, "$defs": _tidied(parts)})


def _tidied(part: Any) -> Any:
    """Descriptions on one line each: they were written for the width of a source file."""
    if isinstance(part, dict):
        return {key: " ".join(one.split()) if key == "description" and isinstance(one, str) else _tidied(one)
                for key, one in part.items()}  # fmt: skip
    return [_tidied(one) for one in part] if isinstance(part, list) else part
