"""Uploaded files between the steps of an import: one folder, random names, gone after a while."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from scheduler.domain.errors import BadInput, NotFound

KEPT_FOR = timedelta(hours=2)
TOKEN = re.compile(r"[0-9a-f]{32}")
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file somebody uploaded: what it is called and what it holds. `owner` may use it alone."""

    token: str
    owner: str
    kind: str
    filename: str
    at: str


class UploadFolder:
    """The files of all imports that are not finished."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(
        self, stream: BinaryIO, *, owner: str, kind: str, filename: str, limit: int, at: datetime
    ) -> Upload:
        """Write a file into the folder. Raises `BadInput` for one larger than `limit` bytes."""
        self.sweep(at)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        upload = Upload(secrets.token_hex(16), owner, kind, filename, at.isoformat())
        try:
            _copy(stream, self.path(upload), limit)
        except BaseException:
            self.path(upload).unlink(missing_ok=True)
            raise
        self._note(upload.token).write_text(json.dumps(asdict(upload)), "utf-8")
        return upload

    def find(self, token: str, owner: str, at: datetime) -> Upload:
        """The upload of that name, if it is the owner's and not too old. Raises `NotFound`."""
        gone = NotFound("This upload is not here any more.", hint="Upload the file once more.")
        if not TOKEN.fullmatch(token):
            raise gone
        try:
            upload = Upload(**json.loads(self._note(token).read_text("utf-8")))
        except FileNotFoundError:
            raise gone from None
        if upload.owner != owner or _is_old(upload, at):
            raise gone
        return upload

    def path(self, upload: Upload) -> Path:
        """Where the file's content lies."""
        return self.folder / f"{upload.token}.data"

    def remove(self, upload: Upload) -> None:
        """Forget a file."""
        self._note(upload.token).unlink(missing_ok=True)
        self.path(upload).unlink(missing_ok=True)

    def sweep(self, at: datetime) -> None:
        """Forget the files that nobody finished importing."""
        for note in self.folder.glob("*.json") if self.folder.is_dir() else ():
            try:
                upload = Upload(**json.loads(note.read_text("utf-8")))
            except (FileNotFoundError, ValueError, TypeError):
                continue  # another process is writing or removing it
            if _is_old(upload, at):
                self.remove(upload)

    def _note(self, token: str) -> Path:
        return self.folder / f"{token}.json"


def _is_old(upload: Upload, at: datetime) -> bool:
    return at - datetime.fromisoformat(upload.at) > KEPT_FOR


def _copy(stream: BinaryIO, target: Path, limit: int) -> None:
    with target.open("xb") as file:
        shutil.copyfileobj(_Limited(stream, limit), file, CHUNK)
    target.chmod(0o600)


class _Limited:
    """A stream that refuses to give more than so many bytes."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise BadInput("This file is larger than an import may be.")
        return chunk
