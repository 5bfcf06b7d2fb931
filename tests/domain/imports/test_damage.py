"""Whatever is done to a file, it is read right or refused in words: no trace, no time, no guess."""

import csv
import io
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.imports import FileRefused
from domain.imports.reading import read_book

SAMPLES = Path(__file__).parents[2] / "samples"
KINDS = ("xlsx", "xls", "ods", "csv")
LONGEST_SECONDS = 5.0

patient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    """A sound file of each format."""
    found = {kind: (SAMPLES / f"02_merged_titles.{kind}").read_bytes() for kind in KINDS[:3]}
    rows = read_book(SAMPLES / "02_merged_titles.xlsx").sheets[0].rows
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return found | {"csv": text.getvalue().encode("gb18030")}


def outcome(path: Path, content: bytes) -> str:
    """Return `read`, or the sentence of the refusal."""
    path.write_bytes(content)
    started = time.monotonic()
    try:
        read_book(path)
    except FileRefused as refusal:
        return str(refusal)
    finally:
        assert time.monotonic() - started < LONGEST_SECONDS
    return "read"


def is_clear(said: str) -> bool:
    chinese, _, english = said.partition(" | ")
    return said == "read" or (english.isascii() and any("\u4e00" <= letter <= "\u9fff" for letter in chinese))


@pytest.mark.parametrize("kind", KINDS)
def test_sound_files_are_read(kind: str, contents: dict[str, bytes], tmp_path: Path) -> None:
    assert outcome(tmp_path / f"book.{kind}", contents[kind]) == "read"


@pytest.mark.parametrize("kind", KINDS)
@patient
@given(part=st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut_off(kind: str, part: float, contents: dict[str, bytes], tmp_path: Path) -> None:
    said = outcome(tmp_path / f"book.{kind}", contents[kind][: int(part * len(contents[kind]))])
    assert is_clear(said), said
    if kind in ("xlsx", "ods"):
        assert said != "read"  # the list of an archive's parts stands at its end


@pytest.mark.parametrize("kind", KINDS)
@patient
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 200))
def test_a_file_with_wrong_bits(kind: str, seed: int, flips: int, contents: dict[str, bytes], tmp_path: Path) -> None:
    changed, chance = bytearray(contents[kind]), random.Random(seed)
    for _ in range(flips):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    said = outcome(tmp_path / f"book.{kind}", bytes(changed))
    assert is_clear(said), said


@pytest.mark.parametrize("kind", KINDS)
@patient
@given(start=st.sampled_from((b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))), noise=st.binary(max_size=4096))
def test_noise(kind: str, start: bytes, noise: bytes, tmp_path: Path) -> None:
    said = outcome(tmp_path / f"book.{kind}", start + noise)
    assert is_clear(said), said
    if kind != "csv" or start:
        assert said != "read"
