"""What PostgreSQL holds beside the code: one council's rows are out of another's reach.

In: a connection of whoever owns the tables, the name of the role that the bot uses. Out: a policy for each table, and
grants of what that role needs and no more; what is amiss with that role, in a sentence.
Never: a row; a role made or altered.
"""

from typing import Final

from sqlalchemy import Connection, text

from storage.tables import metadata

#: Where a transaction says whose it is. Unset it gives nothing; see `storage.database.EVERY`.
SETTING: Final = "protocol.council"

_WHOSE = f"current_setting('{SETTING}', true)"
#: A setting that was once set in a session is empty ever after, not unset.
_ITS_OWN = f"council = nullif({_WHOSE}, '') OR {_WHOSE} = '*'"

#: What the bot's role may do: lines of the trail stay as they are, and so does that the ring was made.
_MAY: Final = {"audit": "SELECT, INSERT", "ring": "SELECT, INSERT, UPDATE", "alembic_version": "SELECT"}
_ALL: Final = "SELECT, INSERT, UPDATE, DELETE"


def guard(connection: Connection, table: str) -> None:
    """Hold a table to the council of the transaction, its owner's too."""
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own ON {table} USING ({_ITS_OWN}) WITH CHECK ({_ITS_OWN})",
    ):
        connection.execute(text(statement))


def grant(connection: Connection, role: str) -> None:
    """What the bot's role needs of the tables that the role of this connection owns. Again is quietly fine."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    schema = connection.dialect.identifier_preparer.quote_identifier(
        str(connection.execute(text("SELECT current_schema()")).scalar())
    )
    statements = [f"GRANT USAGE ON SCHEMA {schema} TO {quoted}"]
    for table in (*metadata.tables, "alembic_version"):
        statements += [f"REVOKE ALL ON {table} FROM {quoted}", f"GRANT {_MAY.get(table, _ALL)} ON {table} TO {quoted}"]
    statements += [f"GRANT USAGE ON SEQUENCE {numbers} TO {quoted}" for numbers in _sequences(connection)]
    for statement in statements:
        connection.execute(text(statement))


def _sequences(connection: Connection) -> list[str]:
    """What numbers the rows of the tables that count them."""
    named = text("SELECT pg_get_serial_sequence(:table, :column)")
    counted = [(table.name, table.autoincrement_column) for table in metadata.tables.values()]
    asked = [{"table": table, "column": column.name} for table, column in counted if column is not None]
    return [str(connection.execute(named, one).scalar()) for one in asked]


def too_mighty(connection: Connection) -> str | None:
    """Why PostgreSQL does not hold this connection's role to one council, for the administrator; None where it does."""
    role, above, owner = connection.execute(
        text(
            "SELECT current_user, rolsuper OR rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relname = 'matters' AND "
            "pg_table_is_visible(oid) AND pg_has_role(relowner, 'USAGE')) FROM pg_roles "
            "WHERE rolname = current_user"
        )
    ).one()
    if above:
        what = "passes over row-level security, as superusers and roles with BYPASSRLS do: the code alone keeps"
    elif owner:
        what = "owns the tables and could take row-level security away: little but the code keeps"
    else:
        return None
    return (
        f"The database role {role!r} {what} councils apart. Give DATABASE_URL a role that only uses the tables, "
        "DATABASE_OWNER_URL the one that owns them, and run `protocol-bot migrate` again."
    )
