"""Optional extras of the package: a command that needs one says so when it is not installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import requires

from revops_iac.errors import AuthorError

PACKAGE = "revops-iac"
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+).*;.*\bextra == ['\"](?P<extra>[^'\"]+)['\"]")


@contextmanager
def extra(name: str, command: str) -> Iterator[None]:
    """Turns a failed import of something that only the extra brings into an AuthorError that says how to install it."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in modules_of(name):
            raise
        sentence = f'{command} needs the package "{missing}", which is not installed'
        raise AuthorError(sentence, f'pip install "{PACKAGE}[{name}]"') from None


def modules_of(name: str) -> frozenset[str]:
    """The modules that an extra brings, as they are imported.

    >>> sorted(modules_of("simulate"))
    ['httptools', 'lxml', 'python_multipart', 'trustme', 'uvicorn']
    """
    found = (REQUIREMENT.match(line) for line in requires(PACKAGE) or ())
    return frozenset(
        match["name"].replace("-", "_").lower() for match in found if match is not None and match["extra"] == name
    )
