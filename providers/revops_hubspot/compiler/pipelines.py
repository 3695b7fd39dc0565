"""Deal pipelines with their stages. They exist even where another CRM runs them: its deals are synced into them."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.compilation import Compilation, entry_declaration
from revops_iac.declaration import Declaration


def pipelines(compilation: Compilation) -> Iterator[Declaration]:
    """One pipeline per entry; its id and those of its stages are ours, `<pipeline>_<stage>`."""
    names = compilation.names
    for key, pipeline in compilation.model.pipelines.items():
        stages = [
            {"id": names.stage(key, stage_key), "label": stage.label, "probability": float(stage.probability)}
            for stage_key, stage in pipeline.stages.items()
        ]
        inputs = {
            "object": "deals",
            "name": names.pipeline(key),
            "label": pipeline.label,
            "stages": stages,
        }
        yield entry_declaration("Pipeline", "deals.{}", key, pipeline, ("pipelines", key), inputs)
