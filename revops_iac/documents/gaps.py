"""What the context and the model do not say yet, what each gap costs, and who could answer. Nothing waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from revops_iac.model import Model


@dataclass(frozen=True)
class Gap:
    """A question that the model leaves open."""

    path: str
    question: str
    cost: str
    answered_by: str


ASKED: tuple[tuple[str, Callable[[Model], object], str, str, str], ...] = (
    (
        "context.motion",
        lambda model: model.context.motion,
        "How does the company go to market?",
        "Thresholds and the recalibration date cannot be judged: product-led growth needs a monthly check.",
        "head of marketing",
    ),
    (
        "context.annual_contract_value",
        lambda model: model.context.annual_contract_value,
        "What is the range of annual contract values?",
        "The limit of the deal desk and the benchmark of pipeline velocity have nothing to stand on.",
        "head of sales",
    ),
    (
        "context.sales_cycle_days",
        lambda model: model.context.sales_cycle_days,
        "How long is the sales cycle?",
        "Average days per stage, and with them the stale alert, are guesses.",
        "head of sales",
    ),
    (
        "context.stack.enrichment",
        lambda model: model.context.stack.enrichment,
        "Which sources of data are in use?",
        "Fit is scored on what people type, and stays zero where they type nothing.",
        "marketing operations",
    ),
    (
        "context.stack.scheduling",
        lambda model: model.context.stack.scheduling,
        "Which tool books meetings?",
        "A booked meeting does not count as first contact, so SLAs look missed.",
        "sales operations",
    ),
    (
        "context.current_state",
        lambda model: model.context.current_state,
        "Where does the process stand today?",
        "Nobody can say later what got better.",
        "RevOps",
    ),
    (
        "context.goal",
        lambda model: model.context.goal,
        "What is the process to achieve?",
        "Metrics have no target.",
        "executives",
    ),
    (
        "context.systems.source_of_truth",
        lambda model: len(model.context.systems.managed) < 2 or model.context.systems.source_of_truth,
        "Which CRM wins where two disagree?",
        "Two masters mean conflicting data.",
        "RevOps",
    ),
    (
        "people.holidays",
        lambda model: model.people.holidays,
        "Which days are holidays?",
        "SLA clocks run on holidays, and alert people who are not at work.",
        "people operations",
    ),
    (
        "scoring.calibration",
        lambda model: all(one.calibration and one.calibration.date for one in model.scoring.values()),
        "How did the thresholds do against closed-won history?",
        "Thresholds are guesses: too many or too few MQLs.",
        "marketing operations, with closed deals of the last year",
    ),
    (
        "pipelines.average_days",
        lambda model: all(
            stage.average_days or stage.closed for one in model.pipelines.values() for stage in one.stages.values()
        ),
        "How long does a deal stay in each stage on average?",
        "Deals in these stages are never stale.",
        "sales operations",
    ),
    (
        "metrics.source",
        lambda model: (
            model.metrics is None
            or all(
                one.source or one.calculation not in ("lifetime_value", "arrivals")
                for one in model.metrics.metrics.values()
            )
        ),
        "Where do sales and marketing spend come from?",
        "CAC and LTV:CAC cannot be computed.",
        "finance",
    ),
)
"""Path, what answers it, question, cost, and who could answer."""


def gaps(model: Model) -> list[Gap]:
    """The open questions of a model, in the order in which they matter."""
    return [Gap(path, question, cost, who) for path, answer, question, cost, who in ASKED if not answer(model)]
