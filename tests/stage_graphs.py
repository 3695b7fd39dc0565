"""Generated lifecycles: lines, optional stages, parallel ones and side ways, as the `stages` of a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Stages = dict[str, dict[str, Any]]


@st.composite
def stage_graphs(draw: Callable[[st.SearchStrategy[Any]], Any], most: int = 7) -> Stages:
    """Stages by key. About half of them say what they follow; fields are required of some."""
    stages: Stages = {}
    for place in range(draw(st.integers(2, most))):
        stage: dict[str, Any] = {"label": f"Stage {place}"}
        if draw(st.integers(0, 3)) == 0:
            stage["optional"] = True
        if stages and draw(st.integers(0, 1)):
            stage["follows"] = draw(st.lists(st.sampled_from(list(stages)), unique=True, max_size=3))
        stages[f"s{place}"] = stage
    return stages
