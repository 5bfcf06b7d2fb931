"""Copies of prepared databases on the server of the tests."""

from typing import Any


def copy_database(server: Any, template: str, name: str) -> str:
    """Copy a database that nobody is connected to; return the address of the copy. Its files are copied as they are:
    that takes half as long as writing each page to the log."""
    server.psql(f"create database {name} template {template} strategy file_copy")
    return str(server.get_uri(database=name))
