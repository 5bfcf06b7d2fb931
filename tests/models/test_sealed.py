"""A phone is stored so that the file alone tells nothing, and still opens, rotates and can be looked up."""

import pytest

from models.sealed import SEALED, Keyring

OLD, NEW, HASH = b"o" * 32, b"n" * 32, b"h" * 32


def test_a_value_opens_again_and_never_looks_the_same() -> None:
    ring = Keyring("k1", {"k1": OLD}, HASH)
    first, second = ring.seal("12500001234"), ring.seal("12500001234")
    assert first != second
    assert "12500001234" not in first
    assert ring.open(first) == ring.open(second) == "12500001234"
    assert SEALED.fullmatch(f'"{first}"') is not None


def test_after_a_rotation_old_values_open_and_look_ups_stay() -> None:
    before, after = Keyring("k1", {"k1": OLD}, HASH), Keyring("k2", {"k1": OLD, "k2": NEW}, HASH)
    assert after.open(before.seal("12500001234")) == "12500001234"
    assert after.seal("12500001234").startswith("$sealed:k2:")
    assert after.lookup_hash("12500001234") == before.lookup_hash("12500001234") != before.lookup_hash("12500001235")


@pytest.mark.parametrize(
    "stored", ["", "12500001234", "$sealed:k9:abcd", "$sealed:k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
)
def test_what_is_not_ours_is_refused(stored: str) -> None:
    with pytest.raises(ValueError, match="sealed"):
        Keyring("k1", {"k1": OLD}, HASH).open(stored)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring("k1", {"k1": b"short"}, HASH)
