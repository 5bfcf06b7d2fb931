"""Workbooks that people send: kept until they decide, read by a job of its own, told row by row."""
