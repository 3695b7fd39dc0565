"""The source map ties places and values to a declared text, and never lets anything pass by being absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_iac.diagnostics import Position
from revops_iac.provider.live_object import DesiredResource
from revops_iac.state.source_map import SourceMap, digest, lines, map_path, read_source_map, trusted_desired

PLACE = Position("stacks/model/a.yaml", 3, 5)
FIT = DesiredResource("Property", "contacts.fit", "contacts.fit", {"label": "Fit"}, PLACE, {"label": PLACE.right(7)})
DECLARED = lines([FIT])


def source_map(declared: str = DECLARED) -> SourceMap:
    places = {"scoring.main": Position("a.yaml", 1, 1)}
    return SourceMap({"hubspot": digest(declared)}, {"urn:1": FIT}, places, {"urn:1": "hubspot"})


def test_map_survives_the_file(tmp_path: Path) -> None:
    source_map().write("dev", tmp_path)
    assert read_source_map("dev", tmp_path) == source_map()


@pytest.mark.parametrize("content", [None, "not json", "{}", '{"resources": {"urn:1": {"kind": "x"}}}'])
def test_map_that_cannot_be_read_is_no_map(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        map_path("dev", tmp_path).parent.mkdir(parents=True)
        map_path("dev", tmp_path).write_text(content, encoding="utf-8")
    assert read_source_map("dev", tmp_path) is None


def test_current_map_gives_values_and_places() -> None:
    assert trusted_desired(source_map(), "hubspot", DECLARED) == [FIT]


@pytest.mark.parametrize("live", [None, source_map("Property contacts.other")])
def test_missing_or_stale_map_leaves_names_alone(live: SourceMap | None) -> None:
    assert trusted_desired(live, "hubspot", DECLARED) == [
        DesiredResource("Property", "contacts.fit", "contacts.fit", {})
    ]


def test_place_of_a_path_is_that_of_the_nearest_entry_above() -> None:
    assert source_map().position_of("scoring.main.negative") == Position("a.yaml", 1, 1)
    assert source_map().position_of("routing") is None
