"""The servers that can be compared, each as its own documentation recommends."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.peers import Peer, uvicorn

FOLDER = Path(__file__).parent
CACHE = Path(os.environ.get("BENCH_CACHE", Path.home() / ".cache" / "horqin-bench"))
NODE = str(CACHE / "node" / "node_modules" / "node" / "bin" / "node")


def environment(name: str) -> str:
    """Return the Python of an environment that holds what `python/<name>.txt` lists."""
    return str(CACHE / name / "bin" / "python")


WITHOUT_SEARCH = frozenset({"teams", "people", "team", "nested", "tiny"})
PRODUCTION = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}

PEERS = {
    peer.name: peer
    for peer in (
        Peer("ours", (str(Path(sys.executable).with_name("horqin")), "serve"), {"TRUST_EVERYBODY": "1"}),
        Peer(
            "plain",
            uvicorn("bench.plain:app"),
            {"POOL_SIZE": "4"},
            path="/graphql/",
            documents=WITHOUT_SEARCH,
        ),
        Peer(
            "ariadne",
            uvicorn("bench.ariadne_app:app", python=environment("ariadne")),
            {"POOL_SIZE": "4"},
            documents=WITHOUT_SEARCH,
        ),
        Peer(
            "graphene",
            uvicorn("bench.graphene_app:app", python=environment("graphene")),
            {"POOL_SIZE": "4"},
            documents=WITHOUT_SEARCH,
        ),
        Peer(
            "berryql",
            uvicorn("bench.berryql_app:app", python=environment("berryql")),
            {"POOL_SIZE": "4"},
            path="/graphql/",
            documents=WITHOUT_SEARCH,
            setup=FOLDER / "setup.sql",
        ),
        Peer(
            "strawchemy",
            uvicorn("bench.strawchemy_app:app", python=environment("strawchemy")),
            {"POOL_SIZE": "4"},
            path="/graphql/",
            documents=WITHOUT_SEARCH | {"stats"},
            setup=FOLDER / "setup.sql",
        ),
        Peer("sql", uvicorn("bench.floor:sql"), by_name=True),
        Peer("constant", uvicorn("bench.floor:constant"), by_name=True),
        Peer(
            "postgraphile",
            (NODE, str(CACHE / "node" / "postgraphile.mjs")),
            PRODUCTION,
            setup=FOLDER / "setup.sql",
        ),
        Peer("yoga", (NODE, str(CACHE / "node" / "yoga.mjs")), PRODUCTION),
    )
}


def install(peer: Peer) -> None:
    """Bring what a peer of another environment needs into the cache, from its lock file, unless it is there. Raises
    subprocess.CalledProcessError, OSError."""
    if peer.command[0] == NODE:
        folder, lock = CACHE / "node", FOLDER / "node" / "package-lock.json"
        commands = [["npm", "ci", "--no-audit", "--no-fund"]]
    elif peer.command[0] == environment(peer.name):
        folder, lock = CACHE / peer.name, FOLDER / "python" / f"{peer.name}.txt"
        pip = [peer.command[0], "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)]
        commands = [[sys.executable, "-m", "venv", "--clear", str(folder)], pip]
    else:
        return
    folder.mkdir(parents=True, exist_ok=True)
    wanted, done = lock.read_text(), folder / "installed"
    is_node = folder.name == "node"
    for command in () if done.exists() and done.read_text() == wanted else commands:
        if is_node:
            copy(lock.parent, folder)
        subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)
    if is_node:
        copy(lock.parent, folder)  # what we wrote may be newer than what was installed
    done.write_text(wanted)


def copy(source: Path, folder: Path) -> None:
    for file in source.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
