"""Pipeline rules applied to record writes: no skipping, no moving backwards, creation in some stages only.

The rules exist by API since 2026-09 [D id 71108165139]. Whether they apply to record writes by API is not known,
nor the text of the error [?]: the switch `hubspot.pipeline_rules_enforced` decides, and the texts are our own.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.properties.values import InvalidValue, refusal

CODE = "PIPELINE_RULE_VIOLATION"  # [?]


def check_movement(rules: JsonObject, pipeline: JsonObject, stage_name: str, before: str | None, after: str) -> None:
    """Refuse a move between stages of a pipeline, or a creation in one, that its rules forbid."""
    problems = [InvalidValue(CODE, message) for message in _broken(rules, pipeline, before, after)]
    if problems:
        raise refusal([(stage_name, problem) for problem in problems])


def _broken(rules: JsonObject, pipeline: JsonObject, before: str | None, after: str) -> Iterator[str]:
    stages = sorted(pipeline["stages"], key=lambda stage: int(stage["displayOrder"]))
    order = [str(stage["id"]) for stage in stages]
    if before not in order:
        created_in = rules["objectCreationRule"]["pipelineStageIds"]
        if before is None and created_in and after not in created_in:
            yield f"records cannot be created in stage {after} of pipeline {pipeline['id']}"
        return
    start, end = order.index(before), order.index(after)
    if end < start and _holds(rules["noBackwardsMovementRule"], before):
        yield f"records cannot move backwards from stage {before}"
    skipped = [stage for stage in order[start + 1 : end] if _holds(rules["noSkippingStagesRule"], stage)]
    if skipped and not _is_closed(stages[end]):
        yield f"records cannot skip stage {skipped[0]}"


def _holds(rule: JsonObject, stage: str) -> bool:
    return bool(rule["enabledForAllStages"] or stage in rule["pipelineStageIds"])


def _is_closed(stage: JsonObject) -> bool:
    """Won and lost can be reached from everywhere [?]."""
    metadata = stage.get("metadata") or {}
    return metadata.get("isClosed") == "true" or metadata.get("ticketState") == "CLOSED"
