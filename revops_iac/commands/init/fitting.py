"""Defaults of the starter that fit the answers, each with the reason that its comment gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from revops_iac.commands.init.answers import CYCLE_DAYS

LONG_CYCLE_DAYS = 120
SMALL, LARGE = 5_000, 50_000
"""Annual contract values below which small companies buy, and from which large ones do."""
OPEN_STAGES = 2


def fitted(values: Mapping[str, Any], from_document: Mapping[str, Any]) -> dict[str, object]:
    """Template values for scoring, pipeline and nurture."""
    motion = str(values["motion"] or from_document.get("motion") or "hybrid")
    known = values["sales_cycle_days"] or from_document.get("sales_cycle_days")
    cycle = int(known or CYCLE_DAYS[motion])
    of_cycle = f"{cycle} days" if known else f"{cycle} days, a guess for {motion.replace('_', '-')} selling"
    return {
        "motion_shown": motion,
        "stage_days": max(1, cycle // OPEN_STAGES),
        "stage_days_why": f"Half of the sales cycle ({of_cycle}), for two open stages; replace it by your history.",
        "nurture_days": 30 if cycle <= LONG_CYCLE_DAYS else cycle // 4,
        **_decay(cycle, of_cycle),
        **_thresholds(motion),
        **_sizes(_contract_value(values, from_document)),
    }


def _decay(cycle: int, of_cycle: str) -> dict[str, object]:
    if cycle <= LONG_CYCLE_DAYS:
        return {"decay_after": 30, "decay_why": f"Interest is old after a month with a sales cycle of {of_cycle}."}
    return {
        "decay_after": cycle // 4,
        "decay_why": f"A quarter of the sales cycle ({of_cycle}): interest lasts longer.",
    }


def _thresholds(motion: str) -> dict[str, object]:
    if motion == "product_led":
        why = "Product-led: what people do counts more than who they are."
        return {"fit_threshold": 40, "engagement_threshold": 50, "thresholds_why": why}
    why = "Sales-led: a rep's time goes to companies that fit." if motion == "sales_led" else "Hybrid: fit first."
    return {"fit_threshold": 50, "engagement_threshold": 40, "thresholds_why": why}


def _contract_value(values: Mapping[str, Any], from_document: Mapping[str, Any]) -> float | None:
    """The middle of the range, in whole units."""
    if values["contract_value"]:
        low, high = values["contract_value"]
        return float(low + high) / 2
    if found := from_document.get("contract_value"):
        return float(found["low"]["amount"] + found["high"]["amount"]) / 2
    return None


def _sizes(middle: float | None) -> dict[str, object]:
    if middle is None:
        return {"large": 200, "medium": 50, "sizes_why": "For contracts of medium value; set yours in context.yaml."}
    if middle < SMALL:
        return {
            "large": 50,
            "medium": 10,
            "sizes_why": f"Contracts of about {middle:,.0f} a year: small companies buy.",
        }
    if middle >= LARGE:
        why = f"Contracts of about {middle:,.0f} a year: large companies buy."
        return {"large": 1_000, "medium": 200, "sizes_why": why}
    return {
        "large": 200,
        "medium": 50,
        "sizes_why": f"Contracts of about {middle:,.0f} a year: mid-size companies buy.",
    }
