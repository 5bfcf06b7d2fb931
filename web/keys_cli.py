"""`horqin keys`: under which keys personal values are sealed, and a new key for all of them."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections import Counter

    from web.settings import Settings

keys = typer.Typer(no_args_is_help=True, help="密钥 · Keys: which ones personal values are sealed with, and rotation.")


@keys.command()
def status() -> None:
    """查看密钥 · Count the sealed values under each key. A key with none may be taken out of SECRET_KEYS.

    Backups from before a rotation still need the old key: keep it with them.

    Exit code 0: all is well; 1: there are values that no key of SECRET_KEYS opens.
    """
    from web.cli import fail, run, settings
    from web.keys import keyring

    chosen = settings()
    counts = run(_counts(chosen))
    ring = keyring(chosen)
    for name in [ring.current, *sorted({*ring.names, *counts} - {ring.current})]:
        word = "当前 current" if name == ring.current else "旧 old" if name in ring.names else "缺失 missing"
        typer.echo(f"{name}  {word}  {counts[name]}")
    if lost := sum(count for name, count in counts.items() if name not in ring.names):
        fail(f"有 {lost} 个值缺少密钥，请把旧密钥加回 SECRET_KEYS | {lost} values miss their key: put it back")


@keys.command()
def rotate() -> None:
    """更换密钥 · Seal every personal value anew with the first key of SECRET_KEYS.

    - make a key: `horqin doctor --new-keys` (only SECRET_KEYS; LOOKUP_KEY stays)
    - put it first: `SECRET_KEYS=new:…,old:…`, and start every process of the service again
    - `horqin keys rotate`: in batches, beside the running service; after a break it goes on where it was
    - `horqin keys status`: the old key may go when it has no value left

    Exit code 0: all values are under the current key; 1: some could not be opened and were left as they are.
    """
    from web.cli import fail, run, settings

    chosen = settings()
    sealed, unreadable = run(_rotate(chosen))
    typer.echo(f"重新密封 {sealed} 个值 | sealed anew: {sealed}")
    if unreadable:
        fail(f"有 {unreadable} 个值打不开，没有改动 | {unreadable} values could not be opened and were left")


async def _counts(settings: "Settings") -> "Counter[str]":
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.privacy.rotation import carried
    from web.prepare import check_migrated, opened

    async with opened(settings) as engine:
        await check_migrated(engine)
        async with AsyncSession(engine) as session:
            return await carried(session)


async def _rotate(settings: "Settings") -> tuple[int, int]:
    from domain.privacy import rotation
    from web.keys import keyring
    from web.loading import progress
    from web.prepare import check_migrated, opened

    async with opened(settings) as engine:
        await check_migrated(engine)
        with progress() as advance:
            return await rotation.rotate(engine, keyring(settings), advance)
