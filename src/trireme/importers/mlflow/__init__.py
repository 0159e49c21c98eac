"""From MLflow: a folder, a database, a running server."""
