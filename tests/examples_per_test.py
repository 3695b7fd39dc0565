"""How many examples a property-based test tries: more with `--thorough`, whose profile stands in conftest.py."""

from __future__ import annotations

import hypothesis


def examples(number: int) -> hypothesis.settings:
    """Settings that try `number` examples with `--thorough`, a quarter of them without, a tenth in a quick run."""
    return hypothesis.settings(max_examples=max(1, number * hypothesis.settings().max_examples // 100))
