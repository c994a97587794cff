"""Leases: what one process has in hand, no other is given until a moment that the database's clock tells.

In: a connection, a column, how long. Out: expressions for a query.
Never: a process's own clock where several computers share a database: one that is wrong would take from the others.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Interval, func, literal, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.moments import Instant


def until(connection: AsyncConnection, length: timedelta) -> ColumnElement[Any]:
    """The moment that long from now: the end of a lease that begins now."""
    if connection.dialect.name == "postgresql":
        return func.now() + literal(length, Interval())
    return literal(datetime.now(UTC) + length, Instant())  # SQLite's file is on this computer, and has its clock


def free(connection: AsyncConnection, lease: Column[Any], length: timedelta) -> ColumnElement[bool]:
    """Whether nobody has it in hand. `length` is that of every lease.

    One that would last much longer than that is none: the clock was wrong when it was given, and what was in hand then
    would be lost for as long.
    """
    return or_(lease.is_(None), lease <= until(connection, timedelta()), lease > until(connection, 2 * length))
