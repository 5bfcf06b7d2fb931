"""Who a row means: somebody known, or somebody new."""

import dataclasses

from domain.imports.people import identify
from domain.imports.registry import KnownMember
from domain.imports.rows import MemberRow

ROW = MemberRow(1, "那顺", None, None, None, None, None, [], [], [], [])
PHONE = "12511007919"
HASHES = {PHONE: "h", "12511007920": "other"}


def row(team: int = 1, name: str = "那顺", phone: str | None = None) -> MemberRow:
    return dataclasses.replace(ROW, team_id=team, name=name, phone=phone)


def test_phone_and_name_are_one_person_in_every_team() -> None:
    assert identify([row(1, phone=PHONE), row(2, phone=PHONE)], HASHES, {("h", "那顺"): 5}, []) == [5, 5]


def test_somebody_new_in_two_teams_is_one_person() -> None:
    first, second = identify([row(1, phone=PHONE), row(2, phone=PHONE)], HASHES, {}, [])
    assert first == second


def test_a_family_shares_a_phone_and_stays_apart() -> None:
    known = {("h", "那顺"): 5}
    first, second = identify([row(phone=PHONE), row(name="其木格", phone=PHONE)], HASHES, known, [])
    assert first == 5
    assert second != 5


def test_without_a_phone_the_name_counts_inside_the_team_only() -> None:
    members = [KnownMember(1, 5, "那顺", "125****7919")]
    assert identify([row(1)], {}, {}, members) == [5]
    assert identify([row(2)], {}, {}, members) != [5]


def test_of_two_namesakes_the_one_without_a_phone_is_meant() -> None:
    members = [KnownMember(1, 5, "那顺", "125****7919"), KnownMember(1, 6, "那顺")]
    assert identify([row()], {}, {}, members) == [6]


def test_between_two_namesakes_with_phones_nobody_is_guessed() -> None:
    members = [KnownMember(1, 5, "那顺", "125****7919"), KnownMember(1, 6, "那顺", "125****7919")]
    assert identify([row()], {}, {}, members)[0] not in (5, 6)


def test_who_is_meant_by_a_row_with_a_phone_is_not_meant_by_another_without() -> None:
    members = [KnownMember(1, 5, "那顺", "125****7919")]
    without, with_phone = identify([row(), row(phone=PHONE)], HASHES, {("h", "那顺"): 5}, members)
    assert with_phone == 5
    assert without != 5
