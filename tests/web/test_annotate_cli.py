"""`horqin import --annotate`: a copy beside the outcome, also of a dry run, and none of what was refused whole."""

import stat
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from web.cli import app
from web.settings import Settings

SAMPLE = Path(__file__).parents[1] / "samples" / "03_mixed_words.xlsx"


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["migrate"]).exit_code == 0
    return lambda *words: CliRunner().invoke(app, ["import", *words])


def test_a_dry_run_gives_the_copy_and_the_copy_goes_in(take: Callable[..., Result]) -> None:
    dry = take(str(SAMPLE), "--dry-run", "--annotate", "checked.xlsx")
    assert dry.exit_code == 0, dry.output
    assert openpyxl.load_workbook("checked.xlsx")["Sheet1"]["K1"].value == "检查结果"
    assert stat.S_IMODE(Path("checked.xlsx").stat().st_mode) == 0o600
    taken = take("checked.xlsx", "--annotate", "again.xlsx")
    assert "接受 47 taken, 拒收 5 refused" in taken.stderr
    assert openpyxl.load_workbook("again.xlsx")["Sheet1"].max_column == 11


def test_there_is_no_copy_of_what_is_refused_or_of_a_file_over_itself(take: Callable[..., Result]) -> None:
    Path("ledger.xlsx").write_bytes(b"%PDF")
    assert take("ledger.xlsx", "--annotate", "checked.xlsx").exit_code == 1
    for out in ("ledger.xlsx", "./ledger.xlsx", "checked.csv"):
        refused = take("ledger.xlsx", "--annotate", out)
        assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    lost = take(str(SAMPLE), "--annotate", "nowhere/checked.xlsx")
    assert (lost.exit_code, "cannot write nowhere/checked.xlsx" in lost.stderr) == (1, True)
    assert {path.name for path in Path().iterdir()} == {"data", "ledger.xlsx"}
    assert Path("ledger.xlsx").read_bytes() == b"%PDF"
    assert "新增 47 created" in take(str(SAMPLE)).stderr  # nothing had been stored
