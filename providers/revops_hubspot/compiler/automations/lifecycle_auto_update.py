"""Lifecycle auto-update: a person who meets the criteria of a stage is advanced to it, never back."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.automations.enrollment import Moment
from revops_hubspot.compiler.automations.steps import branch, case, set_property, stamp
from revops_hubspot.compiler.terms.names import LIFECYCLE_PROPERTY
from revops_hubspot.filters.leaves import known, none_of, unknown
from revops_hubspot.filters.tree import Tree, all_of
from revops_hubspot.workflows.steps import Step
from revops_iac.model.condition import And, Compare, Condition, Op


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow for each stage with criteria of its own; with `enrolls_when`, for the stage that it leads to."""
    targets = _targets(automation)
    for key, condition in targets.items():
        label = automation.lifecycle().stages[key].label
        one = automation.workflow.enrolls_when is not None
        yield automation.flow(
            "contact",
            _enrolls(automation, key, condition),
            _advance(automation, key),
            "" if one else key,
            automation.title if one else f"{automation.title}: {label}",
            () if one else automation.lifecycle().stages[key].was,
        )


def _targets(automation: Automation) -> dict[str, Condition]:
    stages = automation.lifecycle().stages
    criteria = {key: stage.entry_when for key, stage in stages.items() if stage.entry_when is not None}
    desired = automation.workflow.enrolls_when
    if desired is None:
        return criteria
    found = {key: condition for key, condition in criteria.items() if condition == desired}
    if not found:
        message = f'"{desired.render()}" is not the entry_when of any stage, so it leads nowhere'
        raise automation.missing(message, "give the stage that it leads to the same entry_when", "enrolls_when")
    return found


def _enrolls(automation: Automation, key: str, condition: Condition) -> Tree:
    """Meets the criteria, has the required fields, and stands at an earlier stage."""
    compilation, stages = automation.compilation, automation.lifecycle().stages
    path = ("lifecycle", "stages", key, "entry_when")
    when = compilation.filters("contact").tree(condition, path)
    before = automation.lifecycle().order.before(key)
    earlier = none_of(LIFECYCLE_PROPERTY, [automation.stage_value(one) for one in stages if one not in before])
    needed = [one for one in compilation.model.required_fields(key) if one.object == "contact"]
    filled = [known(compilation.names.property(one)) for one in needed]
    return automation.since_go_live(all_of(when, earlier, *filled), _moment(automation, condition))


def _moment(automation: Automation, condition: Condition) -> Moment:
    """When the criteria were met: the date that they ask for. Else when they were last moved, which is by engagement:

    no property says when a calculated one became true.
    """
    engaged = [entry.fields.last_engaged for entry in automation.compilation.model.scoring.values()]
    return automation.moment(*_dates(automation, condition), *engaged)


def _dates(automation: Automation, condition: Condition) -> list[str]:
    """The dates that must be known for the condition to hold."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    known = [part.field for part in parts if isinstance(part, Compare) and part.op is Op.KNOWN]
    return [field for field in known if automation.compilation.names.field(field).type in ("date", "datetime")]


def _advance(automation: Automation, key: str) -> list[Step]:
    """Sets the stage and its dates. The date of a stage is that of the first entry, a clock that of the latest."""
    lifecycle = automation.lifecycle()
    stage, clocks = lifecycle.stages[key], lifecycle.clocks(key)
    steps: list[Step] = [set_property(LIFECYCLE_PROPERTY, automation.stage_value(key))]
    steps += [stamp(automation.property(clock)) for clock in clocks]
    if stage.date_field is None or stage.date_field in clocks:
        return steps
    date = automation.property(stage.date_field)
    first_time = case("First time", unknown(date), "contacts", stamp(date))
    return [*steps, branch([first_time], default_name="Again")]
