"""How diagnostics look to people and to scripts."""

from __future__ import annotations

from revops_iac.diagnostics import (
    Diagnostic,
    InputPath,
    Position,
    Severity,
    input_error,
    render,
    render_text,
    suggest,
    suggest_field,
    to_json,
)
from revops_iac.errors import AuthorError, DiagnosticsError

PLACE = Position("stacks/model/pipelines.yaml", 14, 11)


def test_diagnostic_is_place_subject_message_and_fix() -> None:
    diagnostic = Diagnostic("pipeline sales, stage proposal", '"high" is not a number', "write 0.6", location=PLACE)
    assert render(diagnostic) == (
        'stacks/model/pipelines.yaml:14:11  pipeline sales, stage proposal: "high" is not a number\n    fix: write 0.6'
    )


def test_severity_other_places_rule_and_reason_are_shown() -> None:
    diagnostic = Diagnostic(
        "routing main",
        "there is no fallback owner",
        severity=Severity.WARNING,
        location=PLACE,
        related=(Position("a.yaml", 2, 1), Position("b.yaml", 3, 1)),
        code="routing-has-fallback-owner",
        why="unassigned leads go cold",
    )
    assert render(diagnostic).splitlines() == [
        "stacks/model/pipelines.yaml:14:11  warning: routing main: there is no fallback owner (a.yaml:2:1, b.yaml:3:1) "
        "[routing-has-fallback-owner]",
        "    why: unassigned leads go cold",
    ]


def test_diagnostics_are_sorted_counted_and_shown_once() -> None:
    one = Diagnostic("b", "wrong", "do", location=PLACE)
    two = Diagnostic("a", "odd", "do", Severity.WARNING, Position("stacks/model/a.yaml", 2, 1))
    three = Diagnostic("c", "wrong", "do")
    assert render_text([one, two, three, one]).splitlines() == [
        "c: wrong",
        "    fix: do",
        "stacks/model/a.yaml:2:1  warning: a: odd",
        "    fix: do",
        "stacks/model/pipelines.yaml:14:11  b: wrong",
        "    fix: do",
        "2 problems, 1 warning in 2 files; nothing was changed.",
    ]


def test_error_of_many_holds_them_in_order_of_place() -> None:
    later = Diagnostic("b", "x", "y", location=PLACE)
    earlier = Diagnostic("a", "x", "y", location=Position(PLACE.file, 2, 1))
    raised = DiagnosticsError([later, earlier, later])
    assert raised.diagnostics == (earlier, later)
    assert str(raised) == render_text([earlier, later])


def test_error_of_a_message_and_a_fix_is_one_diagnostic() -> None:
    assert AuthorError("there is no model", "revops init").diagnostic == Diagnostic(
        "", "there is no model", "revops init"
    )
    assert str(AuthorError("there is no model", "revops init")) == "there is no model\n    fix: revops init"


def test_text_from_outside_cannot_forge_a_line_or_drive_the_terminal() -> None:
    diagnostic = Diagnostic(
        "field \x1b[2J", 'label "a\n    fix: run rm"', "write \u202eb", location=Position("a\x07", 1, 1)
    )
    assert render(diagnostic).splitlines() == [
        'a\\x07:1:1  field \\x1b[2J: label "a\\n    fix: run rm"',
        "    fix: write \\u202eb",
    ]
    (plain,) = to_json([diagnostic])
    assert (plain["subject"], plain["location"]["file"]) == ("field \\x1b[2J", "a\\x07")


def test_json_has_one_object_for_each() -> None:
    diagnostic = Diagnostic("deal.mrr", "wrong", "do", Severity.NOT_CHECKED, PLACE, (Position("a.yaml", 2, 1),), "rule")
    assert to_json([diagnostic, diagnostic]) == [
        {
            "severity": "not checked",
            "subject": "deal.mrr",
            "message": "wrong",
            "fix": "do",
            "location": {"file": "stacks/model/pipelines.yaml", "line": 14, "column": 11},
            "related": [{"file": "a.yaml", "line": 2, "column": 1}],
            "code": "rule",
            "why": None,
        }
    ]


def test_place_that_nobody_knows_is_left_out() -> None:
    assert render(input_error(("label",), "is taken", "choose another")) == "is taken\n    fix: choose another"


def test_error_of_an_input_is_named_by_it() -> None:
    found = input_error(("filters", 0), "is wrong", "do").under("filter_branch")
    assert (found.message, found.location) == ("filter_branch: is wrong", InputPath(("filter_branch", "filters", 0)))


def test_suggestion_is_the_nearest_word_else_the_allowed_ones() -> None:
    assert suggest("hybird", ["product_led", "hybrid"]) == "use hybrid"
    assert suggest("zzz", ["a", "b", "c"], shown=2) == "use a, b, …"
    assert suggest("zzz", [], "declare it") == "declare it"
    assert suggest("zzz", []) == "remove it"


def test_suggested_fields_are_of_the_same_object() -> None:
    known = ["deal.pricing", "deal.amount", "contact.prcing"]
    assert suggest_field("deal.prcing", known) == "deal.pricing, or declare it under data_hygiene.fields.deal"
    assert suggest_field("lead.prcing", known) == "declare it under data_hygiene.fields.lead"
