"""What of a workbook's look matters and the reader's library does not tell: hidden rows, and the date system."""

from collections import defaultdict

MAIN, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


class Layout:
    """Hears of every element of the parts, and answers when all were heard."""

    def __init__(self) -> None:
        self.is_1904 = False
        self._links: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._hidden: dict[str, set[int]] = defaultdict(set)

    def hear(self, part: str, tag: str, attributes: dict[str, str], row: int) -> None:
        """Take an element, without the prefix of its tag; `row` is where the part stands."""
        if tag == "row":
            if attributes.get("hidden") in ("1", "true"):
                self._hidden[part].add(row)
        elif part == MAIN and tag == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")
        elif part == MAIN and tag == "sheet":
            link = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            self._links[attributes.get("name", "")] = link
        elif part == LINKS and tag == "Relationship":
            target = attributes.get("Target", "")
            self._parts[attributes.get("Id", "")] = target.removeprefix("/") if target[:1] == "/" else f"xl/{target}"

    def hidden_rows(self, sheet: str) -> frozenset[int]:
        """Return the numbers of a sheet's hidden rows."""
        return frozenset(self._hidden.get(self._parts.get(self._links.get(sheet, ""), ""), ()))
