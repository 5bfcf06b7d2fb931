"""Files that commands write: whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from web.prepare import Unprepared


@contextmanager
def written(out: Path) -> Iterator[IO[bytes]]:
    """Give a file that stands under its name when all went well, readable for its owner only. Raises Unprepared."""
    draft = out.with_name(f"{out.name}.part")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
        draft.replace(out)
    except OSError as error:
        raise Unprepared(f"无法写入 {out} | cannot write {out}: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
