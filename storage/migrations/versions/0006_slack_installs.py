"""The workspaces that took the hosted Slack app, and the installs that were begun.

In: a database of the fifth step. Out: the same, with two empty tables more. They belong to the deployment, as the ring
does, and no policy holds them to a council. Never: touches a row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "slack_installs",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("client_id", sa.String(100), nullable=False),
        sa.Column("app_id", sa.String(100), nullable=False),
        sa.Column("enterprise_id", sa.String(100)),
        sa.Column("enterprise_name", sa.Text),
        sa.Column("team_id", sa.String(100), nullable=False),
        sa.Column("team_name", sa.Text),
        sa.Column("bot_token", sa.LargeBinary, nullable=False),
        sa.Column("bot_id", sa.String(100), nullable=False),
        sa.Column("bot_user_id", sa.String(100), nullable=False),
        sa.Column("bot_scopes", sa.Text),
        sa.Column("bot_refresh_token", sa.LargeBinary),
        sa.Column("bot_token_expires_at", sa.DateTime(timezone=True)),
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_installs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_slack_installs_client_id_team_id", "slack_installs", ["client_id", "team_id"], unique=True)
    op.create_table(
        "slack_states",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("expire_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_states"),
    )
    op.create_index("ix_slack_states_state", "slack_states", ["state"], unique=True)


def downgrade() -> None:
    """Every workspace has to install the app again."""
    op.drop_table("slack_states")
    op.drop_table("slack_installs")
