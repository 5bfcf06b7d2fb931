"""Workbooks as county offices keep them: read, checked row by row, stored in the caller's transaction."""

from domain.imports.judging import Progress
from domain.imports.refusals import FileRefused
from domain.imports.report import Report
from domain.imports.retiring import Missing, find_missing, retire
from domain.imports.telling import told
from domain.imports.workbook import import_workbook

__all__ = ["FileRefused", "Missing", "Progress", "Report", "find_missing", "import_workbook", "retire", "told"]
