"""How a code reaches a phone: one interface, the terminal by default, a gateway over HTTP for real messages."""

import sys
from typing import Protocol, TextIO

import httpx2

from domain.sign_in.outgoing import outgoing
from models.text import mask_phone


class CodeSender(Protocol):
    """Sends a code. Raises NotSent."""

    async def send(self, phone: str, code: str) -> None: ...


class NotSent(Exception):
    """The gateway did not take the message; the reason holds neither phone nor code."""


class TerminalSender:
    """Prints codes where the server was started: for trying things out, and never into the log."""

    def __init__(self, terminal: TextIO | None = None) -> None:
        self._terminal = terminal

    async def send(self, phone: str, code: str) -> None:
        print(f"验证码 | code {code} → {mask_phone(phone)}", file=self._terminal or sys.stderr, flush=True)


class GatewaySender:
    """Posts `{"phone": …, "code": …}` with a bearer token to a gateway; any 2xx means that it was taken."""

    def __init__(self, address: str, token: str | None) -> None:
        self._address = address
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def send(self, phone: str, code: str) -> None:
        try:
            async with outgoing() as client:
                answer = await client.post(self._address, json={"phone": phone, "code": code}, headers=self._headers)
        except httpx2.HTTPError as error:
            raise NotSent(type(error).__name__) from None
        if not answer.is_success:
            raise NotSent(f"status {answer.status_code}")
