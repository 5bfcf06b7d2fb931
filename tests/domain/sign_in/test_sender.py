"""A code reaches the phone or the terminal, and never the log."""

import io
import logging

import orjson
import pytest

from domain.sign_in import outgoing
from domain.sign_in.sender import GatewaySender, NotSent, TerminalSender
from tests.domain.sign_in.conftest import PHONE, Neighbor, listening


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log, with all that anybody writes into it."""
    caplog.set_level(logging.DEBUG)
    return caplog


async def test_the_terminal_shows_the_code_and_no_whole_phone(everything: pytest.LogCaptureFixture) -> None:
    terminal = io.StringIO()
    await TerminalSender(terminal).send(PHONE, "012345")
    assert terminal.getvalue() == "验证码 | code 012345 → 125****0001\n"
    assert everything.records == []


async def test_without_a_terminal_of_its_own_it_is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    await TerminalSender().send(PHONE, "012345")
    assert capsys.readouterr() == ("", "验证码 | code 012345 → 125****0001\n")


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted"])
async def test_a_gateway_gets_phone_and_code_and_our_token(
    neighbor: Neighbor, everything: pytest.LogCaptureFixture, status: str
) -> None:
    neighbor.says(b"", status)
    await GatewaySender(f"{neighbor.address}/send?key=s3cret", "t0ken").send(PHONE, "012345")
    (asked,) = neighbor.asked
    head, _, body = asked.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /send?key=s3cret HTTP/1.1\r\n")
    assert b"\r\nauthorization: bearer t0ken\r\n" in head.lower() + b"\r\n"
    assert orjson.loads(body) == {"phone": PHONE, "code": "012345"}
    assert not any(secret in everything.text for secret in ("s3cret", "t0ken", PHONE, "012345"))


async def test_a_gateway_without_a_token_gets_none(neighbor: Neighbor) -> None:
    await GatewaySender(neighbor.address, None).send(PHONE, "012345")
    assert b"authorization" not in neighbor.asked[0].lower()


@pytest.mark.parametrize("status", ["400 Bad Request", "500 Internal Server Error", "404 Not Found"])
async def test_what_the_gateway_refuses_was_not_sent(neighbor: Neighbor, status: str) -> None:
    neighbor.says(PHONE.encode(), status)
    with pytest.raises(NotSent, match=rf"^status {status[:3]}$"):
        await GatewaySender(neighbor.address, None).send(PHONE, "012345")


async def test_a_gateway_cannot_send_us_elsewhere(neighbor: Neighbor) -> None:
    async with listening() as elsewhere:
        neighbor.says(b"", "307 Temporary Redirect", more=f"location: {elsewhere.address}\r\n")
        with pytest.raises(NotSent, match=r"^status 307$"):
            await GatewaySender(neighbor.address, "t0ken").send(PHONE, "012345")
        assert elsewhere.asked == []


async def test_a_gateway_that_says_nothing_is_given_up(
    neighbor: Neighbor, monkeypatch: pytest.MonkeyPatch, everything: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)
    neighbor.answer = None
    with pytest.raises(NotSent, match=r"^ReadTimeout$"):
        await GatewaySender(neighbor.address, None).send(PHONE, "012345")
    assert PHONE not in everything.text


async def test_a_gateway_that_is_away_is_a_refusal_without_values() -> None:
    async with listening() as gone:
        address = gone.address
    with pytest.raises(NotSent, match=r"^ConnectError$"):
        await GatewaySender(address, None).send(PHONE, "012345")
