"""How names are stored beside themselves: for sorting by pinyin, for search, and masked for strangers."""

import unicodedata

# pypinyin is imported where it is used: its dictionary takes 57 MB, which a service that only reads never needs.


def pinyin(name: str) -> str:
    """Return the sort key of a name: its pinyin without tones, lower case, syllables apart: `gao li ban zhen`."""
    from pypinyin import lazy_pinyin

    return " ".join(part.strip() for part in lazy_pinyin(name) if part.strip()).lower()


def search_text(*names: str | None) -> str:
    """Return what a search looks through: each name, its pinyin run together and its initials, lower case."""
    from pypinyin import Style, lazy_pinyin

    parts: list[str] = []
    for name in names:
        if name:
            initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
            parts += [name, "".join(lazy_pinyin(name)), initials]
    return unicodedata.normalize("NFKC", " ".join(parts)).lower()


def mask_name(name: str) -> str:
    """Return the family name (first character) with `**`: 张**."""
    return f"{name[:1]}**"


def mask_phone(phone: str) -> str:
    """Return a phone with its middle hidden: 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}"
