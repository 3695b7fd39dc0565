"""Answers that are remembered by content: a plan brings every definition into its canonical form several times."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from revops_iac.provider.live_object import Definition

MOST = 1024
"""How many answers one function keeps."""
F = TypeVar("F", bound=Callable[..., Definition])


def by_content(pure: F) -> F:
    """A function or method of one definition, asked once for each; what its answers hold is shared, so never changed.

    >>> @by_content
    ... def trimmed(definition):
    ...     print("asked")
    ...     return {**definition, "label": definition["label"].strip()}
    >>> trimmed({"label": " Fit "}), trimmed({"label": " Fit "})
    asked
    ({'label': 'Fit'}, {'label': 'Fit'})
    """

    @lru_cache(MOST)
    def of_text(text: str, *owner: Any) -> Definition:
        return pure(*owner, json.loads(text))

    @wraps(pure)
    def asked(*arguments: Any) -> Definition:
        *owner, definition = arguments
        return dict(of_text(json.dumps(definition), *owner))

    return cast(F, asked)
