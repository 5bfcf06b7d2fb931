"""Each command does its work or says in one line why not, with an exit code, and then nothing has changed."""

import json
import os
import re
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from domain.county import default_folder
from web.cli import app
from web.ready import expected_revision
from web.settings import Settings
from web.start import welcome

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own and no settings from outside."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def horqin() -> Callable[..., Result]:
    return lambda *words, **environment: CliRunner().invoke(app, words, env=environment)


def line(result: Result, code: int = 1) -> str:
    """Return the one line of a failure."""
    assert result.exit_code == code, result.output
    assert result.stderr.count("\n") == 1
    assert CHINESE.search(result.stderr.partition("|")[0])
    return result.stderr


@pytest.mark.parametrize("command", ["serve", "migrate", "demo", "import", "export", "template", "schema", "doctor"])
def test_every_command_teaches(horqin: Callable[..., Result], command: str) -> None:
    assert command in horqin("--help").stdout
    result = horqin(command, "--help")
    assert result.exit_code == 0
    assert CHINESE.search(result.stdout)
    assert len(result.stdout.splitlines()) > 8


def test_help_does_not_load_the_service() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from web.cli import app; CliRunner().invoke(app, ['--help']);"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code + "print({'sqlalchemy', 'strawberry', 'pydantic', 'alembic'} & set(sys.modules))"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert loaded.stdout == "set()\n"


def test_migrate_makes_the_file_and_a_second_time_changes_nothing(horqin: Callable[..., Result], machine: Path) -> None:
    loaded = "区划、名称和技能已载入 | places, words and skills are loaded: 科右中旗\n"
    assert horqin("migrate").stdout == f"数据库已升级 | migrated: 空 nothing → {expected_revision()}\n{loaded}"
    assert stat.S_IMODE((machine / "data").stat().st_mode) == 0o700
    assert horqin("migrate").stdout == f"数据库已是最新 | already up to date: {expected_revision()}\n{loaded}"


def test_migrate_works_at_the_address_of_each_database(horqin: Callable[..., Result], url: str) -> None:
    assert horqin("migrate", DATABASE_URL=url).exit_code == 0
    assert horqin("doctor", DATABASE_URL=url, PORT="0").stdout.count("division 233, team 0, person 0") == 1


def test_another_county_brings_its_own_folder(horqin: Callable[..., Result], machine: Path, tmp_path: Path) -> None:
    refused = line(horqin("migrate", COUNTY=str(tmp_path)))
    assert "COUNTY" in refused
    ours = default_folder()
    other = tmp_path / "150999"
    other.mkdir()
    for name in ("county.toml", "divisions.csv", "aliases.csv", "organizations.csv", "units.csv"):
        text = (ours / name).read_text(encoding="utf-8-sig").replace("152222", "150999").replace("科右中旗", "别的旗")
        (other / name).write_text(text)
    assert "loaded: 别的旗" in horqin("migrate", COUNTY=str(other)).stdout
    assert "loaded: 别的旗" in horqin("migrate", COUNTY=str(other)).stdout
    assert "没有改动" in line(horqin("migrate"))  # a second county in one database


def test_a_migration_that_fails_is_one_line_and_leaves_the_file_as_it_was(
    horqin: Callable[..., Result], machine: Path
) -> None:
    with sqlite3.connect(machine / "a.db") as connection:
        connection.execute("create table membership (id integer)")
    refused = line(horqin("migrate", DATABASE_URL="sqlite:///a.db"))
    assert "the migration failed and changed nothing: table membership already exists" in refused
    with sqlite3.connect(machine / "a.db") as connection:
        assert connection.execute("select name from sqlite_master").fetchall() == [("membership",)]


def test_a_database_of_a_newer_version_is_refused(horqin: Callable[..., Result], machine: Path) -> None:
    horqin("migrate")
    with sqlite3.connect(machine / "data" / "horqin.db") as connection:
        connection.execute("update alembic_version set version_num = 'zzzz'")
    assert "Can't locate revision identified by 'zzzz'" in line(horqin("migrate"))
    assert "the database is at zzzz" in line(horqin("demo"))


@pytest.mark.parametrize("command", [("demo",), ("import", "ledger.xlsx")])
def test_a_missing_database_is_named(horqin: Callable[..., Result], machine: Path, command: tuple[str, ...]) -> None:
    (machine / "ledger.xlsx").touch()
    assert "there is no database file data/horqin.db" in line(horqin(*command))
    assert not (machine / "data" / "horqin.db").exists()


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("sqlite:///notes.txt", "file is not a database"),
        ("sqlite:///folder", "unable to open database file"),
        ("sqlite:///notes.txt/horqin.db", "File exists: 'notes.txt'"),
        ("postgresql://horqin:hunter2@127.0.0.1:1/horqin", "Connect call failed"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_database_that_cannot_be_opened_is_named(
    horqin: Callable[..., Result], machine: Path, command: str, address: str, what: str
) -> None:
    (machine / "notes.txt").write_text("not a database" * 99)
    (machine / "folder").mkdir()
    refused = line(horqin(command, DATABASE_URL=address, PORT="0"))
    assert what in refused
    assert "hunter2" not in refused
    assert (machine / "notes.txt").read_text() == "not a database" * 99


def test_settings_that_do_not_fit_are_refused(horqin: Callable[..., Result]) -> None:
    assert "PORT" in line(horqin("doctor", PORT="99999"), code=2)
    assert "TRUST_EVERYBODY" in line(horqin("serve", "--host", "0.0.0.0", TRUST_EVERYBODY="1"), code=2)  # noqa: S104
    assert "WORKERS" in line(horqin("serve", "--workers", "0"), code=2)
    assert "DATABASE_URL" in line(horqin("migrate", DATABASE_URL="mysql://a/b"), code=2)


def test_a_taken_port_is_one_line_and_changes_nothing(horqin: Callable[..., Result], machine: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} on 127.0.0.1 is taken" in line(horqin("serve", "--port", str(port)))
    assert list(machine.iterdir()) == []


def test_demo_data_are_not_for_production(horqin: Callable[..., Result]) -> None:
    keys = dict(item.split("=", 1) for item in horqin("doctor", "--new-keys").stdout.split())
    assert keys.keys() == {"SECRET_KEYS", "LOOKUP_KEY"}
    assert "takes no demo data" in line(horqin("demo", PRODUCTION="1", **keys))


def test_a_file_that_is_not_there_is_not_imported(horqin: Callable[..., Result]) -> None:
    assert "there is no file nowhere.xlsx" in line(horqin("import", "nowhere.xlsx"))


def test_the_schema_is_printed_without_a_database(horqin: Callable[..., Result], machine: Path) -> None:
    printed = horqin("schema").stdout
    assert "\ntype Query {\n" in printed
    assert horqin("schema", "--out", "schema.graphql").stdout == ""
    assert (machine / "schema.graphql").read_text(encoding="utf-8") == printed
    assert "cannot write" in line(horqin("schema", "--out", "no/such/folder"))


def test_the_doctor_says_what_is_wrong_and_changes_nothing(horqin: Callable[..., Result], machine: Path) -> None:
    ill = horqin("doctor", PORT="0")
    assert ill.exit_code == 1
    assert "✗ 数据库 database: 数据库文件 data/horqin.db 不存在" in ill.stdout
    assert list(machine.iterdir()) == []
    horqin("migrate")
    assert "✓ 数据库 database" in horqin("doctor", PORT="0").stdout


def test_addresses_go_to_standard_output_and_trust_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    welcome(Settings(), 8000)
    plain = capsys.readouterr()
    assert [line.split()[-1] for line in plain.out.splitlines()] == [
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/graphql",
        "http://127.0.0.1:8000/schema.graphql",
    ]
    assert "TRUST_EVERYBODY" not in plain.err
    welcome(Settings(trust_everybody=True, host="::1", explorer=False), 8000)
    trusting = capsys.readouterr()
    assert "http://[::1]:8000/\n" in trusting.out
    assert "/graphql" not in trusting.out
    assert "TRUST_EVERYBODY=1：" in trusting.err


@contextmanager
def served(machine: Path, **environment: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The service in a process of its own, started as its users start it; gives its address when it has said it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve", "--port", "0"],
        cwd=machine, env={**os.environ, **environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().rpartition(" ")[2].strip().rstrip("/"), process
    finally:
        process.kill()
        process.communicate()


def test_a_fresh_machine_serves_the_demo_data_and_the_process_stays_small(machine: Path) -> None:
    with served(machine) as (address, process):
        assert httpx2.get(f"{address}/readyz").json() == {"status": "ready"}
        asked = httpx2.post(f"{address}/graphql", json={"query": "{teams{totalCount}}"})
        assert asked.json() == {"data": {"teams": {"totalCount": 1354}}}
        resident = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
        assert resident is not None
        assert int(resident[1]) < 120_000
        assert process.stdout is not None
        assert process.stdout.readline() == f"查询台 Explorer       {address}/graphql\n"
        process.terminate()
        errors = process.communicate(timeout=15)[1]
    assert "第一次启动：载入演示数据" in errors
    assert "Traceback" not in errors
    with served(machine) as (address, process):
        process.terminate()
        assert "载入演示数据" not in process.communicate(timeout=15)[1]


def test_production_starts_empty(machine: Path) -> None:
    keys = CliRunner().invoke(app, ["doctor", "--new-keys"]).stdout.split()
    with served(machine, PRODUCTION="1", **dict(item.split("=", 1) for item in keys)) as (address, _):
        asked = httpx2.post(f"{address}/graphql", json={"query": "{teams{totalCount}}"})
        assert asked.json() == {"data": {"teams": {"totalCount": 0}}}
    assert not (machine / "data" / "horqin.keys").exists()


def test_a_workbook_is_taken_and_reported_and_a_dry_run_changes_nothing(
    horqin: Callable[..., Result], machine: Path
) -> None:
    horqin("migrate")
    expected = json.loads((SAMPLES / "01_clean.expected.json").read_text())
    del expected["checks"]
    for times, arguments in enumerate((["--dry-run"], [], ["--again"])):
        done = horqin("import", str(SAMPLES / "01_clean.xlsx"), "--report", "report.json", *arguments)
        assert done.exit_code == 0
        made, known = (60, 0) if times < 2 else (0, 60)
        told = f"队伍 teams: 接受 60 taken, 拒收 0 refused；新增 {made} created, 更新 0 updated, 未变 {known} unchanged"
        assert told in done.stderr
        report = json.loads((machine / "report.json").read_text())
        assert {name: report[name] for name in expected} == expected
        assert report.keys() - expected.keys() == ({"changes", "updated"} if known else set())
        with closing(sqlite3.connect(machine / "data" / "horqin.db")) as connection:
            counts = [connection.execute(f"select count(*) from {table}").fetchone()[0] for table in ("team", "person")]
        assert counts == ([60, 600] if times else [0, 0])
    known = horqin("import", str(SAMPLES / "01_clean.xlsx"))
    assert (known.exit_code, "nothing to do" in known.stderr) == (0, True)
    with closing(sqlite3.connect(machine / "data" / "horqin.db")) as connection:
        states = connection.execute("select state, channel, teams_accepted from workbook_import").fetchall()
    assert states == [("DONE", "CLI", 60)] * 2


def test_what_is_no_workbook_is_refused_in_one_line(horqin: Callable[..., Result], machine: Path) -> None:
    horqin("migrate")
    for name, content in (("a.xlsx", b""), ("b.xlsx", b"PK\x03\x04 nothing"), ("c.pdf", b"%PDF-1.7")):
        (machine / name).write_bytes(content)
        assert "没有改动" in line(horqin("import", name))
