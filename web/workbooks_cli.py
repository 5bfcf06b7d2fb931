"""`horqin import`, `export` and `template`: workbooks in and out."""

import enum
from pathlib import Path
from typing import Annotated, Literal

import typer


class FileFormat(enum.Enum):
    XLSX = "xlsx"
    CSV = "csv"


class Table(enum.Enum):
    TEAMS = "teams"
    MEMBERS = "members"


def import_file(
    file: Annotated[Path, typer.Argument(help="The workbook (.xlsx) to read.", show_default=False)],
    report: Annotated[
        str | None, typer.Option(help="Write the report as JSON to this file; `-` for standard output.")
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(help="Write a copy of the workbook that says beside each row what became of it.", metavar="XLSX"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, change nothing.")] = False,
    retire_missing: Annotated[
        bool,
        typer.Option("--retire-missing", help="List teams and members that the file no longer names; ask to end them."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --retire-missing: do not ask.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also a file that was imported before.")] = False,
) -> None:
    """导入台账 · Import teams and members from a workbook.

    Everything is read and checked first, then stored in one transaction: a file is taken as a whole or not at all.
    A team is known by its code or by its name and place, a person by phone and name: other values replace those that
    are stored, lists grow, an empty cell or a masked phone changes nothing. What no row names stays as it is, unless
    `--retire-missing`: teams of the townships in the file that it does not name, and members that it does not name of
    the teams whose members it does, are listed, and ended when you say so.
    The report tells what was accepted, corrected and refused, row by row; it quotes faulty
    phone numbers, so keep it as safe as the workbook.

    - `horqin import ledger.xlsx --dry-run --report -`: see what would happen
    - `horqin import ledger.xlsx --report report.json`
    - `horqin import ledger.xlsx --annotate checked.xlsx`: mend the red rows in it, then import it

    The same file a second time does nothing. Coordinators import at `/imports` instead.

    Exit code 0: taken, perhaps with remarks in the report; 1: refused, nothing was changed.
    """
    from web.cli import fail, run, settings
    from web.importing import import_workbook_file

    if not file.is_file():
        fail(f"没有这个文件 | there is no file {file}")
    if annotate and (annotate.suffix.lower() != ".xlsx" or annotate.absolute() == file.absolute()):
        fail("--annotate 请给出另一个以 .xlsx 结尾的文件名 | --annotate needs the name of another .xlsx file", code=2)
    work = import_workbook_file(
        settings(), file, report, annotate, dry_run=dry_run, retire=retire_missing, sure=yes, again=again
    )
    run(work)


def export(
    out: Annotated[Path, typer.Argument(help="The file to write, .xlsx or .csv.", show_default=False)],
    format: Annotated[
        FileFormat | None, typer.Option(help="What to write, if the name of the file does not say it.")
    ] = None,
    sheet: Annotated[Table, typer.Option(help="Which of the two a .csv holds.")] = Table.TEAMS,
    where: Annotated[
        str | None, typer.Option(help="Only these teams: JSON of the API's `TeamWhere`.", show_default=False)
    ] = None,
    with_phones: Annotated[bool, typer.Option("--with-phones", help="Phones in clear; goes on record.")] = False,
) -> None:
    """导出台账 · Write teams and members to a workbook that can be mended and imported again.

    A .xlsx has both on a sheet each, with drop-downs and notes; a .csv has one of them. Phones are masked, and a masked
    phone changes nothing when it is imported. With `--with-phones` they stand in clear, but for people who do not share
    theirs, and one event tells how many.

    - `horqin export ledger.xlsx`
    - `horqin export villages.xlsx --where '{"level": {"eq": "VILLAGE"}}'`
    - `horqin export members.csv --sheet members --with-phones`

    Exit code 0: written; 1: refused, there is no file.
    """
    from web.cli import fail, run, settings
    from web.exporting import export_registry

    chosen = format.value if format else out.suffix.lower().removeprefix(".")
    if chosen not in ("xlsx", "csv"):
        fail("请写明格式：文件名以 .xlsx 或 .csv 结尾，或用 --format | say the format: --format xlsx or csv", code=2)
    kind: Literal["xlsx", "csv"] = "csv" if chosen == "csv" else "xlsx"
    run(export_registry(settings(), out, kind, sheet.value, where, phones=with_phones))


def template(
    out: Annotated[Path, typer.Argument(help="The workbook to write, .xlsx.", show_default=False)],
) -> None:
    """台账模板 · Write an empty workbook to fill in: drop-downs, an example and notes. Needs no database.

    The example stands above the head of each table, where the import sees a title.

    - `horqin template new.xlsx`, fill it in, then `horqin import new.xlsx`
    """
    from web.cli import fail, failing_clearly
    from web.exporting import write_template_file

    if out.suffix.lower() != ".xlsx":
        fail("模板的文件名请以 .xlsx 结尾 | the name of a template ends in .xlsx", code=2)
    with failing_clearly():
        write_template_file(out)
