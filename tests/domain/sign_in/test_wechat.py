"""WeChat says who somebody is; a phone, proved by a code, says which account that is. The test plays WeChat."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from domain.refusals import InvalidInput
from domain.sign_in import wechat
from domain.sign_in.wechat import Wechat
from models import Account, WechatIdentity
from models.sealed import Keyring
from tests.domain.sign_in.conftest import OTHER, Begin, Clock, Neighbor, listening

Making = Callable[..., Awaitable[int]]
OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"


@pytest.fixture
def official(neighbor: Neighbor) -> Wechat:
    return Wechat("wx1", "s3cret", "https://open.weixin.test/authorize", neighbor.address)


def test_the_browser_is_sent_with_the_parameters_in_wechats_order(official: Wechat) -> None:
    address = official.address("https://volunteers.test/wechat?a=1&b=2", "0f" * 16)
    assert address == (
        "https://open.weixin.test/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fvolunteers.test%2Fwechat%3Fa%3D1%26b%3D2"
        f"&response_type=code&scope=snsapi_base&state={'0f' * 16}#wechat_redirect"
    )


async def test_a_code_is_changed_for_who_gave_it(
    official: Wechat, neighbor: Neighbor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    neighbor.says(f'{{"access_token":"A","openid":"{OPENID}","scope":"snsapi_base"}}'.encode())
    assert await official.openid("c0de&x") == OPENID
    target = urlsplit(neighbor.asked[0].split(b" ")[1].decode())
    assert target.path == "/sns/oauth2/access_token"
    assert parse_qs(target.query) == {
        "appid": ["wx1"], "secret": ["s3cret"], "code": ["c0de&x"], "grant_type": ["authorization_code"],
    }  # fmt: skip
    assert not any(secret in caplog.text for secret in ("s3cret", "c0de", OPENID))


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ('{"errcode":40029,"errmsg":"invalid code"}', "200 OK", "wechat_refused"),
        ('{"openid":"o1","is_snapshotuser":1}', "200 OK", "wechat_virtual"),
        ('{"openid":7}', "200 OK", "wechat_refused"),
        ("[]", "200 OK", "wechat_refused"),
        ("null", "200 OK", "wechat_refused"),
        ('{"openid":"o1"}', "500 Internal Server Error", "wechat_refused"),
        ("<html>", "200 OK", "wechat_away"),
        ("\udcff", "200 OK", "wechat_away"),
    ],
)
async def test_an_answer_without_a_real_person_is_refused(
    official: Wechat, neighbor: Neighbor, body: str, status: str, reason: str
) -> None:
    neighbor.says(body.encode(errors="surrogateescape"), status)
    with pytest.raises(InvalidInput) as refused:
        await official.openid("c0de")
    assert (refused.value.field, refused.value.reason) == ("code", reason)


async def test_a_real_person_is_marked_as_none_of_these(official: Wechat, neighbor: Neighbor) -> None:
    neighbor.says(b'{"openid":"o1","is_snapshotuser":0}')
    assert await official.openid("c0de") == "o1"


async def test_wechat_cannot_send_our_secret_elsewhere(official: Wechat, neighbor: Neighbor) -> None:
    async with listening() as elsewhere:
        neighbor.says(b"", "302 Found", more=f"location: {elsewhere.address}\r\n")
        with pytest.raises(InvalidInput, match="wechat_refused"):
            await official.openid("c0de")
        assert elsewhere.asked == []


async def test_wechat_may_be_away() -> None:
    async with listening() as gone:
        address = gone.address
    with pytest.raises(InvalidInput, match="wechat_away") as refused:
        await Wechat("wx1", "s3cret", "", address).openid("c0de")
    assert refused.value.__cause__ is None


def test_only_the_browser_that_was_sent_comes_back() -> None:
    state, other = wechat.new_state(), wechat.new_state()
    assert state != other
    assert state.isalnum()
    assert len(state) == 32
    pairs = ((state, state), (state, other), ("", ""), (state, ""), ("", state), (state, "验"))
    assert [wechat.is_state(kept, given) for kept, given in pairs] == [True, False, False, False, False, False]


def test_who_has_yet_to_prove_a_phone_is_kept_unreadable_for_ten_minutes(keyring: Keyring, clock: Clock) -> None:
    kept = wechat.pending(keyring, OPENID)
    assert OPENID not in kept
    clock.turn(minutes=9.98)
    assert wechat.pending_openid(keyring, kept) == OPENID
    clock.turn(minutes=0.05)
    assert wechat.pending_openid(keyring, kept) is None


@pytest.mark.parametrize("made", ["", "x", "wechat 9999999999 o1", None])
def test_what_we_did_not_make_for_this_is_nobody(keyring: Keyring, made: str | None) -> None:
    kept = keyring.seal("other 9999999999 o1") if made is None else made
    assert wechat.pending_openid(keyring, kept) is None
    assert wechat.pending_openid(keyring, wechat.pending(keyring, OPENID)[:-2] + "AA") is None


async def test_a_wechat_user_is_bound_to_a_phone_and_found_again(
    begin: Begin, keyring: Keyring, account: Making, events: Any
) -> None:
    key, bystander = await account(), await account(OTHER)
    async with begin() as session:
        assert await wechat.account_behind(session, keyring, OPENID) is None
        for _ in range(2):
            await wechat.bind(session, keyring, OPENID, await session.get_one(Account, key))
    async with begin() as session:
        found = await wechat.account_behind(session, keyring, OPENID)
        assert found is not None
        assert found.id == key
        assert await wechat.account_behind(session, keyring, OPENID[:-1]) is None
        (stored,) = await session.scalars(select(WechatIdentity))
    assert stored.openid_hash == keyring.lookup_hash(f"wechat:{OPENID}")
    assert [event[0] for event in await events(key)] == ["account.created", "account.wechat_bound"]
    assert [event[0] for event in await events(bystander)] == ["account.created"]


async def test_a_wechat_user_with_a_new_phone_leaves_the_old_account(
    begin: Begin, keyring: Keyring, account: Making, events: Any
) -> None:
    old, new = await account(), await account(OTHER)
    for key in (old, new):
        async with begin() as session:
            await wechat.bind(session, keyring, OPENID, await session.get_one(Account, key))
    async with begin() as session:
        found = await wechat.account_behind(session, keyring, OPENID)
    assert found is not None
    assert found.id == new
    assert [event[0] for event in await events(old)][1:] == ["account.wechat_bound", "account.wechat_unbound"]
    assert [event[0] for event in await events(new)][1:] == ["account.wechat_bound"]
