"""`revops probe` on the command line: what it will make, a person's yes, progress, the table and the evidence file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from revops_iac.diagnostics import suggest
from revops_iac.errors import AuthorError

if TYPE_CHECKING:
    from revops_iac.commands.probe.run import Bench
    from revops_iac.provider.inspection.probe import Probe


def known_stacks() -> list[str]:
    """The stacks of the folder one is in, for completion; [] anywhere else."""
    return sorted(path.name.split(".")[1] for path in Path("stacks").glob("Pulumi.*.yaml"))


def known_systems() -> list[str]:
    """The installed systems, for completion."""
    from revops_iac.systems import installed_systems

    return list(installed_systems())


def known_probes() -> list[str]:
    """All probes, for completion."""
    from revops_iac.systems import installed_systems

    return [probe.id for system in installed_systems().values() if system.probes for probe in system.probes().probes]


def probe(
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            "-s",
            envvar="PULUMI_STACK",
            autocompletion=known_stacks,
            help="Stack name (optional when there is only one).",
        ),
    ] = None,
    system: Annotated[str | None, typer.Option(autocompletion=known_systems, help="Probe only this system.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(autocompletion=known_probes, help="Run only this probe (repeatable).")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--evidence", help="File to write the evidence to, for `revops simulate`.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for consent.")] = False,
    folder: Annotated[Path, typer.Option("--folder", "-C", help="Folder with model/ and overlays/.")] = Path("stacks"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Test undocumented vendor behavior in a sandbox, and save the evidence for the simulators.

    Creates objects named revops_probe_… and deletes them afterwards. Never runs in production.
    """
    from revops_iac.commands.doctor import chosen_stack
    from revops_iac.commands.probe.evidence import evidence, merged, read_earlier, render
    from revops_iac.commands.probe.report import exit_code, left_behind, table
    from revops_iac.commands.probe.run import announcement, benches, close, run_probes

    chosen = _chosen(only or ())
    earlier = read_earlier(file) if file else None
    found = benches(folder, chosen_stack(folder, stack), system)
    try:
        _agree(announcement(found, chosen), yes)
        secrets = _secrets(found)
        probed = run_probes(found, chosen=chosen, tell=_tell)
    finally:
        close(found)
    document = merged(earlier, evidence(probed, datetime.now(UTC)))
    text = render(document, secrets)
    if file:
        file.write_text(text, encoding="utf-8")
    print(json.dumps({**document, "left_behind": left_behind(probed)}, indent=2) if as_json else table(probed, file))
    return exit_code(probed)


def _chosen(only: Sequence[str]) -> Callable[[Probe[Any]], bool]:
    known = known_probes()
    for name in only:
        if name not in known:
            raise AuthorError(f'there is no probe "{name}"', suggest(name, known))
    return lambda probe: not only or probe.id in only


def _agree(text: str, yes: bool) -> None:
    print(text, file=sys.stderr)
    if yes:
        return
    if not sys.stdin.isatty():
        raise AuthorError(
            "there is no terminal to ask for consent; nothing was created", "read the list above, then add --yes"
        )
    if not typer.confirm("Create these objects?", default=False, err=True):
        raise AuthorError("nothing was created", "answer y, or add --yes")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _secrets(found: Sequence[Bench]) -> list[str]:
    """What must not be in the file: ids of the accounts, and all that the environment says of them."""
    prefixes = tuple(f"{bench.system.name.upper()}_" for bench in found)
    given = [value for name, value in os.environ.items() if name.startswith(prefixes) and not name.endswith("_VERSION")]
    return [*(bench.account for bench in found), *given]
