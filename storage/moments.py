"""A moment as a database keeps it.

In: aware times. Out: the same, in UTC. Never: a time without a zone kept; a row that nobody can read for one moment.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, TypeDecorator

log = logging.getLogger(__name__)

_LONG_PAST = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite forgets zones, PostgreSQL answers in its session's: both come out in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To UTC. A naive time is a mistake of ours."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone can't be kept")
        return value.astimezone(UTC) if value else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """SQLite keeps anything anywhere. What is no moment is one long past: it keeps nobody from reading the rest."""
        read = super().result_processor(dialect, coltype)

        def careful(value: Any) -> Any:
            try:
                return read(value) if read is not None else value
            except (ValueError, TypeError):
                log.error("a row of the database holds a moment that is none")
                return _LONG_PAST

        return careful

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Back in UTC."""
        kept: datetime | None = value
        if kept is None:
            return None
        return kept.astimezone(UTC) if kept.tzinfo else kept.replace(tzinfo=UTC)
