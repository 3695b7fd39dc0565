"""What a person who runs a command sees while it works: one line on stderr each, which Pulumi shows too."""

from __future__ import annotations

import logging
import sys

from revops_iac.redaction import redacted


class _Stderr(logging.Handler):
    """Writes to what stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")
        sys.stderr.flush()


_PROGRESS = logging.getLogger("revops.progress")
_PROGRESS.setLevel(logging.INFO)
_PROGRESS.addHandler(_Stderr())


def tell(sentence: str) -> None:
    """Shows one line. Nothing else in a provider process writes to stdout or stderr."""
    _PROGRESS.info("%s", redacted(sentence))
