"""A refusal of the simulated portal: a write that provokes it, and what the preview says of the same inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Made = tuple[str, Json]


@dataclass(frozen=True)
class Case:
    """`inputs` of `kind` provoke `refusal` (as in `collected`), after `there` was created; `message` is in the preview.

    `raw`, where a kind cannot even form the request: method, API area, path below it, body. `also` are further
    resources of the program.
    """

    refusal: str
    kind: str
    inputs: Json
    message: str
    there: Sequence[Made] = ()
    seed: Mapping[str, Any] = field(default_factory=dict)
    switch: tuple[str, Any] | None = None
    raw: tuple[str, str, str, Any] | None = None
    also: Sequence[Made] = ()
