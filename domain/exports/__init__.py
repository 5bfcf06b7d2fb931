"""The registry as county offices keep it: in the layout that the import reads, as .xlsx or .csv, and as a template."""

from domain.exports.layout import MEMBERS, TABLES, TEAMS
from domain.exports.lines import Line, member_line, team_line
from domain.exports.template import write_template
from domain.exports.writing import Format, Writer, open_writer, tables_in

__all__ = [
    "MEMBERS",
    "TABLES",
    "TEAMS",
    "Format",
    "Line",
    "Writer",
    "member_line",
    "open_writer",
    "tables_in",
    "team_line",
    "write_template",
]
