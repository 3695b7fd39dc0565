"""How problems look to people."""

from __future__ import annotations

from revops_iac.diagnostics import ModelProblems, Position, Problem, render, suggest, suggest_field

PLACE = Position("stacks/model/pipelines.yaml", 14, 11)


def test_problem_is_place_subject_and_fix() -> None:
    problem = Problem(PLACE, "pipeline sales, stage proposal", '"high" is not a number', "write 0.6", "0 to 1")
    assert problem.render() == (
        'stacks/model/pipelines.yaml:14:11  pipeline sales, stage proposal: "high" is not a number, 0 to 1\n'
        "    fix: write 0.6"
    )


def test_problems_are_sorted_counted_and_said_once() -> None:
    one = Problem(PLACE, "b", "said", "do")
    two = Problem(Position("stacks/model/a.yaml", 2, 1), "a", "said", "do")
    three = Problem(None, "c", "said", "do")
    assert render([one, two, three, one]).splitlines() == [
        "c: said",
        "    fix: do",
        "stacks/model/a.yaml:2:1  a: said",
        "    fix: do",
        "stacks/model/pipelines.yaml:14:11  b: said",
        "    fix: do",
        "3 problems in 2 files; nothing was changed.",
    ]


def test_model_problems_hold_them_in_order_of_place() -> None:
    later, earlier = Problem(PLACE, "b", "x", "y"), Problem(Position(PLACE.file, 2, 1), "a", "x", "y")
    raised = ModelProblems([later, earlier])
    assert raised.problems == [earlier, later]
    assert str(raised) == render([earlier, later])


def test_suggestion_is_the_nearest_word_else_the_allowed_ones() -> None:
    assert suggest("hybird", ["product_led", "hybrid"]) == "use hybrid"
    assert suggest("zzz", ["a", "b", "c"], shown=2) == "use a, b, …"
    assert suggest("zzz", [], "declare it") == "declare it"
    assert suggest("zzz", []) == "remove it"


def test_suggested_fields_are_of_the_same_object() -> None:
    known = ["deal.pricing", "deal.amount", "contact.prcing"]
    assert suggest_field("deal.prcing", known) == "deal.pricing, or declare it under data_hygiene.fields.deal"
    assert suggest_field("lead.prcing", known) == "declare it under data_hygiene.fields.lead"
