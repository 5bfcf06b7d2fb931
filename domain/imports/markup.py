"""The XML inside workbooks, read event by event."""

from typing import Protocol
from xml.parsers import expat

from domain.imports.refusals import FileRefused


class Reading(Protocol):
    """Who hears of elements and texts."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


def parser_for(reading: Reading, namespace_separator: str | None = None) -> expat.XMLParserType:
    """Return a parser that tells a reading what it meets, and refuses a document type."""
    parser = expat.ParserCreate(namespace_separator=namespace_separator)
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise FileRefused("corrupt")  # no spreadsheet program writes one; entities multiply
