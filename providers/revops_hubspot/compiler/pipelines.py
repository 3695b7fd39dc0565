"""Deal pipelines with their stages. They exist even where another CRM runs them: its deals are synced into them."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.terms.compilation import Compilation, entry_declaration
from revops_hubspot.compiler.terms.names import SYSTEM
from revops_hubspot.inputs import PipelineInputs, PipelineStage
from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.provider.declaration import Declaration


def pipelines(compilation: Compilation) -> Iterator[Declaration]:
    """One pipeline per entry; its id and those of its stages are ours, `<pipeline>_<stage>`."""
    names = compilation.names
    compilation.diagnostics.extend(_renamed_stages(compilation))
    for key, pipeline in compilation.model.pipelines.items():
        stages = [
            PipelineStage(id=names.stage(key, stage_key), label=stage.label, probability=float(stage.probability))
            for stage_key, stage in pipeline.stages.items()
        ]
        inputs = PipelineInputs(object="deals", name=names.pipeline(key), label=pipeline.label, stages=stages)
        yield entry_declaration("Pipeline", "deals.{}", key, pipeline, ("pipelines", key), inputs)


def _renamed_stages(compilation: Compilation) -> Iterator[Diagnostic]:
    """A stage is part of its pipeline, and its id is for life [O]: renamed, it would be another stage without deals."""
    names = compilation.names
    for key, pipeline in compilation.model.pipelines.items():
        for stage_key, stage in pipeline.stages.items():
            if stage.was and stage.vendor_name_on(SYSTEM) is None:
                pinned = not pipeline.was or pipeline.vendor_name_on(SYSTEM)
                live = names.pipeline(key) if pinned else f"{names.prefix}{pipeline.was[0]}"
                yield model_error(
                    ("pipelines", key, "stages", stage_key),
                    '"was" renames it, but the id of a HubSpot stage cannot change after creation',
                    f"put beside it: vendor_name: {{{SYSTEM}: {live}_{stage.was[0]}}}",
                )
