"""Alembic's door: runs the steps on the connection that `storage.migrate` hands over.

In: a connection. Out: a database at today's version. Never: a connection or a setting of its own.
"""

from alembic import context

from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
