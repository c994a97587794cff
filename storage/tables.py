"""The tables. Changed only together with a migration in `migrations/versions/`.

In: nothing. Out: table definitions for the modules of `storage` and for Alembic.
Never: a query.
"""

from datetime import UTC, datetime
from hashlib import blake2s
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Instant(TypeDecorator[datetime]):
    """An aware time, kept in UTC: SQLite forgets zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To UTC. A naive time is a mistake of ours."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone can't be kept")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Back with its zone."""
        naive: datetime | None = value
        return naive.replace(tzinfo=UTC) if naive and naive.tzinfo is None else naive


def fingerprint(*parts: str) -> str:
    """What is of any length, as a name of fixed length. Anybody can make it: it hides nothing."""
    return blake2s(msgspec.json.encode(parts), digest_size=32).hexdigest()


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Deliveries that changed something, so that the same one again changes nothing and gets the same answer. The answer is
#: sealed; in the clear where it was kept without keys.
heard = Table(
    "heard",
    metadata,
    Column("tenant", String(100), nullable=False),
    Column("delivery", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant", "delivery"),
)

#: Questions passed to the clerk, and their replies.
passed = Table(
    "passed",
    metadata,
    Column("council", String(100), nullable=False),
    Column("id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "id"),
)

#: Questions that the clerk pinned to a clause.
pins = Table(
    "pins",
    metadata,
    Column("council", String(100), nullable=False),
    Column("key", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("council", "key"),
)

#: Changes to the settings proposed in the chat, in the order they were proposed.
changes = Table(
    "changes",
    metadata,
    Column("order", Integer, primary_key=True, autoincrement=True),
    Column("council", String(100), nullable=False),
    Column("id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
)
Index(None, changes.c.council, changes.c.id, unique=True)

#: Concerns and requests: that there is one, and which version of it. All else of them is sealed.
matters = Table(
    "matters",
    metadata,
    Column("matter", String(100), primary_key=True),
    Column("council", String(100), nullable=False),
    Column("version", Integer, nullable=False),
)

#: What they hold, each part sealed for itself: `course`, `people`, `words`.
parts = Table(
    "parts",
    metadata,
    Column("matter", String(100), nullable=False),
    Column("part", String(10), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("matter", "part"),
)

#: The key of each matter, wrapped by those of the key file. Without its row a matter is lost for good.
keys = Table(
    "keys",
    metadata,
    Column("matter", String(100), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

#: One row: the secret of the index, wrapped as well. It tells whether the keys are the right ones.
ring = Table(
    "ring",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)

#: Who is what to a matter, as keyed fingerprints of council, seat and part.
tags = Table(
    "tags",
    metadata,
    Column("tag", String(64), nullable=False),
    Column("matter", String(100), nullable=False),
    PrimaryKeyConstraint("tag", "matter"),
)
Index(None, tags.c.matter)

#: What the clock must bring up, and when.
promises = Table(
    "promises",
    metadata,
    Column("order", Integer, primary_key=True, autoincrement=True),
    Column("council", String(100), nullable=False),
    Column("matter", String(100), nullable=False),
    Column("rung", String(40), nullable=False),
    Column("due", Instant, nullable=False),
)
Index(None, promises.c.due)
Index(None, promises.c.matter)

#: Who did or read what: a chain for each council, in which `who` and `matter` are fingerprints. Rows stay for good.
#: `at` is text: whatever somebody puts there can still be read, and found wrong.
audit = Table(
    "audit",
    metadata,
    Column("council", String(100), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("who", String(64), nullable=False),
    Column("did", String(100), nullable=False),
    Column("matter", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    PrimaryKeyConstraint("council", "seq"),
)

#: Notices on their way: sealed, and `recipient` keyed; in the clear what was kept without keys. A delivered one leaves,
#: `due` is empty once it is set aside.
outbox = Table(
    "outbox",
    metadata,
    Column("order", Integer, primary_key=True, autoincrement=True),
    Column("tenant", String(100), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("notice", LargeBinary),
    Column("due", Instant),
    Column("tries", Integer, nullable=False, default=0),
    Column("why", Text, nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Column("name", String(40), nullable=False, server_default=""),  # random: a number would tell how many there are
    sqlite_autoincrement=True,
)
Index(None, outbox.c.due)
Index(None, outbox.c.recipient, outbox.c.order)

#: The browser chat's own posts: that platform's memory, as a chat service would keep it.
web_posts = Table(
    "web_posts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("council", String(100), nullable=False),
    Column("place", String(100), nullable=False),
    Column("id", String(200), nullable=False),
    Column("only_for", String(100)),
    Column("author", String(100), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Column("edits", Integer, nullable=False, default=0),
    sqlite_autoincrement=True,  # a page that saw a post knows it by its number
)
Index(None, web_posts.c.council, web_posts.c.place, web_posts.c.id, unique=True)
