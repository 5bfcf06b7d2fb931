"""Pages of other sites: they may not act with a user's session, and read only where they are let."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from web.rates import KEPT, Rates
from web.settings import Settings, complaints

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
        ({"origin": "http://["}, 403),
        ({"origin": ""}, 403),
        ({"origin": "http://horqin.test.evil.example"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://dashboard.example"}, 200),
        ({"origin": "https://dashboard.example", "sec-fetch-site": "cross-site"}, 200),
        ({"origin": "http://horqin.test", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://behind-a-proxy.example", "sec-fetch-site": "same-origin"}, 200),
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


async def test_the_public_address_is_our_own_behind_a_proxy_that_changes_the_host(
    serve_with: Callable[..., Any],
) -> None:
    for public, status in (("https://volunteers.example/", 200), ("https://volunteers.example:8443", 403), (None, 403)):
        async with serve_with(public_url=public) as http:
            answer = await http.post("/graphql", **ASK, headers={"origin": "https://volunteers.example", **SESSION})
        assert answer.status_code == status, public


async def test_a_session_reads_by_get_from_our_own_pages_only(serve_with: Callable[..., Any]) -> None:
    page = {"accept": "text/html", "sec-fetch-site": "cross-site"}
    async with serve_with() as http:
        for site, status in (("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)):
            headers = {"sec-fetch-site": site, **SESSION}
            assert (await http.get("/graphql?query={hello}", headers=headers)).status_code == status
        assert (await http.get("/graphql", headers={**page, **SESSION})).status_code == 200  # a link to the explorer


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("[::1]:8000", 200),
        ("LOCALHOST", 200),
        ("rebound.evil.example:8000", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ],
)
async def test_who_trusts_everybody_on_this_machine_trusts_no_page_that_pretends_to_be_on_it(
    serve_with: Callable[..., Any], host: str, status: int
) -> None:
    """A name of a foreign page may be made to point to 127.0.0.1; the browser then takes it for the page's own."""
    headers = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}
    async with serve_with(trust_everybody=True) as http:
        assert (await http.post("/graphql", **ASK, headers=headers)).status_code == status
    async with serve_with() as http:
        assert (await http.post("/graphql", **ASK, headers=headers)).status_code == 200


async def test_other_sites_read_only_where_they_are_let(serve_with: Callable[..., Any]) -> None:
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    async with serve_with(cors_origins="https://dashboard.example") as http:
        let = await http.options("/graphql", headers={"origin": "https://dashboard.example", **asking})
        other = await http.options("/graphql", headers={"origin": "https://evil.example", **asking})
        answer = await http.post("/graphql", **ASK, headers={"origin": "https://dashboard.example"})
        without = await http.get("/graphql?query={hello}")
    assert let.headers["access-control-allow-origin"] == "https://dashboard.example"
    assert let.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in other.headers
    assert "origin" in answer.headers["vary"].lower()
    assert "origin" in without.headers["vary"].lower()  # a cache must not give it to another site
    async with serve_with() as closed:
        answer = await closed.post("/graphql", **ASK, headers={"origin": "https://dashboard.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "null",
        "dashboard.example",
        "https://a.example/path",
        "https://a.example,*",
        "https://a.example:443",
        "https://A.example",
        "https://user@a.example",
        "ftp://a.example",
        "https://[",
        "https://a:x",
    ],
)
def test_what_is_no_origin_is_refused_at_start(value: str) -> None:
    with pytest.raises(ValidationError, match="no origin"):
        Settings(cors_origins=value)


@pytest.mark.parametrize("value", ["*", "proxy", "10.0.0.1/8", "10.0.0.0/33", "0.0.0.0/0", "10.0.0.1,::/0"])
def test_what_is_no_proxy_of_ours_is_refused_at_start(value: str) -> None:
    with pytest.raises(ValidationError) as error:
        Settings(trusted_proxies=value)
    assert complaints(error.value)[0].startswith("TRUSTED_PROXIES: ")
    assert Settings(trusted_proxies="10.0.0.1, 10.1.0.0/16,::1").trusted_proxies


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


async def test_a_proxy_that_is_not_trusted_is_told_of_once(
    serve_with: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Behind it a whole county would be one address, and soon could not sign in."""
    forwarded = {"x-forwarded-for": "203.0.113.1"}
    for proxies, lines in (("10.0.0.7", 0), ("", 1)):
        async with serve_with(client={"client": ("10.0.0.7", 1)}, trusted_proxies=proxies) as http:
            await http.post("/graphql", **ASK)
            assert [record.name for record in caplog.records if record.levelname == "WARNING"] == []
            for _ in range(2):
                await http.post("/graphql", **ASK, headers=forwarded)
        assert len([record for record in caplog.records if "TRUSTED_PROXIES" in record.getMessage()]) == lines


async def test_who_sends_too_many_is_told_when_to_come_again(serve_with: Callable[..., Any]) -> None:
    async with serve_with(client={"client": ("10.0.0.7", 1)}, requests_per_minute=1) as http:
        assert (await http.post("/graphql", **ASK)).status_code == 200
        refused = await http.post("/graphql", **ASK)
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert 55 <= int(refused.headers["retry-after"]) <= 60


@pytest.mark.parametrize("a_minute", [1, 7, 40, 3000])
def test_who_comes_again_when_told_is_let_in(a_minute: int) -> None:
    rates, moment = Rates(a_minute), 0.0
    for _ in range(3 * a_minute):
        if seconds := rates.wait("10.0.0.1", moment):
            moment += seconds
            assert rates.wait("10.0.0.1", moment) == 0


def test_buckets_fill_again_and_are_bounded() -> None:
    rates = Rates(60)
    assert [rates.wait("10.0.0.1", 0.0) for _ in range(61)] == [0] * 60 + [1]
    assert rates.wait("10.0.0.1", 1.0) == 0
    assert rates.wait("127.0.0.1", 0.0) == Rates(0).wait("10.0.0.1", 0.0) == 0
    assert [rates.wait(f"2001:db8::{number:x}", 2.0) for number in range(61)] == [0] * 60 + [1]  # one subscriber's
    assert rates.wait("2001:db8:0:1::1", 2.0) == 0
    for number in range(KEPT + 100):
        rates.wait(f"10.1.{number // 250}.{number % 250}", 2.0)
    assert len(rates._buckets) == KEPT


async def test_behind_a_proxy_with_tls_browsers_are_told_to_stay_with_it(serve_with: Callable[..., Any]) -> None:
    forwarded = {"x-forwarded-proto": "https"}
    async with serve_with(client={"client": ("10.0.0.7", 1)}, trusted_proxies="10.0.0.0/8") as http:
        assert "max-age" in (await http.get("/healthz", headers=forwarded)).headers["strict-transport-security"]
    async with serve_with(client={"client": ("10.0.0.7", 1)}) as http:
        assert "strict-transport-security" not in (await http.get("/healthz", headers=forwarded)).headers
