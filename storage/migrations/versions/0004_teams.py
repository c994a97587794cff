"""The conversations that Microsoft Teams told the bot of.

In: a database of the third step. Out: the same, with an empty table more; on PostgreSQL, held to a council by a policy.
Never: touches a row.
"""

import sqlalchemy as sa
from alembic import op

from storage.guard import guard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "teams_places",
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("tenant", sa.String(100), nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("who", sa.String(300), nullable=False),
        sa.Column("service_url", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("council", "tenant", "id", name="pk_teams_places"),
    )
    op.create_index("ix_teams_places_council_tenant_who", "teams_places", ["council", "tenant", "who"])
    if op.get_bind().dialect.name == "postgresql":
        guard(op.get_bind(), "teams_places")


def downgrade() -> None:
    """Teams tells of its conversations again, one by one."""
    op.drop_table("teams_places")
