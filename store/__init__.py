"""Adapter to the database; the only importer of SQLAlchemy."""
