"""Every row belongs to a council; reviews; who can be reached; what is in whose hand while it is delivered.

In: a database of the second step. Out: the same rows, each with its council; on PostgreSQL, held to it by a policy.
Never: loses a row, but a promise that another one of the same matter and rung says already, and what is left of a
matter that is gone: nobody can open it.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from storage.guard import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COUNCIL = sa.String(100)
#: What told its council only by its matter, with what else is in its key.
_OF_A_MATTER = {"parts": ("matter", "part"), "keys": ("matter",), "tags": ("tag", "matter")}
#: Every table that this step leaves behind, but for the deployment's own.
_TABLES = "heard passed pins changes reviews reach matters parts keys tags promises audit outbox web_posts".split()


def upgrade() -> None:
    """Give every row its council, and make the new tables."""
    _renamed()
    _matters()
    _promises()
    _outbox()
    _new_tables()
    if op.get_bind().dialect.name == "postgresql":
        for table in _TABLES:
            guard(op.get_bind(), table)


def _renamed() -> None:
    """What was called a tenant was always a council: the browser chat, the only platform so far, has no other."""
    for table in ("heard", "outbox"):  # not as a batch: SQLite would forget which numbers of the outbox were given
        op.execute(sa.text(f"ALTER TABLE {table} RENAME COLUMN tenant TO council"))
    op.create_index("ix_heard_at", "heard", ["at"])


def _matters() -> None:
    """Two councils may come to call matters of theirs the same."""
    for table in _OF_A_MATTER:
        op.add_column(table, sa.Column("council", _COUNCIL, nullable=True))
        its = sa.text(f"UPDATE {table} SET council = (SELECT council FROM matters WHERE matter = {table}.matter)")  # noqa: S608
        op.execute(its)
        op.execute(sa.text(f"DELETE FROM {table} WHERE council IS NULL"))  # noqa: S608
    op.drop_index("ix_tags_matter", "tags")
    for table, key in (_OF_A_MATTER | {"matters": ("matter",)}).items():
        with op.batch_alter_table(table) as changed:
            changed.alter_column("council", existing_type=_COUNCIL, nullable=False)
            changed.drop_constraint(f"pk_{table}", type_="primary")
            changed.create_primary_key(f"pk_{table}", ["council", *key])
    op.create_index("ix_tags_council_matter", "tags", ["council", "matter"])


def _promises() -> None:
    # Made anew, for that is SQLite's only way to numbers that are given once; PostgreSQL just adds the column.
    anew: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("promises", recreate=anew, table_kwargs={"sqlite_autoincrement": True}) as changed:
        changed.add_column(sa.Column("lease", sa.DateTime(timezone=True)))
    earlier = (
        "SELECT 1 FROM promises AS other WHERE other.council = promises.council AND other.matter = promises.matter "
        "AND other.rung = promises.rung AND (other.due < promises.due OR (other.due = promises.due "
        'AND other."order" < promises."order"))'
    )
    op.execute(sa.text(f"DELETE FROM promises WHERE EXISTS ({earlier})"))  # noqa: S608
    op.drop_index("ix_promises_matter", "promises")
    op.drop_index("ix_promises_due", "promises")
    op.create_index("ix_promises_due_order", "promises", ["due", "order"])
    op.create_index("ix_promises_council_matter_rung", "promises", ["council", "matter", "rung"], unique=True)


def _outbox() -> None:
    op.drop_index("ix_outbox_recipient_order", "outbox")
    op.add_column("outbox", sa.Column("lease", sa.DateTime(timezone=True)))
    for name in ("once", "sending"):
        op.add_column("outbox", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due_order", "outbox", ["due", "order"])
    for name, columns, which in (
        ("ix_outbox_first", ["council", "recipient", "order"], sa.text("due IS NOT NULL")),
        ("ix_outbox_aside", ["council"], sa.text("due IS NULL")),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=which, postgresql_where=which)


def _new_tables() -> None:
    op.create_table(
        "reviews",
        sa.Column("council", _COUNCIL, nullable=False),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("council", "id", name="pk_reviews"),
    )
    op.create_table(
        "reach",
        sa.Column("council", _COUNCIL, nullable=False),
        sa.Column("account", sa.String(300), nullable=False),
        sa.Column("why", sa.String(100), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("council", "account", name="pk_reach"),
    )


def downgrade() -> None:
    """There is no way back: rows of two councils may bear the same name by now."""
    raise NotImplementedError("bring back a copy of the database from before")
