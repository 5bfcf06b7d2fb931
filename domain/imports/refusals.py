"""The one error of this room: a file that cannot be read at all."""

from domain.imports.words import REFUSALS


class FileRefused(Exception):
    """Nothing of the file was taken. `code` says why, the text tells it to the clerk."""

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(REFUSALS[code].format(**values))
        self.code = code
