"""What may stand in a text that people enter: stored exactly as it was given, refused where it would harm."""

import unicodedata

from domain.refusals import InvalidInput

LONGEST_NAME, LONGEST_PROSE = 100, 2000
FORMULA_SIGNS = "=+-@"
TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Characters that turn the direction of the text after them."""


def is_clean(text: str) -> bool:
    """Whether a text can be stored and shown: not long, without control characters (NUL breaks PostgreSQL) and
    without those that turn the direction of text. Mongolian variation selectors, joiners and `·` belong to names."""
    return len(text) <= LONGEST_NAME and not any(
        character in TURNING or unicodedata.category(character) in ("Cc", "Cs") for character in text
    )


def is_formula_like(text: str) -> bool:
    """R16: whether a spreadsheet program could run the text; a full-width ＝ counts as =."""
    return unicodedata.normalize("NFKC", text[:1])[:1] in FORMULA_SIGNS


def guarded(text: str) -> str:
    """R16: return a text as a .csv holds it: behind an apostrophe where a spreadsheet program could run it. A text that
    looks guarded already gets another one, so that `unguarded` gives back exactly what there was."""
    return f"'{text}" if _could_run(text) else text


def unguarded(text: str) -> str:
    """Return the text that was `guarded`."""
    return text[1:] if text.startswith("'") and _could_run(text) else text


def _could_run(text: str) -> bool:
    bare = text.lstrip("'")
    return bool(bare) and is_formula_like(bare)


def is_name(text: str) -> bool:
    """Whether a text can stand as a name; there is a letter or digit in one, not only invisible characters."""
    is_visible = any(unicodedata.category(character)[0] in "LN" for character in text)
    return is_visible and is_clean(text) and not is_formula_like(text)


def name(field: str, text: str) -> str:
    """Return a name without blanks around it. Raises InvalidInput."""
    text = text.strip()
    if not is_name(text):
        raise InvalidInput(field, "name_missing" if not text else "unsafe_text")
    return text


def prose(field: str, text: str | None) -> str | None:
    """Return a longer text, which may have lines; None for an empty one. Raises InvalidInput."""
    text = (text or "").strip()
    if len(text) > LONGEST_PROSE or any(not is_clean(line) for row in text.splitlines() for line in _pieces(row)):
        raise InvalidInput(field, "unsafe_text")
    return text or None


def _pieces(row: str) -> list[str]:
    return [row[start : start + LONGEST_NAME] for start in range(0, len(row), LONGEST_NAME)]
