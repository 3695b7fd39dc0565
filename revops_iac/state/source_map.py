"""The source map: for each resource of a stack its place, vendor name and inputs, which the provider process, the
policies and the review read. The program writes it at every run; it is ignored by git and holds no secret.

Positions stay out of resource inputs, so a comment at the top of a file never touches the plan.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revops_iac.diagnostics import Position
from revops_iac.provider.live_object import DesiredResource
from revops_iac.state.folder import stack_folder, write_text

FILE = "source-map.json"


def digest(declared: str) -> str:
    """The hash that ties a map to the `declared` text of an account resource."""
    return hashlib.sha256(declared.encode()).hexdigest()


def lines_of(declared: str) -> frozenset[str]:
    """The lines of a `declared` text, each `kind vendor_name`."""
    return frozenset(line for line in declared.splitlines() if line)


@dataclass(frozen=True)
class SourceMap:
    """`resources` by URN; `declared`: a hash per system; `places`: dotted model path -> position.

    `preview` says that the program ran for a plan, not to apply one; `managed` names the systems of the stack, and
    `overlaid` holds what the overlay of the environment sets or removes: dotted model path -> position.
    """

    declared: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, DesiredResource] = field(default_factory=dict)
    places: Mapping[str, Position] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    preview: bool = False
    managed: tuple[str, ...] = ()
    overlaid: Mapping[str, Position] = field(default_factory=dict)

    def desired(self, system: str) -> list[DesiredResource]:
        """The resources of one system, in the order the program registered them."""
        return [desired for urn, desired in self.resources.items() if self.systems.get(urn) == system]

    def position_of(self, path: str) -> Position | None:
        """The position of a dotted model path, or of the nearest path above it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition(".")[0]
        return None

    def write(self, stack: str, root: Path | None = None) -> Path:
        """Writes the map under `<root>/.revops/<stack>/` in one step and returns its path. Raises AuthorError."""
        path = map_path(stack, root)
        write_text(path, json.dumps(self._plain(), sort_keys=True))
        return path

    def _plain(self) -> dict[str, Any]:
        """As JSON, every position as `file:line:column`."""
        return {
            "declared": dict(self.declared),
            "resources": {urn: _plain_resource(desired) for urn, desired in self.resources.items()},
            "places": _spelled(self.places),
            "systems": dict(self.systems),
            "preview": self.preview,
            "managed": list(self.managed),
            "overlaid": _spelled(self.overlaid),
        }


def _plain_resource(desired: DesiredResource) -> dict[str, Any]:
    position = str(desired.position) if desired.position is not None else None
    return {**desired.__dict__, "position": position, "texts": _spelled(desired.texts)}


def _resource(plain: dict[str, Any]) -> DesiredResource:
    position = Position.parse(plain["position"]) if plain["position"] is not None else None
    return DesiredResource(**{**plain, "position": position, "texts": _parsed(plain["texts"])})


def _spelled(positions: Mapping[str, Position]) -> dict[str, str]:
    return {key: str(position) for key, position in positions.items()}


def _parsed(positions: Mapping[str, str]) -> dict[str, Position]:
    return {key: Position.parse(text) for key, text in positions.items()}


def map_path(stack: str, root: Path | None = None) -> Path:
    """Where the map of a stack lies; `root` is the folder of the program (`main` in Pulumi.yaml), else this one."""
    return stack_folder(stack, root) / FILE


def read_source_map(stack: str, root: Path | None = None) -> SourceMap | None:
    """The map of the last run of the program, or None when there is none that can be read."""
    try:
        content = json.loads(map_path(stack, root).read_text(encoding="utf-8"))
        resources = {urn: _resource(entry) for urn, entry in content.pop("resources").items()}
        return SourceMap(
            resources=resources,
            places=_parsed(content.pop("places")),
            managed=tuple(content.pop("managed")),
            overlaid=_parsed(content.pop("overlaid")),
            **content,
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def trusted_desired(source_map: SourceMap | None, system: str, declared: str) -> list[DesiredResource]:
    """The resources of a system with values and places, when the map belongs to `declared`; else names alone.

    A map that is missing or stale never lets anything pass: it only costs the messages their places and values.
    """
    if source_map is not None and source_map.declared.get(system) == digest(declared):
        return source_map.desired(system)
    return [_nameless(line) for line in sorted(lines_of(declared))]


def _nameless(line: str) -> DesiredResource:
    kind, _, name = line.partition(" ")
    return DesiredResource(kind=kind, name=name, pulumi_name=name, inputs={})


def lines(desired: Iterable[DesiredResource]) -> str:
    """The `declared` text for these resources: one sorted line `kind vendor_name` each."""
    return "\n".join(sorted({f"{item.kind} {item.name}" for item in desired}))
