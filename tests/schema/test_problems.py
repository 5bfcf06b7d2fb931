"""Refusals are told in words that people use, not in codes."""

import pytest

from domain.refusals import WrongState
from models import MembershipStatus, TeamStatus
from schema.problems import problem


@pytest.mark.parametrize(
    ("refused", "code", "message"),
    [
        (WrongState(MembershipStatus.APPLIED), "APPLIED", "现在是“已申请”，不能这样做 | not possible while applied"),
        (WrongState(MembershipStatus.ACTIVE), "ACTIVE", "现在是“在队”，不能这样做 | not possible while active"),
        (WrongState(TeamStatus.ACTIVE), "ACTIVE", "现在是“正常”，不能这样做 | not possible while active"),
        (WrongState("REVOKED"), "REVOKED", "现在是“已收回”，不能这样做 | not possible while taken back"),
    ],
)
async def test_a_state_is_called_by_its_name(refused: WrongState, code: str, message: str) -> None:
    told = problem(refused)
    assert (told.state, told.message) == (code, message)
