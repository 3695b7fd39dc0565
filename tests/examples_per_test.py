"""How many examples a property-based test tries: more with `--thorough`, whose profile stands in conftest.py."""

from __future__ import annotations

import hypothesis


def examples(number: int) -> hypothesis.settings:
    """Settings that try `number` examples with `--thorough`, and a quarter of them without."""
    return hypothesis.settings(max_examples=number * hypothesis.settings().max_examples // 100)
