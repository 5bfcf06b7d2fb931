"""Imports of workbooks: how far each file got, and what was said about its rows."""

import datetime as dt

import strawberry
from sqlalchemy import ColumnElement, Text, case, literal_column

from domain.imports.telling import CODES
from models import WorkbookEntryKind, WorkbookImportState, WorkbookOutcome
from models import WorkbookImport as Row
from models import WorkbookImportEntry as Entry
from schema import orders
from schema.accounts import Account
from schema.labels import LANGUAGE, label
from schema.plan import spec
from schema.plan.fields import column, computed, connection, one
from schema.relay import Connection, Node, identifier
from schema.scalars import BigInt
from schema.where import WorkbookImportEntryWhere


def _reason(row: spec.Row, given: spec.Mapping[str, object], bind: spec.Bind) -> ColumnElement[str]:
    """The words for a rule's code; the code itself when there are none."""
    zh, en = (
        case(
            {code: literal_column(f"'{words.partition(' ')[at].replace(chr(39), chr(39) * 2)}'", Text())
             for code, words in CODES.items()},
            value=row.c.code,
            else_=row.c.code,
        )
        for at in (0, 2)
    )  # fmt: skip
    return case((bind(given["language"], Text()) == literal_column("'EN'"), en), else_=zh)


@strawberry.type(description="导入时对一行的说明，电话已遮盖 what an import said about a row; phones are masked.")
class WorkbookImportEntry(Node):
    id: strawberry.ID = identifier("WorkbookImportEntry")
    kind: WorkbookEntryKind = column(Entry.kind, "种类 kind")
    kind_label: str = label(Entry.kind, "种类名称 word for the kind")
    sheet: str = column(Entry.sheet, "工作表 sheet")
    row: int = column(Entry.row_number, "行号，从 1 起 row, as a spreadsheet counts")
    field: str | None = column(Entry.field, "项目 field")
    from_text: str | None = column(Entry.from_text, "原来写的 what stood there")
    to_text: str | None = column(Entry.to_text, "改成的 what became of it")
    code: str = column(Entry.code, "规则代码 code of the rule")
    code_label: str = computed(_reason, "规则的说明 words for the code", LANGUAGE)


@strawberry.type(description="台账导入：一个文件 an import: one workbook that was sent.")
class WorkbookImport(Node):
    id: strawberry.ID = identifier("WorkbookImport")
    account: Account | None = one(Row.account, "导入的账号，命令行为空 account that sent it; null for the operator")
    channel: str = column(Row.channel, "渠道 through what it came: WEB, WECHAT, CLI")
    file_name: str = column(Row.file_name, "文件名 name of the file")
    size_bytes: BigInt = column(Row.size_bytes, "字节数 size in bytes")
    sha256: str = column(Row.sha256, "文件的摘要 SHA-256 of the file")
    state: WorkbookImportState = column(Row.state, "状态 state")
    state_label: str = label(Row.state, "状态名称 word for the state")
    outcome: WorkbookOutcome | None = column(Row.outcome, "结果 what came of the rows")
    outcome_label: str | None = label(Row.outcome, "结果名称 word for it")
    error: str | None = column(Row.error, "未被接受或中断的原因 why it was refused or failed")
    rows_done: int = column(Row.rows_done, "当前步骤已处理的行 rows done in this step")
    rows_total: int = column(Row.rows_total, "当前步骤的总行数 rows of this step; 0 until it is known")
    teams_accepted: int = column(Row.teams_accepted, "接受的队伍行 rows of teams taken")
    teams_rejected: int = column(Row.teams_rejected, "拒收的队伍行 rows of teams refused")
    members_accepted: int = column(Row.members_accepted, "接受的队员行 rows of members taken")
    members_rejected: int = column(Row.members_rejected, "拒收的队员行 rows of members refused")
    rejected_count: int = column(Row.rejected_count, "拒收的行 rows refused")
    corrected_count: int = column(Row.corrected_count, "修正的项 values mended")
    warning_count: int = column(Row.warning_count, "留意的项 things noticed")
    skipped_count: int = column(Row.skipped_count, "略过的行 rows skipped")
    summary: str | None = column(Row.summary, "报告摘要 sheets, counts and totals by code, as JSON")
    received_at: dt.datetime = column(Row.received_at, "收到时间 when it was received")
    ended_at: dt.datetime | None = column(Row.ended_at, "结束时间 when it ended")
    entries: Connection[WorkbookImportEntry] = connection(
        Row.entries,
        "逐行说明，一个月后删除 what was said about rows; deleted after a month",
        where=WorkbookImportEntryWhere,
        orders=orders.WORKBOOK_IMPORT_ENTRIES,
    )
