"""An environment's overlay changes only what may differ between environments."""

from __future__ import annotations

from fnmatch import fnmatchcase

from revops_iac.diagnostics import Diagnostic
from revops_iac.model.subject import subject as words
from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds what the overlay of the environment sets or removes and is not under `allowed`."""
    if subject.overlaid is None:
        if subject.model.model_fields_set:
            message = "what the environment's overlay changes is not known: this folder has no source map of the stack"
            yield Diagnostic("overlay", message, "run pulumi preview here")
        return
    allowed = [str(pattern) for pattern in parameters["allowed"]]
    for path, position in subject.overlaid.items():
        if not any(_covers(pattern, path) for pattern in allowed):
            message = "an overlay changes it, so the environments run different processes"
            fix = "change the model itself, or add the path to `allowed` of environments-differ-where-allowed"
            yield Diagnostic(words(path.split(".")), message, fix, location=position)


def _covers(pattern: str, path: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")


RULE = Rule(
    title="Environments differ where allowed",
    why="what was tried in a sandbox proves nothing about a production that runs another process",
    applies_to="overlays",
    check=check,
    severity="medium",
    parameters={
        "allowed": [
            "context.company",
            "people.identities",
            "people.stand_in",
            "people.queues.*.email",
            "automation.workflows.*.enabled",
        ]
    },
    passing="automation: {workflows: {stale: {does: stale_deal}}}",
    failing=scoring_model("thresholds: {fit: 50, engagement: 40}"),
    failing_overlay="scoring: {main: {thresholds: {fit: 10}}}",
)
