"""Personal values at rest: AES-GCM under a key from the environment, and keyed hashes for exact look-up."""

import base64
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SEALED = re.compile(r'"\$sealed:([a-z0-9]{1,12}):([A-Za-z0-9_-]+)"')
"""A sealed value as it stands in an answer: marker, key id, then nonce and ciphertext in URL-safe base64."""


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"horqin:" + purpose, "sha256")


class Keyring:
    """One key to seal with and any number to open with."""

    def __init__(self, current: str, secrets: dict[str, bytes], hash_secret: bytes) -> None:
        """`secrets` maps key ids to 32 bytes or more; `current` is the one that seals. The look-up hash has a
        secret of its own, so that rotating the sealing key leaves look-ups alone. Raises ValueError."""
        if current not in secrets or any(len(secret) < 32 for secret in (*secrets.values(), hash_secret)):
            raise ValueError("A keyring needs its current key, and 32 bytes or more in each secret.")
        self.current = current
        self._ciphers = {name: AESGCM(_derive(secret, b"seal")) for name, secret in secrets.items()}
        self._hash_key = _derive(hash_secret, b"lookup")

    @property
    def names(self) -> set[str]:
        """The ids of its keys."""
        return set(self._ciphers)

    def seal(self, value: str) -> str:
        """Return `value` encrypted, as the text that is stored."""
        nonce = os.urandom(12)
        token = nonce + self._ciphers[self.current].encrypt(nonce, value.encode(), None)
        return f"$sealed:{self.current}:{base64.urlsafe_b64encode(token).decode().rstrip('=')}"

    def open(self, stored: str) -> str:
        """Return the clear text of a stored value. Raises ValueError when it is not one of ours."""
        match = SEALED.fullmatch(f'"{stored}"')
        if match is None or match[1] not in self._ciphers:
            raise ValueError("This is not a value sealed with a key of this ring.")
        token = base64.urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4))
        try:
            return self._ciphers[match[1]].decrypt(token[:12], token[12:], None).decode()
        except InvalidTag:
            raise ValueError("This sealed value was changed, or its key is another one.") from None

    def lookup_hash(self, value: str) -> str:
        """Return the keyed hash under which an equal value is found."""
        return hmac.digest(self._hash_key, value.encode(), "sha256").hex()
