"""Pages of other sites: they may not act with a user's session, and read only where they are let."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from web.rates import KEPT, Rates
from web.settings import Settings

ASK = {"json": {"query": "{ hello }"}}
SESSION = {"cookie": "horqin_session=abc"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://horqin.test"}, 200),
        ({"origin": "https://horqin.test"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://horqin.test.evil.example"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://dashboard.example"}, 200),
    ],
)
async def test_a_session_is_used_by_our_own_pages_only(
    serve_with: Callable[..., Any], headers: dict[str, str], status: int
) -> None:
    async with serve_with(cors_origins="https://dashboard.example") as http:
        answer = await http.post("/graphql", **ASK, headers={**headers, **SESSION})
        without = await http.post("/graphql", **ASK, headers=headers)
    assert (answer.status_code, without.status_code) == (status, 200)
    if status == 403:
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_other_sites_read_only_where_they_are_let(serve_with: Callable[..., Any]) -> None:
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    async with serve_with(cors_origins="https://dashboard.example") as http:
        let = await http.options("/graphql", headers={"origin": "https://dashboard.example", **asking})
        other = await http.options("/graphql", headers={"origin": "https://evil.example", **asking})
        answer = await http.post("/graphql", **ASK, headers={"origin": "https://dashboard.example"})
    assert let.headers["access-control-allow-origin"] == "https://dashboard.example"
    assert let.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in other.headers
    assert "origin" in answer.headers["vary"].lower()
    async with serve_with() as closed:
        answer = await closed.post("/graphql", **ASK, headers={"origin": "https://dashboard.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("value", ["*", "dashboard.example", "https://a.example/path", "https://a.example,*"])
def test_what_is_no_origin_is_refused_at_start(value: str) -> None:
    with pytest.raises(ValidationError, match="no origin"):
        Settings(cors_origins=value)


async def test_a_forged_address_counts_only_from_a_trusted_proxy(serve_with: Callable[..., Any]) -> None:
    """Five requests a minute: a client that names another address each time is one client, unless a proxy says it."""
    for proxies, refused in (("", True), ("10.0.0.7", False)):
        kind = {"client": ("10.0.0.7", 40_000)}
        async with serve_with(client=kind, requests_per_minute=5, trusted_proxies=proxies) as http:
            codes = [
                (await http.post("/graphql", **ASK, headers={"x-forwarded-for": f"203.0.113.{n}"})).status_code
                for n in range(8)
            ]
        assert (codes == [200] * 5 + [429] * 3) is refused
        assert (codes == [200] * 8) is not refused


async def test_who_sends_too_many_is_told_when_to_come_again(serve_with: Callable[..., Any]) -> None:
    async with serve_with(client={"client": ("10.0.0.7", 1)}, requests_per_minute=1) as http:
        assert (await http.post("/graphql", **ASK)).status_code == 200
        refused = await http.post("/graphql", **ASK)
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert 55 <= int(refused.headers["retry-after"]) <= 60


def test_buckets_fill_again_and_are_bounded() -> None:
    rates = Rates(60)
    assert [rates.wait("10.0.0.1", 0.0) for _ in range(61)] == [0] * 60 + [1]
    assert rates.wait("10.0.0.1", 1.0) == 0
    assert rates.wait("127.0.0.1", 0.0) == Rates(0).wait("10.0.0.1", 0.0) == 0
    for number in range(KEPT + 100):
        rates.wait(f"10.1.{number // 250}.{number % 250}", 2.0)
    assert len(rates._buckets) == KEPT


async def test_behind_a_proxy_with_tls_browsers_are_told_to_stay_with_it(serve_with: Callable[..., Any]) -> None:
    forwarded = {"x-forwarded-proto": "https"}
    async with serve_with(client={"client": ("10.0.0.7", 1)}, trusted_proxies="10.0.0.0/8") as http:
        assert "max-age" in (await http.get("/healthz", headers=forwarded)).headers["strict-transport-security"]
    async with serve_with(client={"client": ("10.0.0.7", 1)}) as http:
        assert "strict-transport-security" not in (await http.get("/healthz", headers=forwarded)).headers
