"""Alembic's entry: runs the migrations on the connection that `core.opening` hands over."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
# The transaction is the caller's: migrations of one start are all or nothing.
context.configure(connection=connection, transactional_ddl=False, render_as_batch=True)
context.run_migrations()
