"""A database that fails at one kind of statement: the connection ends there on PostgreSQL, SQLite refuses it.

In: a database's URL, a table, INSERT, UPDATE or DELETE. Out: that failure, as long as the block lasts.
Never: a failure before or after that statement.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import make_url

from tests import databases


@contextmanager
def failing_at(where: str, table: str, how: str) -> Iterator[None]:
    """Whoever does this to a row of the table gets no further."""
    if databases.on_postgres():
        body = "BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END"
        _do(where, f"CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS '{body}'")
        _do(where, f'CREATE TRIGGER fails BEFORE {how} ON "{table}" FOR EACH ROW EXECUTE FUNCTION fails()')
    else:
        _do(where, f"""CREATE TRIGGER fails BEFORE {how} ON "{table}" BEGIN SELECT RAISE(ABORT, 'it fails'); END""")
    try:
        yield
    finally:
        _do(where, "DROP FUNCTION fails CASCADE" if databases.on_postgres() else "DROP TRIGGER fails")


def _do(where: str, statement: str) -> None:
    if databases.on_postgres():
        databases.change_raw(where, statement)
        return
    with closing(sqlite3.connect(str(make_url(where).database))) as file:
        file.execute(statement)
        file.commit()
