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
PYTHON = str(CACHE / "python" / "bin" / "python")
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
            documents=frozenset({"teams", "people", "team", "nested", "tiny"}),
        ),
        Peer(
            "ariadne",
            uvicorn("bench.ariadne_app:app", python=PYTHON),
            {"POOL_SIZE": "4"},
            documents=frozenset({"teams", "people", "team", "nested", "tiny"}),
        ),
        Peer("sql", uvicorn("bench.floor:sql"), by_name=True),
        Peer("constant", uvicorn("bench.floor:constant"), by_name=True),
        Peer(
            "postgraphile",
            (NODE, str(CACHE / "node" / "postgraphile.mjs")),
            PRODUCTION,
            setup=FOLDER / "node" / "postgraphile.sql",
        ),
        Peer("yoga", (NODE, str(CACHE / "node" / "yoga.mjs")), PRODUCTION),
    )
}


def install(peer: Peer) -> None:
    """Bring what a peer of another environment needs into the cache, from its lock file, unless it is there."""
    if peer.command[0] == NODE:
        folder, lock, commands = CACHE / "node", "package-lock.json", [["npm", "ci", "--no-audit", "--no-fund"]]
    elif peer.command[0] == PYTHON:
        folder, lock = CACHE / "python", "requirements.txt"
        pip = [PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock]
        commands = [[sys.executable, "-m", "venv", "--clear", str(folder)], pip]
    else:
        return
    folder.mkdir(parents=True, exist_ok=True)
    source, done = FOLDER / folder.name, folder / "installed"
    wanted = (source / lock).read_text()
    fresh = done.exists() and done.read_text() == wanted
    for command in () if fresh else commands:
        copy(source, folder)  # before each: a new environment begins with an empty folder
        subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)
    copy(source, folder)
    done.write_text(wanted)


def copy(source: Path, folder: Path) -> None:
    for file in source.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
