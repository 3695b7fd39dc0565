"""Writes the generated pages under docs/: model, kinds, rules, coverage, calls of the APIs, probes and switches.

`script/docs` calls it; a test fails when a page is stale. Nothing on them is typed twice.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args, get_origin

import yaml
from crm_simulators.control import switches_of
from revops_hubspot.filters.filter_types import ACTIVITIES, ANSWER, LINES
from revops_hubspot.filters.phrases import EVENTS, OPERANDS, PHRASES, WORDS_OF_WHEN
from revops_policies.book import evaluate, rule_book
from revops_policies.subject import from_model

from revops_iac.commands.api_coverage import api_table
from revops_iac.commands.coverage import coverage_of
from revops_iac.compile import compile_model
from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic, render
from revops_iac.documents.library import Library, library, write
from revops_iac.documents.library import stale as stale_documents
from revops_iac.program import type_token
from revops_iac.provider.inspection.probe import Probe
from revops_iac.provider.kind import Kind
from revops_iac.source.load import load
from revops_iac.stack_context import StackContext
from revops_iac.systems import installed_systems
from tools import conditions_page, model_reference, stubs
from tools.input_models import block, descriptions, summary

ROOT = Path(__file__).resolve().parents[1]
"""The packages whose classes have texts below their attributes."""
PROCESS = ROOT / "docs" / "process"
NOTE = "<!-- Written by script/docs from the code; edits here are lost. -->"
TAGS = "Letters in brackets are [evidence tags](guides/simulators.md#evidence-tags)."


def kinds_page() -> str:
    """Every kind of every system: its type, its inputs with an example, what cannot change, what delete really does."""
    lines = [
        NOTE,
        "# Resource types",
        "",
        "What each resource is, its inputs, what cannot change after creation, and what deletion really does. An input",
        "that is left out is not managed. Every type also takes `adopt`",
        "([existing objects](guides/operations.md#objects-that-already-exist)).",
        "[Raw resources](guides/raw-resources.md) shows where an entry goes.",
        TAGS,
    ]
    for system in installed_systems().values():
        lines += ["", f"## {system.label}"]
        for kind in system.kinds.values():
            lines += ["", *_kind(kind)]
    return "\n".join(lines) + "\n"


def _kind(kind: Kind[Any, Any]) -> Iterator[str]:
    yield f"### {kind.name}"
    yield ""
    yield f"{summary(kind.inputs)} {summary(type(kind))}"
    yield ""
    yield f"- type: `{type_token(kind)}`"
    if kind.immutable:
        yield f"- cannot change: {', '.join(f'`{name}`' for name in sorted(kind.immutable))}"
    yield f"- delete: {kind.on_delete}"
    yield ""
    yield "| input | required | meaning |"
    yield "|---|---|---|"
    described = descriptions(kind.inputs)
    for name, field in kind.inputs.model_fields.items():
        if name != "adopt":
            required = "yes" if field.is_required() else ""
            meaning = " ".join([*_allowed(field.annotation), *filter(None, [described.get(name)])]).replace("|", "\\|")
            yield f"| `{field.alias or name}` | {required} | {meaning} |"
    yield ""
    yield "```yaml"
    yield f"{kind.system}:"
    yield f"  {kind.name}:"
    yield f"    {_key(kind)}:"
    yield from (f"      {line}".rstrip() for line in block(kind.inputs, "Example").splitlines())
    yield "```"


def _allowed(annotation: Any) -> list[str]:
    """The values that an input allows, where they are few and known."""
    parts = [annotation, *get_args(annotation)]
    values = next((get_args(part) for part in parts if get_origin(part) is Literal), ())
    return [f"One of {', '.join(f'`{value}`' for value in values)}."] if values else []


def _key(kind: Kind[Any, Any]) -> str:
    """The key of the example in a raw section: its vendor name."""
    return kind.vendor_name(kind.parse(yaml.safe_load(block(kind.inputs, "Example"))))


def model_page() -> str:
    """Every key of the model."""
    return "\n".join([NOTE, "# Model reference", "", *model_reference.lines()]) + "\n"


def violations(rule_id: str) -> list[Diagnostic]:
    """What the failing example of a rule breaks."""
    rule = rule_book()[rule_id]
    with TemporaryDirectory() as root:
        folder = Path(root) / "stacks"
        for name, text in (("model/model.yaml", rule.failing), ("overlays/dev.yaml", rule.failing_overlay)):
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(text, encoding="utf-8")
        loaded = load(folder, "dev")
        return evaluate(rule, from_model(loaded, compile_model(loaded, Settings("dev"))), rule.parameters)


def _said(diagnostic: Diagnostic) -> str:
    """The message without a place: the example has no file."""
    return render(replace(diagnostic, location=None))


def rules_page() -> str:
    """Every rule of the policy pack, with why, what it applies to, and both examples."""
    lines = [
        NOTE,
        "# Rules",
        "",
        "The policy pack: `pulumi preview --policy-pack policies`, or `revops check` without Pulumi.",
        "[Policies](guides/policies.md) shows how to set levels and parameters and how to add rules of your own.",
        "",
        "| rule | severity | level | why |",
        "|---|---|---|---|",
        *(f"| [{name}](#{name}) | {rule.severity} | {rule.level} | {rule.why} |" for name, rule in rule_book().items()),
    ]
    for name, rule in rule_book().items():
        lines += ["", f"## {name}", "", f"{rule.title}: {rule.why}. Applies to {rule.applies_to}."]
        if rule.parameters:
            lines += [
                "",
                "Parameters: " + ", ".join(f"`{key}` ({value})" for key, value in rule.parameters.items()) + ".",
            ]
        overlay = ["# overlays/dev.yaml", rule.failing_overlay.strip()] if rule.failing_overlay else []
        lines += ["", "Fails:", "", "```yaml", rule.failing.strip(), *overlay, "```", "", "What it says:", ""]
        lines += ["```text", *(_said(one) for one in violations(name)), "```"]
        lines += ["", "Passes:", "", "```yaml", rule.passing.strip(), "```"]
    return "\n".join(lines) + "\n"


def coverage_page() -> str:
    """Every requirement of the reference model on every system."""
    systems = installed_systems()
    lines = [
        NOTE,
        "# How each requirement is met",
        "",
        "The requirements of the reference model in its figures; `revops coverage` shows those of your own. An answer",
        "rests on the resources that the model compiles to.",
        "",
        "**Enforced**: the CRM blocks. **Automated**: a workflow corrects or alerts. **Monitored**: this tool reports",
        "it. **Manual**: a numbered step for an administrator. **Elsewhere**: the other CRM does it.",
        "",
        f"| requirement | {' | '.join(system.label for system in systems.values())} |",
        f"|---|{'---|' * len(systems)}",
    ]
    by_row: dict[str, dict[str, Mapping[str, str]]] = {}
    for row in coverage_of(ROOT / "stacks", None):
        by_row.setdefault(row["requirement"], {})[row["system"]] = row
    for sentence, live in by_row.items():
        lines.append(f"| {sentence} | {' | '.join(_cell(live.get(name)) for name in systems)} |")
    return "\n".join(lines) + "\n"


def _cell(row: Mapping[str, str] | None) -> str:
    if row is None:
        return ""
    return f"**{row['status']}**: {row['how']}"


def switches_page() -> str:
    """Every switch of the simulators: behavior that nobody verified on a live account, with its evidence."""
    lines = [
        NOTE,
        "# Simulator switches",
        "",
        "Vendor behavior that no source settles is behind a switch: `POST /_sim/switches` on the simulator's address.",
        "`revops probe` tests it in a developer account or sandbox, and `revops simulate --evidence FILE` follows the",
        "result. The last column says what the [probe](probes.md) creates, or why there is none.",
        TAGS,
        "",
        "| switch | default | allowed | evidence | meaning | probe |",
        "|---|---|---|---|---|---|",
    ]
    probed = _probed()
    for switch in sorted((*switches_of("hubspot"), *switches_of("salesforce")), key=lambda switch: switch.name):
        allowed = ", ".join(f"`{value}`" for value in switch.allowed)
        cells = (f"`{switch.name}`", f"`{switch.default}`", allowed, switch.evidence, switch.sentence)
        lines.append(f"| {' | '.join(cells)} | {probed.get(switch.name, '')} |")
    return "\n".join(lines) + "\n"


def _probed() -> Mapping[str, str]:
    """What a probe makes to decide a switch, or why there is none."""
    found: dict[str, str] = {}
    for system in installed_systems().values():
        if system.probes is not None:
            found |= {probe.id: f"makes {', '.join(probe.makes)}" for probe in system.probes().probes}
            found |= {name: f"none: {why}" for name, why in system.probes().unprobed.items()}
    return found


def probes_page() -> str:
    """Every probe: the fact, what it makes and sends, and which answer means what."""
    lines = [
        NOTE,
        "# Probes",
        "",
        "What `revops probe` tests in a developer account or sandbox, because no source settles it. Each probe creates",
        "the objects listed, with names that begin with `revops_probe_`, and deletes them. None runs in production.",
        TAGS,
    ]
    for system in installed_systems().values():
        if system.probes is not None:
            lines += ["", f"## {system.label}", "", system.probes().kept]
            for probe in system.probes().probes:
                lines += ["", *_probe(probe)]
    return "\n".join(lines) + "\n"


def _probe(probe: Probe[Any]) -> Iterator[str]:
    yield f"### {probe.id}"
    yield ""
    yield f"{probe.fact} {probe.evidence}"
    yield ""
    yield f"- makes: {', '.join(probe.makes)}"
    yield f"- sends: {', '.join(f'`{request}`' for request in probe.requests)}"
    for value, meaning in probe.answers.items():
        mark = "" if probe.sets_switch or value != probe.simulated else " (as the simulator has it, without a switch)"
        yield f"- `{str(value).lower() if isinstance(value, bool) else value}`: {meaning}{mark}"


EVIDENCE = (
    "The evidence column lists the [tags](guides/simulators.md#evidence-tags) in the code behind a call; the tag of",
    "each rule is next to it in that code. A call without a tag follows from others.",
)


def api_page() -> str:
    """Every call of both APIs that a kind makes or a simulator knows."""
    systems = installed_systems()
    lines = [
        NOTE,
        "# API calls",
        "",
        "Which resource type makes which call, recorded while its example is created, read, updated and deleted on the",
        "simulators, and what the simulators answer. `revops coverage --api` prints the same.",
        "",
        *EVIDENCE,
    ]
    rows = api_table(systems.values())
    for name, system in systems.items():
        of_system = [row for row in rows if row["system"] == name]
        dated = any(row["alias"] for row in of_system)
        head = ["area", "call", *(["dated path"] if dated else []), "used by", "simulator", "evidence"]
        lines += ["", f"## {system.label}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        lines += [f"| {' | '.join(_api_cells(row, dated))} |" for row in of_system]
    return "\n".join(lines) + "\n"


def _api_cells(row: Mapping[str, Any], dated: bool) -> Iterator[str]:
    yield row["area"]
    yield f"`{row['call']}`"
    if dated:
        yield f"`{row['alias'].partition(' ')[2]}`" if row["alias"] else ""
    yield ", ".join(row["kinds"])
    yield row["simulator"]
    code = ", ".join(_code_link(module) for module in row["code"])
    sources = "; ".join(source.replace("|", "/") for source in row["sources"])
    yield " ".join(part for part in (row["evidence"], code, sources) if part)


def _code_link(module: str) -> str:
    return f"[{module.rpartition('.')[2]}](../providers/crm_simulators/{module.replace('.', '/')}.py)"


def filters_page() -> str:
    """Every operation of HubSpot's filters in words."""
    lines = [
        NOTE,
        "# HubSpot filters",
        "",
        "For `filter` of a List, and `enroll`, `goal`, `suppress` and `branch` of a Workflow:",
        '`lifecyclestage is any of [lead] and (fit_score >= 40 or in list "Hot leads")`.',
        "",
        *FILTER_NOTES,
        "",
        "| words | what follows | HubSpot |",
        "|---|---|---|",
    ]
    for phrase in (*PHRASES, *WORDS_OF_WHEN):
        follows = OPERANDS.get(phrase.type, "")
        lines.append(f"| `{phrase.words}` | {follows} | {phrase.type} {phrase.operator} |")
    lines += ["", "| words | what follows, and in `where (…)` | HubSpot |", "|---|---|---|"]
    for activity in ACTIVITIES:
        elements = ", ".join(f"`{name}`" for name in (activity.main, *activity.elements) if name)
        elements += {LINES: ", comparisons of what the event holds", ANSWER: ", comparison of `answer`"}.get(
            activity.compares or "", ""
        )
        vendor = " ".join(filter(None, (activity.type, activity.operator)))
        lines.append(f"| `{activity.words}` | {elements} | {vendor} |")
    return "\n".join(lines) + "\n"


FILTER_NOTES = (
    "- Join conditions with `and`, `or`, `not` and parentheses. HubSpot stores an OR of ANDs, so alternatives are",
    "  expanded and `not` moves into the operations; one without opposite (`starts with`, `less than 7 days ago`) is",
    "  refused.",
    '- Lists, forms and pages: `in list "Name"`, `filled out form "id"`, `filled out any form`, `viewed page "url"`,',
    '  `viewed page containing "text"`; negated: `not in list`, `did not fill out form`, `did not view page`.',
    "  The second table has mails, subscriptions, calls to action, webinars, consents, surveys, ads and events of",
    '  integrations: `answered survey "3" where (surveyQuestion = "4" and answer contains any of ["yes"])`. What',
    "  has no words stays HubSpot's JSON: whether an import or a workflow holds the record (`IN_LIST` with",
    "  `metadata`, which HubSpot documents in two forms), other types of branch, and what HubSpot does not document.",
    '- Values of these stand in `where (level = "EMAIL" and appId = "1")`, then how often (`at least 2 times`,',
    "  `at least 2 and at most 5 times`) and when (`dated after 30 days ago`, `dated between 2026-01-01 to",
    "  2026-02-01`, `when after today - 7 days`, `ever`). Events take both too.",
    "- Associations: `associated company where (industry is any of [BANKING])`, `no associated deal`; `of type 5`",
    "  or `of own type 45` names another association. HubSpot cannot ask for the absence of records that pass a",
    "  condition: make a segment of those that have one, and write `not in list`.",
    '- Events: `has completed event page_visited where (hs_url contains any of ["/pricing"])`, `has not completed',
    f"  event 6-1234`. {', '.join(f'`{name}`' for name in EVENTS)} have names, other events their type id.",
    "- `hs_object_id is known` selects every record.",
    "- Two properties of a record can be compared by date only, `closedate after property createdate`: HubSpot",
    "  documents no operation that compares numbers or texts of two properties.",
    "- The form of a value selects the operation: bare numbers, quoted text, options in brackets, and dates as",
    "  `2026-12-01`, `today - 7 days`, `now`, `the value of closedate` or `the update of closedate`. A property of",
    "  another type, or one that neither the program nor the account has, is refused at preview.",
    "- Changes: `email changed`, `amount changed and now > 100`, `dealstage changed and now is any of [won]`, for",
    "  `events` and `re_enroll_on` of a Workflow.",
    "- Dates are whole days, in UTC or `in America/New_York`. `2026-12-01 at 15:30` is sent as it is, though HubSpot",
    "  documents whole days only; `2026-12-01T15:30` is refused with this reason. The periods that go on now are",
    "  `the week on monday`, `the month on day 1`, `the",
    "  quarter`, `the year on day 1 in month 2`, `the fiscal quarter` and `the fiscal year`, also `+ 1 week`. Both",
    "  ends belong to `is between`, unless `(without its end)`, `(without its start)` or `(without its ends)` follows.",
    "  A window counted from today is sent as HubSpot documents it: `today - 30 days and today` ends now;",
    "  `(with its ends)` sends it as it is written.",
    "- People among options are `{owner: maya@example.com}`.",
    "- A record without a value passes negative conditions only; `(if known)` or `(or unknown)` after a condition",
    "  changes that. Put a property whose name is a word of the language in backquotes.",
)


PAGES: Mapping[str, Callable[[], str]] = {
    "model-reference.md": model_page,
    "kinds.md": kinds_page,
    "rules.md": rules_page,
    "coverage.md": coverage_page,
    "api.md": api_page,
    "probes.md": probes_page,
    "simulator-switches.md": switches_page,
    "hubspot-filters.md": filters_page,
    "conditions.md": lambda: conditions_page.page(NOTE),
}


def process() -> Library:
    """The documents of this project's own process, as its production environment sees it."""
    return library(StackContext.load(ROOT / "stacks", "prod"), PROCESS)


def stale(folder: Path = ROOT / "docs") -> Iterable[str]:
    """The names of pages that are not as the code says."""
    for name, page in PAGES.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != page():
            yield name
    yield from (f"process/{name}" for name in stale_documents(process(), PROCESS, ["markdown"]))


def main() -> int:
    """Writes every page; with --check only says which are stale, and exits 1 then."""
    if "--check" in sys.argv[1:]:
        found = [f"docs/{name}" for name in stale()] + [str(path.relative_to(ROOT)) for path in stubs.stale()]
        for name in found:
            print(f"{name} is stale\n    fix: script/docs")
        return 1 if found else 0
    stubs.write()
    (ROOT / "docs").mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")
    for path in write(process(), PROCESS, ["markdown"]):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
