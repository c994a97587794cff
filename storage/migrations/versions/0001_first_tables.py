"""First tables: deliveries heard, questions passed to the clerk, pins, the outbox, the browser chat's posts.

In: an empty database. Out: those tables. Never: run twice.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "heard",
        sa.Column("tenant", sa.String(100), nullable=False),
        sa.Column("delivery", sa.String(64), nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "delivery", name="pk_heard"),
    )
    for name, key in (
        ("passed", sa.Column("id", sa.String(40), nullable=False)),
        ("pins", sa.Column("key", sa.String(64), nullable=False)),
    ):
        op.create_table(
            name,
            sa.Column("council", sa.String(100), nullable=False),
            key,
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("record", sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("council", key.name, name=f"pk_{name}"),
        )
    op.create_table(
        "outbox",
        sa.Column("order", sa.Integer, autoincrement=True),
        sa.Column("tenant", sa.String(100), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("notice", sa.LargeBinary),
        sa.Column("due", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("order", name="pk_outbox"),
    )
    op.create_index("ix_outbox_due", "outbox", ["due"])
    op.create_index("ix_outbox_recipient_order", "outbox", ["recipient", "order"])
    op.create_table(
        "web_posts",
        sa.Column("seq", sa.Integer, autoincrement=True),
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("only_for", sa.String(100)),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edits", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_web_posts"),
    )
    op.create_index("ix_web_posts_council_place_id", "web_posts", ["council", "place", "id"], unique=True)


def downgrade() -> None:
    """There is nothing before the first tables."""
    for name in ("web_posts", "outbox", "pins", "passed", "heard"):
        op.drop_table(name)
