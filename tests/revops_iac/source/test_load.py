"""What the loader accepts, and the exact words of what it refuses."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from revops_iac.diagnostics import Position
from revops_iac.errors import DiagnosticsError
from revops_iac.source.load import Loaded, load

FIELDS = """
data_hygiene:
  fields:
    contact:
      email: {label: Email, type: email, standard: {hubspot: email, salesforce: Email}}
      region: {label: Region, type: picklist, options: {amer: AMER, emea: EMEA}}
      employees: {label: Employees, type: number}
"""


@pytest.fixture
def write(tmp_path: Path):
    """Writes files below stacks/ and returns that folder."""

    def _write(**files: str) -> Path:
        stacks = tmp_path / "stacks"
        for name, text in files.items():
            folder = "overlays" if name in ("dev", "prod") else "model"
            path = stacks / folder / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return stacks

    return _write


def refusal(stacks: Path, environment: str | None = None) -> str:
    with pytest.raises(DiagnosticsError) as raised:
        load(stacks, environment)
    return str(raised.value)


def test_unknown_key_is_refused_with_the_nearest_allowed_one(write) -> None:
    stacks = write(context="context: {compny: Northwind}\n")
    assert refusal(stacks) == (
        'stacks/model/context.yaml:1:11  context: unknown key "compny"\n'
        "    fix: use company\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_unknown_key_without_a_near_one_lists_what_is_allowed(write) -> None:
    stacks = write(people="people:\n  holidays:\n    may: {date: 2027-05-01, label: May, zzz: 1}\n")
    assert refusal(stacks).splitlines()[:2] == [
        'stacks/model/people.yaml:3:41  holiday may: unknown key "zzz"',
        "    fix: use date, label, business_hours",
    ]


def test_unknown_section_lists_topics_and_systems(write) -> None:
    stacks = write(context="contxt: {}\nzzz: {}\n")
    assert refusal(stacks) == (
        'stacks/model/context.yaml:1:1  model: unknown section "contxt"\n'
        "    fix: use context\n"
        'stacks/model/context.yaml:2:1  model: unknown section "zzz"\n'
        "    fix: use context, people, lifecycle, scoring, routing, pipelines, automation, deal_desk, data_hygiene, "
        "metrics, hubspot, salesforce\n"
        "2 problems in 1 file; nothing was changed."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "context: {sales_cycle_days: long}",
            '1:29  context, sales_cycle_days: "long" is not a whole number\n    fix: write a whole number',
        ),
        (
            "context: {company: 12}",
            '1:20  context, company: 12 is not a text\n    fix: put it in quotes: "12"',
        ),
        (
            "context: {systems: [hubspot]}",
            "1:20  context, systems: a list is not a mapping\n    fix: write a mapping",
        ),
        (
            "automation: {workflows: {a: {does: stale_deal, enabled: yes}}}",
            '1:57  workflow a, enabled: "yes" is not true or false\n'
            "    fix: write true or false; yes, no, on and off are texts",
        ),
        (
            "context: {motion: hybird}",
            '1:19  context, motion: "hybird" is not one of product_led, sales_led, hybrid\n    fix: use hybrid',
        ),
        (
            "people: {holidays: {a: {date: 2027-02-30, label: A}}}",
            '1:31  holiday a, date: "2027-02-30" is not a date\n    fix: write it as 2027-01-15',
        ),
        (
            "lifecycle: {handoffs: {a: {sla: {b: soon}}}}",
            '1:37  lifecycle, handoff a, sla, b: "soon" is not a length of time\n'
            "    fix: write it as 48 hours, 4 business hours, 5 business days or 24 months",
        ),
        (
            "pipelines: {a: {label: A, stages: {b: {label: B, probability: 20}}}}",
            "1:63  pipeline a, stage b, probability: 20 is out of range\n    fix: it must be less than or equal to 1",
        ),
        (
            "routing: {a: {rules: {b: {method: territory, assign: {}}}}}",
            "1:46  routing a, rule b, assign: must name exactly one\n    fix: write person, team, queue",
        ),
        (
            "data_hygiene: {fields: {contact: {a: {label: A, type: text, standard: {hubspot: [a]}}}}}",
            "1:81  field contact.a, standard, hubspot: a list is not a vendor field\n"
            "    fix: write its name, or {VendorObject: name} where objects differ",
        ),
        (
            "metrics: {metrics: {a: {label: A, formula: a, unit: ratio, fields: [email]}}}",
            '1:69  metric a, fields item 1: "email" is not a field reference\n'
            "    fix: write object.key, with object contact, company, deal or lead",
        ),
    ],
)
def test_wrong_value_says_what_is_allowed(write, text: str, expected: str) -> None:
    stacks = write(a=text + "\n")
    assert refusal(stacks) == f"stacks/model/a.yaml:{expected}\n1 problem in 1 file; nothing was changed."


def test_missing_key_points_at_the_entry(write) -> None:
    stacks = write(people="people:\n  persons:\n    maya: {name: Maya}\n")
    assert refusal(stacks) == (
        'stacks/model/people.yaml:3:5  person maya: "email" is missing\n'
        "    fix: add email:\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_bad_key_is_refused_with_the_rule(write) -> None:
    stacks = write(people="people: {persons: {Maya-Chen: {name: Maya, email: m@n.example}}}\n")
    assert refusal(stacks) == (
        'stacks/model/people.yaml:1:20  people, persons: "Maya-Chen" cannot be a key\n'
        "    fix: rename it; keys are small letters and digits, joined by underscores, at most 32 characters\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_key_of_33_characters_is_refused(write) -> None:
    stacks = write(people=f"people: {{persons: {{{'a' * 33}: {{name: Maya, email: m@n.example}}}}}}\n")
    assert f'"{"a" * 33}" cannot be a key' in refusal(stacks)


def test_unknown_object_of_a_field_is_refused(write) -> None:
    stacks = write(a="data_hygiene: {fields: {contacts: {}}}\n")
    assert refusal(stacks).splitlines()[:2] == [
        'stacks/model/a.yaml:1:25  data_hygiene, fields: "contacts" cannot be a key',
        "    fix: use contact",
    ]


def test_duplicate_key_in_a_file_names_both_places(write) -> None:
    stacks = write(context="context:\n  company: A\n  company: B\n")
    assert refusal(stacks) == (
        'stacks/model/context.yaml:3:3  key "company": is already defined (stacks/model/context.yaml:2:3)\n'
        "    fix: remove one of them, or rename it\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_duplicate_entry_in_two_files_is_one_problem_naming_both_places(write) -> None:
    person = "people: {persons: {maya: {name: Maya, email: m@n.example}}}\n"
    stacks = write(one=person, two=person)
    assert refusal(stacks) == (
        'stacks/model/two.yaml:1:27  person maya: "name" and 1 more is already defined ('
        "stacks/model/one.yaml:1:27)\n"
        "    fix: remove one of them, or rename it\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_bad_yaml_is_reported_with_its_place_and_the_other_files_are_still_read(write) -> None:
    stacks = write(a="context: {company: [\n", b="context: {motion: x}\n")
    lines = refusal(stacks).splitlines()
    assert lines[0] == (
        "stacks/model/a.yaml:2:1  a.yaml: is not YAML: while parsing a flow node, did not find expected node content"
    )
    assert lines[2].startswith("stacks/model/b.yaml:1:19  context, motion:")
    assert lines[-1] == "2 problems in 2 files; nothing was changed."


def test_top_level_must_be_a_mapping(write) -> None:
    stacks = write(a="- context\n")
    assert (
        refusal(stacks).splitlines()[0] == "stacks/model/a.yaml:1:1  a.yaml: the top level must be a mapping of topics"
    )


def test_missing_directory_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "stacks") == (
        "stacks/model: there is no such folder\n"
        "    fix: run the command in the project's folder, or create one with revops init\n"
        "1 problem; nothing was changed."
    )


def test_directory_without_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "stacks" / "model").mkdir(parents=True)
    assert refusal(tmp_path / "stacks").splitlines()[0] == "stacks/model: holds no YAML file"


def test_unknown_environment_lists_those_that_exist(write) -> None:
    stacks = write(context="context: {company: A}\n", dev="{}\n", prod="{}\n")
    assert refusal(stacks, "qa") == (
        'environment "qa": there is no such overlay in stacks/overlays\n'
        "    fix: dev, prod, or add the file\n"
        "1 problem; nothing was changed."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "lifecycle: {stages: {mql: {label: MQL, date_field: contact.mql_dat}}}",
            '1:52  lifecycle, stage mql, date_field: "contact.mql_dat" is not a field of the model\n'
            "    fix: contact.email, contact.region, contact.employees, "
            "or declare it under data_hygiene.fields.contact",
        ),
        (
            "pipelines: {a: {label: A, stages: {b: {label: B, probability: 1, required_fields: [contact.emial]}}}}",
            '1:84  pipeline a, stage b, required_fields item 1: "contact.emial" is not a field of the model\n'
            "    fix: contact.email, or declare it under data_hygiene.fields.contact",
        ),
        (
            "lifecycle: {stages: {mql: {label: MQL}}, handoffs: {a: {from_stage: mkl}}}",
            '1:69  lifecycle, handoff a, from_stage: lifecycle stage "mkl" is not declared\n'
            "    fix: mql, or declare it under lifecycle.stages",
        ),
        (
            "people: {persons: {maya: {name: M, email: m@n.example, manager: mya}}}",
            '1:65  person maya, manager: person "mya" is not declared\n'
            "    fix: maya, or declare it under people.persons",
        ),
        (
            "people: {teams: {sdr: {label: SDR}}}\n"
            "routing: {a: {rules: {b: {method: territory, assign: {team: sdrs}}}}}",
            '2:61  routing a, rule b, assign, team: team "sdrs" is not declared\n'
            "    fix: sdr, or declare it under people.teams",
        ),
        (
            "routing: {a: {fallback: {queue: unassigned}}}",
            '1:33  routing a, fallback, queue: queue "unassigned" is not declared\n'
            "    fix: declare it under people.queues",
        ),
        (
            "scoring: {}\npipelines: {a: {label: A, applies_to: {product: [x]}}}",
            '2:40  pipeline a, applies_to: dimension "product" is not declared\n'
            "    fix: declare it under context.dimensions",
        ),
        (
            "context: {dimensions: {product: {values: [one, two]}}}\n"
            "pipelines: {a: {label: A, applies_to: {product: [too]}}}",
            '2:50  pipeline a, applies_to, product item 1: "too" is not a value of dimension product\n'
            "    fix: two, or add it to context.dimensions.product.values",
        ),
        (
            "context: {systems: {managed: [hubspot], source_of_truth: salesforce}}",
            '1:58  context, systems, source_of_truth: "salesforce" is not a managed system\n'
            "    fix: hubspot, or add it to context.systems.managed",
        ),
        (
            "lifecycle: {runs_on: hubspt}",
            '1:22  lifecycle, runs_on: there is no provider for system "hubspt"\n    fix: use hubspot',
        ),
        (
            "people: {identities: {mya: {hubspot: m@n.example}}}",
            '1:23  people, identities: person "mya" is not declared\n    fix: declare it under people.persons',
        ),
        (
            "context: {time_zone: America/New_Yrok}",
            '1:22  context, time_zone: "America/New_Yrok" is not a time zone\n'
            "    fix: America/New_York, or a name of the IANA time zone database",
        ),
    ],
)
def test_reference_to_what_is_not_declared_is_refused(write, text: str, expected: str) -> None:
    stacks = write(a=text + "\n", fields=FIELDS)
    assert refusal(stacks) == f"stacks/model/a.yaml:{expected}\n1 problem in 1 file; nothing was changed."


def test_cycle_of_managers_is_refused(write) -> None:
    stacks = write(
        people="""
        people:
          persons:
            ann: {name: Ann, email: a@n.example, manager: bob}
            bob: {name: Bob, email: b@n.example, manager: ann}
        """
    )
    assert refusal(stacks) == (
        "stacks/model/people.yaml:3:51  person ann, manager: the managers form a cycle: ann -> bob -> ann\n"
        "    fix: remove one manager of these\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_cycle_of_mirrors_is_refused(write) -> None:
    stacks = write(
        a="""
        data_hygiene:
          fields:
            contact: {size: {label: Size, type: number, mirror_of: company.size}}
            company: {size: {label: Size, type: number, mirror_of: contact.size}}
        """
    )
    assert refusal(stacks).splitlines()[0] == (
        "stacks/model/a.yaml:3:60  field contact.size, mirror_of: "
        "the mirrors form a cycle: contact.size -> company.size -> contact.size"
    )


def test_bad_condition_points_inside_the_text(write) -> None:
    stacks = write(a='lifecycle: {stages: {mql: {label: MQL, entry_when: "contact.email maybe"}}}\n', fields=FIELDS)
    assert refusal(stacks) == (
        'stacks/model/a.yaml:1:67  lifecycle, stage mql, entry_when: "maybe" is not an operator\n'
        "    fix: one of =, !=, <, <=, >, >=, is between, is not between, is any of, is none of, contains any of, "
        "starts with any of, ends with any of, is known, is unknown, is true, is false, in region, "
        "within the last 7 days, more than 30 days ago, is today, is empty\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_a_misspelled_key_is_not_missing_too(write) -> None:
    stacks = write(a="lifecycle: {stages: {mql: {labl: MQL}, sql: {label: SQL}}}\n")
    assert refusal(stacks) == (
        'stacks/model/a.yaml:1:28  lifecycle, stage mql: unknown key "labl"\n    fix: use label\n'
        "1 problem in 1 file; nothing was changed."
    )


def test_a_shared_value_is_read_everywhere_and_its_mistake_told_at_the_anchor(write) -> None:
    text = """
    x-stage: &stage
      label: Shared
      owner: maia
    lifecycle:
      stages:
        mql: *stage
        sql: {<<: *stage, label: SQL}
    people: {teams: {maia: {label: Maia}}}
    """
    lifecycle = load(write(a=text)).model.lifecycle
    assert lifecycle is not None
    assert [(key, one.label, one.owner) for key, one in lifecycle.stages.items()] == [
        ("mql", "Shared", "maia"),
        ("sql", "SQL", "maia"),
    ]
    refused = refusal(write(a=text.replace("owner: maia", "owner: maya")))
    assert [line.partition(":")[2].partition("  ")[0] for line in refused.splitlines()[::2]][:2] == ["3:10", "3:10"]


def test_condition_on_an_unknown_field_is_refused(write) -> None:
    stacks = write(a="lifecycle: {stages: {mql: {label: MQL, entry_when: contact.regoin = emea}}}\n", fields=FIELDS)
    assert refusal(stacks).splitlines()[:2] == [
        'stacks/model/a.yaml:1:52  lifecycle, stage mql, entry_when: "contact.regoin" is not a field of the model',
        "    fix: contact.region, or declare it under data_hygiene.fields.contact",
    ]


def test_was_that_is_still_a_key_is_refused(write) -> None:
    stacks = write(
        people="""
        people:
          teams:
            sdr: {label: SDR}
            sales: {label: Sales, was: sdr}
        """
    )
    assert refusal(stacks) == (
        'stacks/model/people.yaml:4:32  team sales, was: "sdr" is still a key here '
        "(stacks/model/people.yaml:3:5)\n"
        '    fix: remove "sdr", or remove it from was\n'
        "1 problem in 1 file; nothing was changed."
    )


def test_was_claimed_twice_is_refused(write) -> None:
    stacks = write(people="people: {teams: {a: {label: A, was: old}, b: {label: B, was: [older, old]}}}\n")
    assert refusal(stacks).splitlines()[0] == (
        'stacks/model/people.yaml:1:57  team b, was: "old" is also an earlier key of a (stacks/model/people.yaml:1:37)'
    )


def test_all_problems_come_at_once_in_order_of_place(write) -> None:
    stacks = write(
        b="context: {motion: x}\n", a="people: {persons: {m: {name: M}}}\nlifecycle: {zzz: 1}\n", dev="x: 1\n"
    )
    places = [line.split("  ")[0] for line in refusal(stacks, "dev").splitlines() if line.startswith("stacks")]
    assert places == [
        "stacks/model/a.yaml:1:20",
        "stacks/model/a.yaml:2:13",
        "stacks/model/b.yaml:1:19",
        "stacks/overlays/dev.yaml:1:1",
    ]


def test_country_code_no_stays_a_text(write) -> None:
    stacks = write(context="context: {company: no, goal: on}\n")
    model = load(stacks).model
    assert (model.context.company, model.context.goal) == ("no", "on")


def test_moving_a_definition_to_another_file_gives_the_same_model(write, tmp_path: Path) -> None:
    stage = "label: MQL, exit: decided"
    whole = load(write(a=f"context: {{company: A}}\nlifecycle: {{stages: {{mql: {{{stage}}}}}}}\n")).model
    (tmp_path / "stacks" / "model" / "a.yaml").write_text("context: {company: A}\n")
    split = load(write(z=f"# moved\nlifecycle:\n  stages:\n    mql: {{{stage}}}\n")).model
    assert split == whole


def test_positions_point_at_values_and_fall_back_to_the_nearest_parent(write) -> None:
    loaded = load(write(context="context:\n  company: A\n  stack:\n    crm: Salesforce\n"))
    assert loaded.position_of(("context", "company")) == Position("stacks/model/context.yaml", 2, 12)
    assert loaded.position_of(("context", "stack")) == Position("stacks/model/context.yaml", 3, 3)
    assert loaded.position_of(("context", "stack", "scheduling")) == Position("stacks/model/context.yaml", 3, 3)
    assert loaded.position_of(("people",)) is None


def test_value_of_an_overlay_knows_its_own_position(write) -> None:
    loaded = load(write(context="context: {company: A, goal: B}\n", dev="\ncontext:\n  goal: C\n"), "dev")
    assert loaded.model.context.goal == "C"
    assert loaded.position_of(("context", "goal")) == Position("stacks/overlays/dev.yaml", 2, 9)
    assert loaded.position_of(("context", "company")) == Position("stacks/model/context.yaml", 1, 20)
    assert loaded.files == ("stacks/model/context.yaml", "stacks/overlays/dev.yaml")


def test_raw_section_keeps_its_keys_verbatim(write) -> None:
    loaded = load(write(raw="hubspot:\n  Property:\n    Contacts.Old Score: {label: Old, since: 2020-01-01}\n"))
    assert loaded.model.raw("hubspot") == {"Property": {"Contacts.Old Score": {"label": "Old", "since": "2020-01-01"}}}
    assert loaded.model.raw("salesforce") == {}


def test_problem_of_a_raw_section_is_placed(write) -> None:
    stacks = write(raw="hubspot:\n  Property: 3\n")
    assert refusal(stacks).splitlines()[0] == ("stacks/model/raw.yaml:2:13  hubspot, Property: 3 is not a mapping")


def test_topic_with_nothing_below_it_counts_as_absent(write) -> None:
    model = load(write(a="lifecycle:\nscoring:\ncontext: {company: A}\n")).model
    assert model.lifecycle is None
    assert not model.declares("scoring")


def filled(stacks: Path, text: str) -> Loaded:
    path = stacks.parent / ".claude" / "product-marketing-context.md"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return load(stacks)


def test_gaps_of_context_are_filled_and_what_is_said_stays(write) -> None:
    stacks = write(context="context: {motion: sales_led, stack: {crm: Salesforce}}\n")
    loaded = filled(
        stacks, "# Context\n- **Motion:** product-led\n- CRM: HubSpot\n- Scheduling: Calendly\n- Goal: grow\n"
    )
    context = loaded.model.context
    assert (context.motion, context.stack.crm, context.stack.scheduling, context.goal) == (
        "sales_led",
        "Salesforce",
        "Calendly",
        "grow",
    )
    document = ".claude/product-marketing-context.md"
    assert loaded.filled == {
        "context.stack.scheduling": Position(document, 4, 15),
        "context.goal": Position(document, 5, 9),
    }
    assert document in loaded.files


def test_gap_is_filled_where_there_is_no_context_at_all(write) -> None:
    loaded = filled(write(people="people: {}\n"), "Sales cycle: 75 days\n")
    assert loaded.model.context.sales_cycle_days == 75


def test_gap_is_filled_where_context_is_written_and_empty(write) -> None:
    assert filled(write(context="context:\n"), "Goal: grow\n").model.context.goal == "grow"


def problems(folder: Path, **files: str) -> list[str]:
    """What a model of these files prints, a line each, without fixes."""
    (folder / "model").mkdir(parents=True)
    for name, text in files.items():
        (folder / "model" / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DiagnosticsError) as refused:
        load(folder)
    return [line for line in str(refused.value).splitlines() if not line.startswith("    ")]


PEOPLE = "people: {persons: {ann: {name: Ann, email: ann@example.com}}, teams: {sdr: {label: SDR, members: [ann]}}}\n"
ROUTES = "routing: {inbound: {rules: {all: {method: round_robin, assign: {team: sdr}}}}}\n"


@pytest.mark.parametrize(
    ("broken", "cause"),
    [
        (PEOPLE.replace("{persons", "\n\tpersons: {x"), "is not YAML: a tab is used for indentation"),
        (
            "people:\n  teams:\n    sdr: {label: SDR}\n  note: a: b\n",
            'is not YAML: a value that holds ": " must be quoted',
        ),
    ],
)
def test_what_follows_from_a_file_that_cannot_be_read_is_held_back(tmp_path: Path, broken: str, cause: str) -> None:
    (found, count) = problems(tmp_path / "stacks", people=broken, routing=ROUTES)
    assert cause in found
    assert count == "1 problem in 1 file; nothing was changed."


@pytest.mark.parametrize(
    ("context", "written", "fix"),
    [
        ("EUR", "60.000 €", "{amount: 60000, currency: EUR}"),
        ("EUR", "60k", "{amount: 60000, currency: EUR}"),
        ("CHF", "60'000", "{amount: 60000, currency: CHF}"),
        ("EUR", "$1.5m", "{amount: 1500000, currency: USD}"),
        ("EUR", '{amount: "60.000,50", currency: EUR}', "60000.5"),
        ("USD", "{amount: 60000, currency: €}", "EUR"),
    ],
)
def test_money_as_text_is_shown_as_it_must_be_written(tmp_path: Path, context: str, written: str, fix: str) -> None:
    (tmp_path / "stacks" / "model").mkdir(parents=True)
    desk = f"context: {{currency: {context}}}\ndeal_desk: {{a: {{review_when: {{acv_above: {written}}}}}}}\n"
    (tmp_path / "stacks" / "model" / "a.yaml").write_text(desk, encoding="utf-8")
    with pytest.raises(DiagnosticsError) as refused:
        load(tmp_path / "stacks")
    assert [one.fix for one in refused.value.diagnostics] == [f"write {fix}"]


def test_what_follows_from_a_tag_is_held_back(tmp_path: Path) -> None:
    (found, count) = problems(tmp_path / "stacks", people=PEOPLE.replace("name: Ann", "name: !Ann"))
    assert found == 'stacks/model/people.yaml:1:32  tag "!Ann": tags are not read'
    assert count == "1 problem in 1 file; nothing was changed."


def test_errors_of_form_and_of_references_are_one_run(tmp_path: Path) -> None:
    people = PEOPLE.replace("label: SDR", "lable: SDR")
    routing = ROUTES.replace("team: sdr", "team: sdr2").replace(
        "}}}}}", "}}, bad: {method: robin, assign: {team: sdr}}}}}"
    )
    found = problems(tmp_path / "stacks", people=people, routing=routing)
    assert any('unknown key "lable"' in line for line in found)
    assert any('"robin" is not one of' in line for line in found)
    assert any('team "sdr2" is not declared' in line for line in found)
    assert not any('team "sdr" is not declared' in line for line in found)
