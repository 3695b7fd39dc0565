"""Every stage has a way in, a way out and an owner."""

from __future__ import annotations

from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds stages that lack one of the three, and scoring or automation without any lifecycle."""
    yield from _of_pipelines(subject)
    lifecycle = subject.model.lifecycle
    if lifecycle is None or not lifecycle.stages:
        if subject.model.scoring or subject.model.automation is not None:
            yield broken("lifecycle", "there are no lifecycle stages", "define them under lifecycle.stages")
        return
    for key, stage in lifecycle.stages.items():
        missing = [
            word
            for word, value in {
                "entry criteria": stage.entry or stage.entry_when,
                "exit criteria": stage.exit or stage.exit_when,
                "an owner": stage.owner,
            }.items()
            if not value
        ]
        if missing:
            yield broken(
                f"lifecycle.stages.{key}",
                f"it has no {' and no '.join(word.removeprefix('an ') for word in missing)}",
                "add entry, exit and owner; a stage that nobody can enter or leave on purpose is skipped",
            )


def _of_pipelines(subject: Subject) -> Violations:
    """Open stages of deals without a way out, and pipelines that deals cannot leave."""
    for key, pipeline in subject.model.pipelines.items():
        for name, stage in pipeline.stages.items():
            if stage.closed is None and not stage.exit:
                fix = "add exit: when a deal leaves the stage, in words"
                yield broken(f"pipelines.{key}.stages.{name}", "it has no exit criteria", fix)
        for end in ("won", "lost") if pipeline.stages else ():
            if not any(stage.closed == end for stage in pipeline.stages.values()):
                fix = f"add a stage with closed: {end}"
                yield broken(f"pipelines.{key}.stages", f"a deal that is {end} has no stage to go to", fix)


RULE = Rule(
    title="Every stage has entry, exit and owner",
    why="undefined stages are skipped",
    applies_to="lifecycle.stages, pipelines.*.stages",
    check=check,
    passing="""
lifecycle: {stages: {lead: {label: Lead, entry: name and email known, exit: reaches the threshold, owner: marketing}}}
people: {teams: {marketing: {label: Marketing}}}
""",
    failing="lifecycle: {stages: {lead: {label: Lead, entry: name and email known}}}",
)
