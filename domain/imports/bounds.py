"""How much a workbook may hold, counted while it is read, whatever it says about itself (R17)."""

from domain.imports.refusals import FileRefused

MAX_ROWS = 200_000
"""Up to the last one with a value. A full registry has some 20,000."""

MAX_COLUMNS = 256
"""Up to the last one with a value; a registry has some 20. It is also all that an .xls has."""

MAX_CELLS = 2_000_000
"""In the rectangle around a sheet's cells, and in all sheets together."""

MAX_CELL_CHARACTERS = 32_767
"""As many as a spreadsheet program takes into a cell."""

MAX_TEXT_CHARACTERS = 50_000_000

MAX_SHEETS = 100


def check_reach(rows: int, columns: int) -> None:
    """Look at how far the cells with a value reach, counted from 1. Raises FileRefused."""
    if columns > MAX_COLUMNS:
        raise FileRefused("too_many_columns", bound=MAX_COLUMNS)
    if rows > MAX_ROWS:
        raise FileRefused("too_many_rows", bound=MAX_ROWS)
    if rows * columns > MAX_CELLS:
        raise FileRefused("too_many_cells", bound=MAX_CELLS)


def check_length(characters: int) -> None:
    """Look at one text. Raises FileRefused."""
    if characters > MAX_CELL_CHARACTERS:
        raise FileRefused("too_long_cell", bound=MAX_CELL_CHARACTERS)


def check_sum(cells: int, characters: int) -> None:
    """Look at all sheets together. Raises FileRefused."""
    if cells > MAX_CELLS:
        raise FileRefused("too_many_cells", bound=MAX_CELLS)
    if characters > MAX_TEXT_CHARACTERS:
        raise FileRefused("too_much_text", bound=MAX_TEXT_CHARACTERS)


def check_sheets(count: int) -> None:
    """Raises FileRefused."""
    if count > MAX_SHEETS:
        raise FileRefused("too_many_sheets", value=count, bound=MAX_SHEETS)
