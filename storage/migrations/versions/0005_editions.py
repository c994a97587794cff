"""Editions of a council's protocol, and the draft of the next.

In: a database of the fourth step. Out: the same, with two empty tables more; on PostgreSQL, held to a council by a
policy.
Never: touches a row.
"""

import sqlalchemy as sa
from alembic import op

from storage.guard import guard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "editions",
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("council", "number", name="pk_editions"),
    )
    op.create_table(
        "drafts",
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("council", name="pk_drafts"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("editions", "drafts"):
            guard(op.get_bind(), table)


def downgrade() -> None:
    """The wordings that were adopted are gone; the bot goes by those that come with it."""
    op.drop_table("drafts")
    op.drop_table("editions")
