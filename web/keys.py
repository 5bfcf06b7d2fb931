"""Where the keys for personal values come from: the environment, or on one's own machine a file made once."""

import base64
import binascii
import json
import os
import secrets
from pathlib import Path

from models.sealed import Keyring
from web.settings import Settings


class KeysUnusable(ValueError):
    """The keys cannot be read. The message is for the operator, Chinese first, and holds no key."""


def keyring(settings: Settings) -> Keyring:
    """Return the keys of this deployment. Makes the file when nothing is configured. Raises KeysUnusable."""
    if settings.secret_keys and settings.lookup_key:
        return _ring(settings.secret_keys.get_secret_value(), settings.lookup_key.get_secret_value(), "SECRET_KEYS")
    if settings.secret_keys or settings.lookup_key:
        raise KeysUnusable("SECRET_KEYS 与 LOOKUP_KEY 须同时设置 | SECRET_KEYS and LOOKUP_KEY come together")
    path = keys_file(settings)
    try:
        kept = json.loads(path.read_text()) if path.exists() else _keep(path)
        return _ring(str(kept["secret_keys"]), str(kept["lookup_key"]), str(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, KeysUnusable):
            raise
        raise KeysUnusable(f"密钥文件无法使用 | the file of keys cannot be used: {path}") from None


def keys_file(settings: Settings) -> Path:
    """Return where the keys of a machine without configured ones are kept: beside its SQLite file."""
    url = settings.url
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).with_suffix(".keys")
    return Path("data/horqin.keys")


def new_keys() -> dict[str, str]:
    """Return a fresh pair, as the two settings take it."""
    name = f"k{secrets.token_hex(3)}"
    return {"secret_keys": f"{name}:{_random()}", "lookup_key": _random()}


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _keep(path: Path) -> dict[str, str]:
    """Write fresh keys, readable by the owner only; whoever comes second takes what the first one wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys, draft = new_keys(), path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(keys, file)
    try:
        os.link(draft, path)  # unlike a rename, fails if the file is there
    except FileExistsError:
        keys = json.loads(path.read_text())
    finally:
        draft.unlink()
    return keys


def _ring(secret_keys: str, lookup_key: str, where: str) -> Keyring:
    try:
        named = [part.strip().partition(":") for part in secret_keys.split(",")]
        found = {name: base64.b64decode(key, validate=True) for name, _, key in named}
        if not all(name.isalnum() and name.islower() and name.isascii() and len(name) <= 12 for name in found):
            raise ValueError("name")
        return Keyring(named[0][0], found, base64.b64decode(lookup_key, validate=True))
    except (binascii.Error, ValueError):
        raise KeysUnusable(
            f"{where}: 应为 名称:base64（32 字节以上），逗号分隔 | expected name:base64 of 32 bytes or more, by commas"
        ) from None
