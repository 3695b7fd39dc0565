"""The command line `revops`: what Pulumi lacks. Prints problems, never tracebacks; exit codes as in README.md."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from revops_iac.commands.extras import extra
from revops_iac.commands.probe.command import probe
from revops_iac.diagnostics import escaped, to_json
from revops_iac.errors import AuthorError, RevopsError, bug

app = typer.Typer(
    name="revops",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = list[str] | None
Folder = Annotated[Path, typer.Option("--folder", "-C", help="Folder with model/ and overlays/.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Stack = Annotated[
    str | None,
    typer.Option("--stack", "-s", envvar="PULUMI_STACK", help="Stack name (optional when there is only one)."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Apply the changes (default: dry run).")]
Backup = Annotated[
    Path | None, typer.Option("--from", metavar="DIR", help="Read the accounts from this folder of `revops backup`.")
]


CodeHost = Literal["github", "gitlab"]
"""Whose CI `revops init` writes files for."""
Status = Literal["enforced", "automated", "monitored", "manual", "elsewhere"]
"""How a requirement is met, as a filter of `revops coverage`."""
RecordObject = Literal["contact", "deal"]
"""What `revops explain` reads."""
Form = Literal["markdown", "html", "pdf"]
"""A form of `revops docs`."""
Reader = Literal["sales", "marketing", "customer_success", "executives", "admin"]
"""Whom `revops docs` writes for."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits: 0 done, 1 the author must act, 2 vendor or account, 3 a bug of ours, 4 changes."""
    try:
        code = _command()(args=arguments, prog_name="revops", standalone_mode=False)
    except typer.Abort:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: every error becomes a sentence and a code
        sys.exit(_explain(error, as_json="--json" in (sys.argv[1:] if arguments is None else arguments)))
    sys.exit(code if isinstance(code, int) else 0)


@cache
def _command() -> Callable[..., Any]:
    """What `app` describes, built once: a process of many runs, such as a test or an MCP server, builds no other."""
    return typer.main.get_command(app)


def _explain(error: Exception, as_json: bool) -> int:
    """Shows an error, as JSON on stdout where a script asked for that; returns the exit code."""
    if (usage := getattr(error, "format_message", None)) is not None:
        error = AuthorError(usage(), "revops --help")
    known = error if isinstance(error, RevopsError) else bug(error)
    if as_json:
        print(json.dumps({"diagnostics": to_json(known.diagnostics)}, indent=2))
    else:
        _err(str(known))
    return known.exit_code


def _version(desired: bool) -> None:
    if desired:
        print(f"revops-iac {version('revops-iac')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Manage the revenue process on HubSpot and Salesforce as code."""


def _err(text: str) -> None:
    print(text, file=sys.stderr)


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)


def _show(report: Any, as_json: bool, as_markdown: bool = False) -> int:
    """Prints what a command found or did, for people or for scripts; returns the exit code."""
    if as_json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        print(report.markdown() if as_markdown else report.render())
    return getattr(report, "exit_code", 0)


def _chosen(folder: Path, stack: str | None) -> str:
    from revops_iac.commands.doctor import chosen_stack

    return chosen_stack(folder, stack)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    system: Annotated[
        Names, typer.Option(help="CRM to manage (repeatable; the last one is the source of truth). Default: all.")
    ] = None,
    company: Annotated[str | None, typer.Option(help="Company name. Default: the name of the folder.")] = None,
    email: Annotated[
        str | None, typer.Option(help="E-mail address of the first person. Default: revops@company.example.")
    ] = None,
    motion: Annotated[str | None, typer.Option(help="Go-to-market motion: product_led, sales_led or hybrid.")] = None,
    contract_value: Annotated[
        str | None, typer.Option(metavar="LOW-HIGH", help="Annual contract value, such as 10k-80k.")
    ] = None,
    sales_cycle_days: Annotated[
        str | None, typer.Option(metavar="DAYS", help="Sales cycle in days, first touch to closed-won.")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Company currency. Default: USD.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Time zone, such as Europe/Berlin. Default: UTC.")] = None,
    name_prefix: Annotated[str | None, typer.Option(help="Prefix of names in the CRMs, such as acme_.")] = None,
    backend: Annotated[str | None, typer.Option(metavar="URL", help="Where Pulumi keeps state.")] = None,
    context: Annotated[
        Path | None, typer.Option(help="Context document. Default: .agents/ or .claude/product-marketing-context.md.")
    ] = None,
    ci: Annotated[CodeHost, typer.Option(help="Where the code is hosted.")] = "github",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask no questions; use the defaults.")] = False,
) -> int:
    """Create a repository for a company: a starter model, stacks, policies, tests and a CI workflow.

    On a terminal it asks for what the options and the context document leave open.
    """
    from revops_iac.commands.init import company_of, write_company
    from revops_iac.commands.init.answers import Answers

    given = Answers(
        company=company,
        email=email,
        systems=",".join(system) if system else None,
        motion=motion,
        contract_value=contract_value,
        sales_cycle_days=sales_cycle_days,
        currency=currency,
        time_zone=time_zone,
        name_prefix=name_prefix,
        backend=backend,
    )
    asks = None if yes or not sys.stdin.isatty() else _ask
    company_ = replace(company_of(folder, given, context, asks), ci=ci)
    written = write_company(folder, company_, date.today())
    shown = escaped(str(folder))
    print(f"Created {len(written)} files in {shown}\nnext: cd {shown}, then follow README.md")
    return 0


def _ask(question: str, default: str, read: Callable[[str], Any]) -> Any:
    """What a person answers on the terminal; asked again until it can be read."""
    while True:
        answer = typer.prompt(question, default=default, show_default=bool(default), err=True)
        try:
            return read(answer.strip())
        except AuthorError as error:
            _err(str(error))


@app.command()
def check(
    stack: Annotated[Names, typer.Option("--stack", "-s", help="Stack to check (repeatable). Default: all.")] = None,
    folder: Folder = Path("stacks"),
    policies: Annotated[Path, typer.Option(help="Folder of the policy pack, for its config.json.")] = Path("policies"),
    as_json: Json = False,
) -> int:
    """Check the model and the policy rules for each stack, without Pulumi and without an account."""
    from revops_iac.commands.check import check_stack
    from revops_iac.config.stack_config import stacks_of

    names = stack or stacks_of(folder)
    if not names:
        raise AuthorError(
            f"{folder} has no Pulumi.<stack>.yaml", "run the command in the project's folder, or run pulumi stack init"
        )
    outcomes = [check_stack(folder, name, policies) for name in names]
    if as_json:
        print(json.dumps([outcome.as_json() for outcome in outcomes], indent=2))
    else:
        print("\n".join(outcome.render() for outcome in outcomes))
    return 1 if any(outcome.mandatory for outcome in outcomes) else 0


@app.command()
def doctor(
    stack: Stack = None,
    system: Annotated[str | None, typer.Option(help="Check only this system.")] = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Check credentials, permissions and limits of a stack's accounts. Changes nothing."""
    from revops_iac.commands.doctor import examine_stack

    with _progress() as tell:
        report = examine_stack(folder, _chosen(folder, stack), system, tell=tell)
    if as_json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        _console().print(_colored(report.render()))
    return report.exit_code


@app.command()
def validate(
    stack: Stack = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Validate a plan on the Salesforce org with a check-only deployment. Changes nothing."""
    from revops_iac.commands.validate import validate_stack

    with _progress() as tell:
        report = validate_stack(folder, _chosen(folder, stack), tell=tell)
    return _show(report, as_json)


@app.command()
def plan(
    stack: Stack = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder of the bundle. Default: .revops/STACK/plan.")
    ] = None,
    folder: Folder = Path("stacks"),
    policies: Annotated[
        Path | None, typer.Option(help="Folder of the policy pack. Default: policies, where it exists.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Plan a stack for review: preview, policy results, dangerous steps, and the bundle for `revops apply`."""
    from revops_iac.commands.plan import plan_stack

    with _progress() as tell:
        outcome = plan_stack(folder, _chosen(folder, stack), out, policies, tell)
    code = _show(outcome, as_json)
    if not as_json and os.environ.get("GITHUB_ACTIONS") == "true" and outcome.findings:
        print(outcome.annotations(f"{folder}/Pulumi.{outcome.stack}.yaml"))
    return code


@app.command()
def apply(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder that revops plan wrote.")],
    checksum: Annotated[str, typer.Option("--checksum", metavar="SHA", help="The checksum that revops plan printed.")],
    stack: Stack = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Apply exactly the reviewed plan; refuse if anything changed since."""
    from revops_iac.commands.apply import apply_bundle

    with _progress() as tell:
        applied = apply_bundle(bundle, checksum, folder, _chosen(folder, stack), tell)
    return _show(applied, as_json)


@app.command()
def comment(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Markdown to post, such as DIR/review.md.")],
    stack: Annotated[str, typer.Option("--stack", "-s", envvar="PULUMI_STACK", help="Stack that the page is about.")],
    issue: Annotated[
        str | None, typer.Option(metavar="TITLE", help="Open or update an issue instead of a comment.")
    ] = None,
) -> int:
    """Post or update the page of a plan on the pull request of a CI job (GitHub Actions, GitLab CI)."""
    from revops_iac.commands.comment import comment as post

    print(f"{stack}: {post(file, stack, issue)}")
    return 0


app.command()(probe)


@app.command()
def rebind(
    stack: Stack = None,
    folder: Folder = Path("stacks"),
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Move a stack to its refreshed sandbox, which has a new organization id, record ids and logins."""
    from revops_iac.commands.rebind import rebind_stack

    with _progress() as tell:
        outcome = rebind_stack(folder, _chosen(folder, stack), apply=yes, tell=tell)
    return _show(outcome, as_json)


@app.command()
def adopt(
    stack: Stack = None,
    system: Annotated[str | None, typer.Option(help="Adopt only from this system.")] = None,
    kind: Annotated[
        Names, typer.Option(help="Resource type to adopt, such as Property (repeatable). Default: all.")
    ] = None,
    name: Annotated[
        Names, typer.Option(metavar="GLOB", help="Names to adopt, such as 'contacts.old_*' (repeatable).")
    ] = None,
    object_: Annotated[
        Names, typer.Option("--object", help="Object whose parts to adopt, such as deals (repeatable).")
    ] = None,
    needed_by: Annotated[
        Names, typer.Option(metavar="ENTRY", help="Adopt only what this entry needs, such as scoring.fit (repeatable).")
    ] = None,
    vendor_made: Annotated[
        bool, typer.Option("--vendor-made", help="Also adopt what HubSpot, Salesforce or a package made.")
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of Salesforce source to read instead of an org, such as force-app."),
    ] = None,
    folder: Folder = Path("stacks"),
    yes: Yes = False,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last adoption: its files and its state.")] = False,
    as_json: Json = False,
) -> int:
    """Adopt what exists in a stack's accounts, as YAML and state. Writes nothing to the accounts."""
    from revops_iac.adoption.choice import Choice
    from revops_iac.commands.adopt import adopt_source, adopt_stack, undo_adoption

    if undo:
        done = undo_adoption(folder, _chosen(folder, stack))
        print(json.dumps({"undone": done}) if as_json else done)
        return 0
    choice = Choice(tuple(kind or ()), tuple(name or ()), tuple(object_ or ()), tuple(needed_by or ()), vendor_made)
    with _progress() as tell:
        name_of_stack = _chosen(folder, stack)
        if source is not None:
            outcome = adopt_source(folder, name_of_stack, source, choice, only=system, apply=yes, tell=tell)
        else:
            outcome = adopt_stack(folder, name_of_stack, choice, only=system, apply=yes, tell=tell)
    return _show(outcome, as_json)


@app.command()
def backup(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder of the backup. Default: backups/STACK.")
    ] = None,
    stack: Stack = None,
    system: Annotated[str | None, typer.Option(help="Back up only this system.")] = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Save everything that a stack's accounts list as files, one per object. Writes nothing to the accounts."""
    from revops_iac.commands.backup import back_up

    with _progress() as tell:
        report = back_up(folder, _chosen(folder, stack), directory, only=system, tell=tell)
    return _show(report, as_json)


@app.command()
def uses(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="Field (contact.fit_score), option (contact.region=emea), or any key or name."
        ),
    ] = None,
    stack: Stack = None,
    account: Annotated[bool, typer.Option("--account", help="Also look in the accounts of the stack.")] = False,
    unused: Annotated[bool, typer.Option("--unused", help="List the accounts' fields that nothing uses.")] = False,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a picture: FILE.svg, or FILE.mmd for Mermaid.")
    ] = None,
    backup: Backup = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Show what uses a field, option, stage, list, person or queue. Writes nothing to the accounts."""
    from revops_iac.commands.twin import accounts_of
    from revops_iac.commands.uses import find_uses

    if (name is None) is not unused:
        raise AuthorError("revops uses needs either NAME or --unused", "give one of them")
    if unused and backup is not None:
        raise AuthorError("a backup contains no records, so it cannot show unused fields", "leave out --from")
    account = account or backup is not None
    with _progress() as tell, accounts_of(backup):
        found = find_uses(folder, _chosen(folder, stack), name, account=account, picture=picture, tell=tell)
    return _show(found, as_json)


@app.command()
def parity(
    stack: Stack = None,
    backup: Backup = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Compare how both CRMs represent the model, and find what a sync between them would get wrong."""
    from revops_iac.commands.parity import parity_of
    from revops_iac.commands.twin import accounts_of

    with _progress() as tell, accounts_of(backup):
        found = parity_of(folder, _chosen(folder, stack), tell=tell)
    return _show(found, as_json)


@app.command()
def drift(
    stack: Stack = None,
    system: Annotated[str | None, typer.Option(help="Examine only this system.")] = None,
    take: Annotated[
        Names, typer.Option(metavar="NAME", help="Keep this change: write it into the model (repeatable).")
    ] = None,
    revert: Annotated[Names, typer.Option(metavar="NAME", help="Undo this change in the account (repeatable).")] = None,
    ignore: Annotated[Names, typer.Option(metavar="NAME", help="Stop reporting this object (repeatable).")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply --take or --revert (default: dry run).")] = False,
    backup: Backup = None,
    folder: Folder = Path("stacks"),
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
    as_json: Json = False,
) -> int:
    """Show what people changed in a stack's accounts since the last apply, who and when. Exits 4 on drift."""
    from revops_iac.commands import drift as command
    from revops_iac.commands.twin import accounts_of

    with _progress() as tell, accounts_of(backup):
        report = command.drift_of(folder, _chosen(folder, stack), only=system, tell=tell)
    if take or revert or ignore:
        if take:
            print(command.take_into_model(folder, report, take, apply=yes))
        if ignore:
            print(command.ignore(folder, report, ignore))
        if revert:
            chosen = command.reversion(report, revert)
            print(chosen.render())
            if yes and chosen.targets:
                print(command.revert(folder, chosen))
        return 0
    return _show(report, as_json, markdown)


@app.command()
def lift(
    stack: Stack = None,
    topic: Annotated[
        Names, typer.Option(help="Topic to lift to, such as pipelines (repeatable). Default: all.")
    ] = None,
    folder: Folder = Path("stacks"),
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Rewrite raw resources as topics of the model where the plan stays empty. Writes nothing to the accounts."""
    from revops_iac.commands.lift import lift_stack

    with _progress() as tell:
        outcome = lift_stack(folder, _chosen(folder, stack), topic or (), apply=yes, tell=tell)
    return _show(outcome, as_json)


@app.command()
def restore(
    source: Annotated[str, typer.Argument(metavar="BACKUP|RUN", help="Folder of a backup, or a run of the stack.")],
    objects: Annotated[
        Names, typer.Argument(metavar="[OBJECT]...", help="Names such as contacts.tier. Default: all.")
    ] = None,
    stack: Stack = None,
    system: Annotated[str | None, typer.Option(help="Restore only this system.")] = None,
    yes: Yes = False,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Restore objects in a stack's accounts from a backup, and list what cannot be restored."""
    from revops_iac.commands.restore import restore as restored

    with _progress() as tell:
        name = _chosen(folder, stack)
        report = restored(folder, name, source, objects or (), apply=yes, only=system, tell=tell)
    return _show(report, as_json)


@app.command()
def compare(
    left: Annotated[str, typer.Argument(metavar="LEFT", help="Stack, or folder of a backup.")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="Stack, or folder of a backup.")],
    accounts: Annotated[bool, typer.Option("--accounts", help="Compare the accounts, not the models.")] = False,
    shows_all: Annotated[bool, typer.Option("--all", help="Also show differences that the overlays make.")] = False,
    folder: Folder = Path("stacks"),
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
    as_json: Json = False,
) -> int:
    """Compare two environments: the model as it compiles for them, or their accounts. Exits 4 on a difference."""
    from revops_iac.commands.compare import compare_environments

    with _progress() as tell:
        found = compare_environments(folder, left, right, accounts=accounts, shows_all=shows_all, tell=tell)
    return _show(found, as_json, markdown)


@app.command()
def promote(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Stack where the model was tried.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Stack that gets it next.")],
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Show what must move to the next environment, in which order, and what will not work there. Writes nothing."""
    from revops_iac.commands.promote import promote as moved

    with _progress() as tell:
        found = moved(folder, source, target, tell=tell)
    return _show(found, as_json)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Shows on a terminal which account is being asked; elsewhere nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("reading the model …") as status:
        yield lambda text: status.update(f"asking {text} …")


def _colored(text: str) -> Text:
    """The states of checks, colored; `Console` leaves colors out where there is no terminal."""
    drawn = Text(text)
    for state, style in (("ok", "green"), ("warning", "yellow"), ("missing", "red"), ("not checked", "dim")):
        drawn.highlight_regex(rf"(?m)^  {state}(?=  )", style)
    return drawn


@app.command()
def schema() -> int:
    """Print the JSON Schema of model files, for editors."""
    from revops_iac.source.json_schema import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0


@app.command()
def simulate(
    as_json: Json = False,
    state: Annotated[Path | None, typer.Option("--state", help="Folder that keeps the simulated accounts.")] = None,
    evidence: Annotated[Path | None, typer.Option(help="Evidence file of `revops probe` to follow.")] = None,
    backup: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Load the accounts from this folder of `revops backup`."),
    ] = None,
    user: Annotated[Names, typer.Option(metavar="EMAIL", help="User to add to both CRMs (repeatable).")] = None,
    people: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Add the people of the model in this folder, as each stack maps them."),
    ] = None,
    hubspot_port: Annotated[int, typer.Option(help="Port for HubSpot (0 picks one).")] = 0,
    salesforce_http_port: Annotated[int, typer.Option(help="Port for Salesforce over HTTP (0 picks one).")] = 0,
    salesforce_https_port: Annotated[int, typer.Option(help="Port for Salesforce over HTTPS (0 picks one).")] = 0,
) -> int:
    """Serve simulated HubSpot and Salesforce accounts on this machine. Stop with Ctrl+C or SIGTERM."""
    from revops_iac.commands.people import logins_of

    with extra("simulate", "revops simulate"):
        from crm_simulators.server import CannotServe, Ports, serve

    try:
        ports = Ports(hubspot_port, salesforce_http_port, salesforce_https_port)
        logins = [*(user or ()), *(logins_of(people) if people else ())]
        serve(as_json, state, ports, evidence, logins, backup)
    except CannotServe as problem:
        fix = "choose another port, --state folder or --evidence file"
        raise AuthorError(f"revops simulate: {problem}", fix) from None
    return 0


@app.command()
def coverage(
    system: Annotated[
        str | None, typer.Option(help="Show only this system. Default: those that the model manages.")
    ] = None,
    status: Annotated[Status | None, typer.Option(help="Show only requirements with this status.")] = None,
    api: Annotated[
        bool,
        typer.Option(
            "--api", help="Show the API calls instead: what makes each one, and whether the simulators answer it."
        ),
    ] = False,
    stack: Annotated[
        str | None, typer.Option("--stack", "-s", help="Stack to show. Default: the model without overlays.")
    ] = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Show how each CRM meets each requirement of the model: enforced, automated, monitored, manual or elsewhere."""
    if api:
        return _api_coverage(system, folder, as_json)
    from revops_iac.commands.coverage import coverage_of

    shown = _shown_systems(system, folder)
    found = coverage_of(folder, stack)
    rows = [row for row in found if row["system"] in shown and status in (None, row["status"])]
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        _console().print(_coverage_table(rows))
    return 0


@app.command()
def docs(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to. Default: docs/process.")] = Path(
        "docs/process"
    ),
    stack: Stack = None,
    form: Annotated[Form, typer.Option("--format", help="Form of the documents.")] = "markdown",
    audience: Annotated[Reader | None, typer.Option(help="Write only the documents for this audience.")] = None,
    records: Annotated[
        Path | None, typer.Option(help="JSON or CSV file of leads to count in the decision tree.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="REV", help="Write release notes of the changes since this commit instead.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when the documents are stale.")] = False,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Write the process as documents: stages, scoring, routing, pipelines, deal desk, data, metrics, CRM guides."""
    from revops_iac.commands.docs import write_documents, write_release_notes
    from revops_iac.stack_context import StackContext

    context = StackContext.load(folder, _chosen(folder, stack))
    if since:
        outcome = write_release_notes(context, directory, form, audience, since)
    else:
        outcome = write_documents(context, directory, form, audience, check, records)
    return _show(outcome, as_json)


@app.command()
def mcp(
    stack: Stack = None,
    folder: Folder = Path("stacks"),
    policies: Annotated[Path, typer.Option(help="Folder of the policy pack, for its config.json.")] = Path("policies"),
) -> int:
    """Serve the model to assistants over the Model Context Protocol, on standard input and output. Only reads."""
    with extra("mcp", "revops mcp"):
        from revops_iac.commands.mcp import server

    server(folder, stack, policies).run("stdio")
    return 0


@app.command()
def explain(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="JSON or CSV file, e-mail address or id.")],
    stack: Stack = None,
    object_name: Annotated[
        RecordObject, typer.Option("--object", help="Type of record that the e-mail address or id belongs to.")
    ] = "contact",
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="Evaluate it at this moment, such as 2026-11-28T14:30.")
    ] = None,
    changes: Annotated[
        Names, typer.Option("--what-if", metavar="NAME=VALUE", help="Change the model for this answer (repeatable).")
    ] = None,
    folder: Folder = Path("stacks"),
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_json: Json = False,
) -> int:
    """Explain why a record is where it is: stage, score, owner, deadlines, approvals. Changes nothing."""
    from revops_iac.commands.explain import explain as explained
    from revops_iac.commands.explain import moment_of
    from revops_iac.stack_context import StackContext

    context = StackContext.load(folder, _chosen(folder, stack))
    found = explained(context, record, object_name, changes or (), moment_of(at) if at else None)
    return _show(found, as_json, as_markdown)


def _shown_systems(named: str | None, folder: Path) -> Collection[str]:
    """The system that the option names, or those that the model manages."""
    from revops_iac.commands.coverage import managed_in
    from revops_iac.commands.init.answers import chosen_systems

    return chosen_systems([named]) if named else managed_in(folder)


def _api_coverage(system: str | None, folder: Path, as_json: bool) -> int:
    from revops_iac.commands.api_coverage import api_table, render
    from revops_iac.systems import system_named

    rows = api_table(system_named(name) for name in _shown_systems(system, folder))
    print(json.dumps(rows, indent=2) if as_json else render(rows))
    return 0


def _coverage_table(rows: Sequence[dict[str, Any]]) -> Table:
    drawn = Table("topic", "requirement", "system", "status", "how", box=None, pad_edge=False)
    for row in rows:
        drawn.add_row(row["topic"], row["requirement"], row["system"], row["status"], row["how"])
    return drawn


people_app = typer.Typer(no_args_is_help=True, help="Change the people of the model.")
app.add_typer(people_app, name="people")


@people_app.callback()
def _people() -> None:
    """Change the people of the model."""


@people_app.command(name="leave")
def people_leave(
    person: Annotated[str, typer.Argument(metavar="KEY", help="The person who leaves, by key.")],
    to: Annotated[str, typer.Option(metavar="KEY", help="Who takes over, by key.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Change the files (default: dry run).")] = False,
    stack: Stack = None,
    folder: Folder = Path("stacks"),
    as_json: Json = False,
) -> int:
    """Replace a person who leaves everywhere in the model, and count what they own in a stack's accounts.

    Comments and formatting stay. Writes nothing to the accounts.
    """
    from revops_iac.commands.people import leave

    report = leave(folder, _chosen(folder, stack), person, to, write=yes)
    return _show(report, as_json)


if __name__ == "__main__":
    main()
