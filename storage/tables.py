"""The tables. Changed only together with a migration in `migrations/versions/`.

In: nothing. Out: table definitions for `store.py`, `web_posts.py` and Alembic.
Never: a query.
"""

from datetime import UTC, datetime
from typing import Any

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


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Deliveries that changed something, so that the same one again changes nothing and gets the same answer.
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

#: Notices on their way. A delivered one keeps its row, not its body; `due` is empty once delivered or set aside.
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
)
Index(None, web_posts.c.council, web_posts.c.place, web_posts.c.id, unique=True)
