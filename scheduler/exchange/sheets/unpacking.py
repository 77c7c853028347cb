"""From the bytes of a file to its text: gzip with a limit, and the encoding recognised."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from io import BytesIO

from scheduler.domain.errors import BadInput, Blemish
from scheduler.domain.words import Message, say
from scheduler.exchange.sheets.sheet import too_large

GZIP = b"\x1f\x8b"
UNPACKED_LIMIT = 4
"""Text may be this many times the limit of the file it was packed in."""

SIGHT = 500_000
"""So many bytes to both sides of the first wrong one show which encoding it is."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ESCAPED = re.compile("[\udc80-\udcff]")
_LETTERS = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}


@dataclass(frozen=True)
class Text:
    """Decoded text, the encoding it was in, and what had to be assumed."""

    text: str
    encoding: str
    notes: tuple[Message, ...] = ()


def unpack(content: bytes, filename: str, limit_bytes: int) -> bytes:
    """What a gzip file holds, never more than the limit: a few bytes can unpack to terabytes."""
    limit = limit_bytes * UNPACKED_LIMIT
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            unpacked = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(
            f"{filename} is a damaged gzip file ({error}).", hint="Copy or pack it again."
        ) from error
    if len(unpacked) > limit:
        raise too_large(filename, limit, unpacked=True)
    return unpacked


def decode(content: bytes, filename: str, encoding: str | None = None) -> Text:
    """The text of `content`: UTF-8, UTF-16, or else Windows-1252, which is said in a note."""
    name = encoding or _marked(content) or _unmarked_utf16(content)
    if name is not None:
        return Text(_strict(content, name, filename), _NAMES.get(name, name))
    try:
        return Text(content.decode("utf-8"), _NAMES["utf-8"])
    except UnicodeDecodeError as error:
        if _damaged_utf8(content, error.start):
            raise _undecodable(content, error, "utf-8", filename) from error
    text = _strict(content, "cp1252", filename)
    note = say(
        "{file} is not UTF-8 and was read as Windows-1252 (Latin-1); check the names with accents.",
        file=filename,
    )
    return Text(text, _NAMES["cp1252"], (note,))


def _marked(content: bytes) -> str | None:
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without a byte-order mark shows by the zero bytes beside its Latin letters."""
    head = content[:4096]
    pairs = len(head) // 2
    if not pairs:
        return None
    for name, letters, zeros in (("utf-16-le", 0, 1), ("utf-16-be", 1, 0)):
        if head[zeros::2].count(0) > 0.4 * pairs and head[letters::2].count(0) < 0.05 * pairs:
            return name
    return None


def _damaged_utf8(content: bytes, at: int) -> bool:
    """Whether this is UTF-8 with a few wrong bytes rather than an encoding of single bytes: more
    letters than not are whole UTF-8 sequences, as far as one can see from the first wrong byte."""
    seen = content[max(0, at - SIGHT) : at + SIGHT].decode("utf-8", "surrogateescape")
    return len(_LETTERS.findall(seen)) > len(_ESCAPED.findall(seen))


def _strict(content: bytes, name: str, filename: str) -> str:
    try:
        return content.decode(name)
    except LookupError as error:
        raise BadInput(
            f"“{name}” is no encoding.", hint="Write utf-8, utf-16, cp1252, cp1250 or the like."
        ) from error
    except UnicodeDecodeError as error:
        raise _undecodable(content, error, name, filename) from error


def _undecodable(content: bytes, error: UnicodeDecodeError, name: str, filename: str) -> BadInput:
    line = content[: error.start].count(b"\n") + 1
    byte = error.start - content.rfind(b"\n", 0, error.start)
    problem = (
        f"byte {byte} of the line, 0x{content[error.start]:02X}, is no {_NAMES.get(name, name)}"
    )
    hint = "Save the file as UTF-8 (in Excel: “CSV UTF-8”)."
    blemish = Blemish(line=line, problem=problem, hint=hint)
    return BadInput(f"{filename} is not text that can be read: {blemish}", [blemish])
