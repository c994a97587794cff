"""Concerns and requests, sealed; their keys, promises and audit trail; changes to the settings.

In: a database of the first tables. Out: the same with room for concerns. Never: touches a row that is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _numbers_used_once()
    op.add_column("outbox", sa.Column("name", sa.String(40), nullable=False, server_default=""))
    _settings()
    _sealed()
    _promises()
    _audit()


def _numbers_used_once() -> None:
    """Rows are deleted from now on, and SQLite would give the number of the last one to the next."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("outbox", "web_posts"):
            with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
                pass


def _settings() -> None:
    op.create_table(
        "changes",
        sa.Column("order", sa.Integer, autoincrement=True),
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("order", name="pk_changes"),
    )
    op.create_index("ix_changes_council_id", "changes", ["council", "id"], unique=True)


def _sealed() -> None:
    op.create_table(
        "matters",
        sa.Column("matter", sa.String(100), nullable=False),
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("matter", name="pk_matters"),
    )
    op.create_table(
        "parts",
        sa.Column("matter", sa.String(100), nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("matter", "part", name="pk_parts"),
    )
    op.create_table(
        "keys",
        sa.Column("matter", sa.String(100), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("matter", name="pk_keys"),
    )
    op.create_table(
        "ring",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ring"),
    )
    op.create_table(
        "tags",
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("matter", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("tag", "matter", name="pk_tags"),
    )
    op.create_index("ix_tags_matter", "tags", ["matter"])


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("order", sa.Integer, autoincrement=True),
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("matter", sa.String(100), nullable=False),
        sa.Column("rung", sa.String(40), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("order", name="pk_promises"),
    )
    op.create_index("ix_promises_due", "promises", ["due"])
    op.create_index("ix_promises_matter", "promises", ["matter"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("did", sa.String(100), nullable=False),
        sa.Column("matter", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("council", "seq", name="pk_audit"),
    )


def downgrade() -> None:
    """Drop them, and with them every concern."""
    for name in ("audit", "promises", "tags", "ring", "keys", "parts", "matters", "changes"):
        op.drop_table(name)
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("name")
