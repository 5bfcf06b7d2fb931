"""For each role of the permission matrix: who asks, and which rows are its own, its neighbor's, and in another town."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.scope import PUBLIC
from domain.viewers import Viewer
from models import (
    Account,
    ApiToken,
    ApiTokenScope,
    Base,
    Division,
    Grant,
    Role,
    Session,
    WorkbookImport,
    WorkbookImportEntry,
    division_key,
)
from tests.schema import cast
from tests.schema.matrix_bundles import ABOVE, BESIDE, BUNDLES, FAR, HOME, NEXT, Bundle
from tests.schema.matrix_rows import THEN, everywhere, layers, phone_of, team
from tests.schema.rows import KEYRING

DISTANCES = ("own", "neighbor", "other")
OF_ACCOUNT = {"Account": 1, "Grant": 4, "Session": 2, "ApiToken": 2, "WorkbookImport": 1, "WorkbookImportEntry": 1}
"""Types whose rows belong to an account, and how many of them it has."""


@dataclass(frozen=True)
class Seat:
    """A viewer of a role with three bundles: one within its scope, the nearest one without, one in another township.
    Where a role has no scope, or all of the county, these are just three places."""

    viewer: Viewer
    bundles: tuple[Bundle, Bundle, Bundle] = (HOME, BESIDE, FAR)

    def keys(self, type_name: str, distance: str) -> list[int]:
        """Return the rows of a type at a distance: one's own account, else the one of the bundle's member."""
        bundle = self.bundles[DISTANCES.index(distance)]
        if type_name not in OF_ACCOUNT:
            return bundle.keys(type_name)
        is_mine = distance == "own" and not (type_name == "Grant" and self.viewer.ranges)  # places have grants
        account = self.viewer.account_id if is_mine else None
        return of_account(account or 10_000 + bundle.person, type_name)

    def self_keys(self, type_name: str, distance: str) -> list[int]:
        """Return the rows at a distance for what people do about themselves: at the first one, the viewer's own."""
        own = {HOME.leader: (6008, 6004), HOME.recorder: (6009, 6005)}.get(self.viewer.person_id or 0)
        if distance != "own" or own is None:
            found = self.keys(type_name, distance)
            return [found[0], found[2]] if type_name == "Membership" else found
        return list(own) if type_name == "Membership" else [self.viewer.person_id or 0]

    def draft(self, distance: str) -> int:
        """Return a team that was begun: at the first distance by the viewer."""
        if distance == "own" and self.viewer.account_id is not None:
            return 100_000 + self.viewer.account_id
        return self.bundles[DISTANCES.index(distance)].draft


SEATS = {
    Role.PUBLIC: Seat(PUBLIC),
    Role.RESIDENT: Seat(cast.RESIDENT),
    Role.VOLUNTEER: Seat(cast.volunteer(HOME.person)),
    Role.TEAM_LEADER: Seat(cast.volunteer(HOME.leader, led=(HOME.team,))),
    Role.RECORDER: Seat(cast.volunteer(HOME.recorder, recorded=(HOME.team,))),
    Role.UNIT_CONTACT: Seat(cast.granted(25, Role.UNIT_CONTACT, unit_id=HOME.keys("Unit")[0])),
    Role.STATION_COORDINATOR: Seat(cast.STATION, (HOME, NEXT, FAR)),
    Role.OFFICE_COORDINATOR: Seat(cast.OFFICE, (HOME, ABOVE, FAR)),
    Role.PLATFORM_LEAD: Seat(cast.PLATFORM_LEAD),
    Role.DISPATCHER: Seat(cast.DISPATCHER),
    Role.SUPERVISOR: Seat(cast.SUPERVISOR),
    Role.DIRECTOR: Seat(cast.DIRECTOR),
    Role.AUDITOR: Seat(cast.AUDITOR),
    Role.PRIVACY_OFFICER: Seat(cast.PRIVACY_OFFICER),
    Role.ADMIN: Seat(cast.ADMIN),
    Role.API_CLIENT: Seat(cast.API_CLIENT),
}


def of_account(account: int, type_name: str) -> list[int]:
    return [account] if type_name == "Account" else [100 * account + at for at in range(OF_ACCOUNT[type_name])]


async def add(engine: AsyncEngine) -> None:
    """Write the rows of all bundles, and the accounts of all viewers and members."""
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Division).values(name_mn="ᠨᠢᠭᠡ"))
        session.add_all(everywhere())
        for bundle in BUNDLES:
            for layer in layers(bundle):
                session.add_all(layer)
                await session.flush()
        accounts = {10_000 + bundle.person: (bundle.person, bundle) for bundle in BUNDLES}
        for viewer in (seat.viewer for seat in SEATS.values() if seat.viewer.account_id is not None):
            accounts[viewer.account_id] = viewer.person_id, HOME
        for account, (person, bundle) in accounts.items():
            for layer in _account(account, person, bundle):
                session.add_all(layer)
                await session.flush()
            session.add(team(100_000 + account, HOME, f"甲{account}", None, "DRAFT", account))


def _account(key: int, person: int | None, bundle: Bundle) -> Iterator[list[Base]]:
    phone = phone_of(person or key)
    grants, sessions, tokens = (of_account(key, name) for name in ("Grant", "Session", "ApiToken"))
    held: list[dict[str, Any]] = [
        {"role": "STATION_COORDINATOR", "division_id": division_key(bundle.place)},
        {"role": "PLATFORM_LEAD", "platform": "SPORTS", "revoked_at": THEN},
        {"role": "TEAM_LEADER", "team_id": bundle.team, "revoked_at": THEN},
        {"role": "UNIT_CONTACT", "unit_id": bundle.keys("Unit")[0]},
    ]
    ended = {"revoked_at": THEN}
    later = THEN.replace(year=2099)
    yield [
        Account(
            id=key, phone_masked=f"{phone[:3]}****{phone[-4:]}", phone_hash=KEYRING.lookup_hash(phone),
            phone_sealed=KEYRING.seal(phone), signed_in_at=THEN,
        )
    ]  # fmt: skip
    yield [
        *(
            Grant(id=grant, account_id=key, valid_from=THEN, valid_until=later, **scope)
            for grant, scope in zip(grants, held, strict=True)
        ),
        *(
            Session(
                id=session, account_id=key, person_id=person, token_hash=f"s{session}", channel="WEB",
                device="手机", expires_at=later, **more,
            )
            for session, more in zip(sessions, ({}, ended), strict=True)
        ),
        *(
            ApiToken(
                id=token, account_id=key, name="看板", prefix=f"hv_{token}", token_hash=f"t{token}", expires_at=later,
                last_used_at=THEN, **more,
            )
            for token, more in zip(tokens, ({}, ended), strict=True)
        ),
    ]  # fmt: skip
    (workbook,) = of_account(key, "WorkbookImport")
    yield [
        *(ApiTokenScope(token_id=token, scope="TEAMS") for token in tokens),
        WorkbookImport(
            id=workbook, account_id=key, channel="WEB", covers_county=False, file_name="台账.xlsx", size_bytes=9,
            sha256="ab", state="DONE", outcome="ACCEPTED", error="没有 | none", rows_done=7, rows_total=8,
            teams_accepted=1, teams_rejected=2, members_accepted=3, members_rejected=4, rejected_count=5,
            corrected_count=6, warning_count=7, skipped_count=8, summary="{}", received_at=THEN, ended_at=THEN,
        ),
    ]  # fmt: skip
    yield [
        WorkbookImportEntry(
            id=workbook, import_id=workbook, kind="CORRECTED", position=0, sheet="队员", row_number=2, field="name",
            from_text="那 顺", to_text="那顺", code="inner_space",
        )
    ]  # fmt: skip
