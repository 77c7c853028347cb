"""Keeps the tokens of calendar addresses out of the logs."""

from __future__ import annotations

import logging
import re

REDACTED = "[redacted]"

LOGGERS = ("werkzeug", "gunicorn.access", "gunicorn.error", "waitress", "waitress.queue")
"""The servers, whose access logs write every address down."""

# A slash may come as %2F: the router reads both alike, and access logs keep what was sent.
_TOKEN = re.compile(
    r"""((?:/|%2F)feeds(?:/|%2F)+)[^\s/?#"'<>]+""",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"""[^\s/?#"'<>=]{16,}(?=(?:\.|%2E)ics\b)""",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """`text` without the tokens of the calendar addresses in it."""
    return _FILE.sub(REDACTED, _TOKEN.sub(rf"\1{REDACTED}.ics", text))


class HideFeedTokens(logging.Filter):
    """Rewrites a record, its traceback included, when a calendar's address is in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: no record is held back."""
        message = record.getMessage()
        if (redacted := redact(message)) != message:
            record.msg, record.args = redacted, None
        if record.exc_info and record.exc_info[0] is not None:
            traceback = record.exc_text or logging.Formatter().formatException(record.exc_info)
            if (redacted := redact(traceback)) != traceback:
                record.exc_text = redacted
        return True


def install(*names: str) -> None:
    """Hide the tokens in the named loggers, and in whatever reaches the handlers of the root
    logger. Doing it twice changes nothing."""
    loggers = [logging.getLogger(name) for name in names]
    for place in (*loggers, *logging.getLogger().handlers):
        if not any(isinstance(each, HideFeedTokens) for each in place.filters):
            place.addFilter(HideFeedTokens())
