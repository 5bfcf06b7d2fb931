"""How names are stored beside themselves: for sorting by pinyin, for search, and masked for strangers."""

import unicodedata
from functools import lru_cache

# pypinyin is imported where it is used: its dictionary takes 57 MB, which a service that only reads never needs.


@lru_cache(8)  # a name's key and its text for searches are made one after the other
def _syllables(name: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(name)


def pinyin(name: str) -> str:
    """Return the sort key of a name: its pinyin without tones, lower case, syllables apart: `gao li ban zhen`."""
    return " ".join(part.strip() for part in _syllables(name) if part.strip()).lower()


def search_text(*names: str | None) -> str:
    """Return what a search looks through: each name, its pinyin run together and its initials, lower case."""
    from pypinyin import Style, lazy_pinyin

    parts: list[str] = []
    for name in names:
        if name:
            initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
            parts += [name, "".join(_syllables(name)), initials]
    return unicodedata.normalize("NFKC", " ".join(parts)).lower()


def mask_name(name: str) -> str:
    """Return the family name (first character) with `**`: 张**."""
    return f"{name[:1]}**"


def mask_phone(phone: str) -> str:
    """Return a phone with its middle hidden: 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}"
