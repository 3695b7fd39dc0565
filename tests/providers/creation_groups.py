"""Groups of creations that leave when they are complete: their tests wait for nothing and depend on no pace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from revops_iac.provider.api import creations
from revops_iac.provider.api.creations import Creations

LONGER_THAN_ANY_TEST_S = 60.0


@contextmanager
def group_of(number: int, grouped: Creations[Any, Any]) -> Iterator[None]:
    """Within, a creation waits until so many of them have come."""
    with patch.object(creations, "WINDOW_S", LONGER_THAN_ANY_TEST_S), patch.object(grouped, "_limit", number):
        yield
