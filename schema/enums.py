"""The enums of the API: those of the models, each value described by its label in both languages."""

import csv
import enum
from functools import cache
from importlib.resources import files
from typing import Any

import strawberry

import models


@cache
def _words() -> dict[tuple[str, str], str]:
    with (files("domain") / "data" / "labels.csv").open(encoding="utf-8-sig") as file:
        return {(row["enum_name"], row["code"]): f"{row['zh']} {row['en']}" for row in csv.DictReader(file)}


DESCRIPTIONS: dict[type[enum.Enum], str] = {
    models.DivisionLevel: "区划级别 level of a place, and of the teams there.",
    models.DivisionKind: "区划类型 kind of place.",
    models.Connectivity: "通信信号 phone signal at a place.",
    models.Weakness: "四类嘎查 problem kinds of a village.",
    models.NetworkTier: "阵地层级 tier of the practice network.",
    models.NodeStatus: "阵地状态 state of a network node.",
    models.OrganizationKind: "三位一体机构 the three leading bodies.",
    models.UnitKind: "单位类型 kind of unit.",
    models.TeamType: "队伍类型 the three types of teams.",
    models.TeamStatus: "队伍状态 state of a team.",
    models.Platform: "服务平台 the 5 + 2 service platforms.",
    models.MembershipRole: "队内角色 role in a team.",
    models.MembershipStatus: "队员状态 state of a membership.",
    models.PersonStatus: "人员状态 state of a person.",
    models.Gender: "性别 gender.",
    models.PoliticalStatus: "政治面貌 political status.",
    models.SpokenLanguage: "语言 a language that a person speaks.",
    models.HalfDay: "半天 a weekly half-day.",
    models.Season: "季节 season.",
    models.SkillCategory: "技能类别 category of skills.",
    models.Role: "角色 roles.",
    models.AccountStatus: "账号状态 state of an account.",
    models.TokenScope: "令牌范围 what a token reads beyond public data.",
    models.WorkbookImportState: "导入状态 state of an import.",
    models.WorkbookOutcome: "导入结果 what came of a file's rows.",
    models.WorkbookEntryKind: "说明的种类 kinds of what is said about a row.",
    models.Language: "显示语言 language of the words shown.",
}


def worded(kind: Any, description: str, *words: str) -> None:
    """Make an enum that no table knows part of the schema, with the words for its values in their order."""
    strawberry.enum(kind, description=description)
    for value, word in zip(kind.__strawberry_definition__.values, words, strict=True):
        value.description = word


def word(value: enum.Enum) -> str:
    """Return the words for a value of a model's enum: Chinese, a blank, English."""
    return _words()[type(value).__name__, value.name]


def register() -> None:
    """Make the models' enums part of the schema, each value described by its words."""
    words = _words()
    for kind, description in DESCRIPTIONS.items():
        strawberry.enum(kind, description=description)
        for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]
            value.description = words[kind.__name__, value.name]
