"""How Alembic runs the migrations: on the connection that `Database` gives it."""

from alembic import context

from adapters.storage.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Dateline migrates its database by itself when it opens it.")

context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
