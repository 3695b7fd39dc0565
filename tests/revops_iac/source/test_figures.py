"""Figures in texts: names become figures; a repeated figure or unknown name is reported with the line to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_iac.source.load import Loaded, load

MODEL = """
lifecycle:
  handoffs:
    mql_to_sql:
      sla: {{first_contact: 4 business hours, decide: 48 hours}}
      on_breach: "{on_breach}"
  recycle: {{status: recycled, back_to: lead, nurture: {{label: Slow, every_days: 14}}}}
  stages: {{lead: {{label: Lead, exit: "{exit}"}}}}
  lead_statuses: {{recycled: Recycled}}
automation:
  workflows:
    breach: {{does: sla_breach, settings: {{handoff: mql_to_sql}}, trigger: "{trigger}"}}
    again: {{does: recycled_reentry, outcome: "mailed every {{nurture}}"}}
routing:
  inbound:
    rules: {{}}
    speed_to_lead: {{target_minutes: 5, cold_after_hours: 24}}
"""


def loaded(folder: Path, on_breach: str = "", exit: str = "", trigger: str = "") -> Loaded:
    (folder / "model").mkdir()
    text = MODEL.format(on_breach=on_breach, exit=exit, trigger=trigger)
    (folder / "model" / "all.yaml").write_text(text, encoding="utf-8")
    return load(folder)


def test_names_become_the_figures_of_the_entry(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        on_breach="after {sla.decide} it escalates",
        exit="decided within {mql_to_sql.sla.decide}",
        trigger="no call after {sla}: the {sla.amount}-{sla.unit} task",
    )
    model = found.model
    assert model.lifecycle is not None
    assert model.automation is not None
    assert model.lifecycle.handoffs["mql_to_sql"].on_breach == "after 48 hours it escalates"
    assert model.lifecycle.stages["lead"].exit == "decided within 48 hours"
    assert model.automation.workflows["breach"].trigger == "no call after 4 business hours: the 4-hour task"
    assert model.automation.workflows["again"].outcome == "mailed every 14 days"
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            "after 4 business hours",
            '"4 business hours" repeats a figure (sla: 4 business hours)',
            "write {sla} instead",
        ),
        ("the 4-hour task", '"4-hour" repeats a figure (sla: 4', "write {sla.amount}-{sla.unit} instead"),
        ("after 48 hours", '"48 hours" repeats a figure (sla.decide: 48 hours)', "write {sla.decide} instead"),
        ("after {slaa}", '"{slaa}" names no figure', "sla, or declare the figure"),
    ],
)
def test_what_repeats_a_figure_or_names_none_is_said_with_the_line(
    tmp_path: Path, text: str, message: str, fix: str
) -> None:
    (warning,) = loaded(tmp_path, trigger=text).warnings
    assert warning.message.startswith(message)
    assert fix in (warning.fix or "")
    assert str(warning.location).endswith("model/all.yaml:12:74")


def test_other_figures_than_those_of_the_entry_are_no_repetition(tmp_path: Path) -> None:
    assert loaded(tmp_path, on_breach="after 14 hours and 148 hours", exit="in 48 hours").warnings == ()
