"""Folders of Salesforce source as YAML, and the YAML deployed to an empty org: what is equal, what differs, and why.

`python -m bench.source_folders DIR ...`, one folder such as `force-app` each; nothing of them is kept. A component is
equal when the org holds every element of it, in any order, beside what an org adds by itself. What it refuses, since
it lacks what the component refers to, is listed with its answer.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_simulators.server import RunningSimulators, running
from revops_salesforce.source import open_folder

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.source_folder import read_source
from revops_iac.config.stack_config import StackConfig
from revops_iac.errors import RevopsError
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named
from tests.providers.contract import stack_config

MODEL = "context:\n  systems: {managed: [salesforce], source_of_truth: salesforce}\n"
PARTS = frozenset({"fullName", "fields", "validationRules", "recordTypes", "businessProcesses", "listViews"})
"""The name, and parts of an object that are components of their own."""
NIL = "@xsi:nil"
"""How a file writes an element that has no value."""


def main() -> None:
    """Prints what each folder holds, and what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    with running() as crms:
        os.environ.update(crms.env())
        for folder in parser.parse_args().folders:
            crms.reset()
            with tempfile.TemporaryDirectory() as scratch:
                print("\n".join(_judged(folder, Path(scratch), crms)), flush=True)


def _judged(source: Path, scratch: Path, crms: RunningSimulators) -> Iterator[str]:
    context, account = _context(scratch, crms), open_folder(source)
    readings = read_source(context, system_named("salesforce"), account, set(), Choice(), lambda text: None)
    adopted, left_out = sum(len(one.adopted) for one in readings), [one.left_out for one in readings]
    refused = [f"{name}: {reason}" for one in left_out for name, reason in one.items()]
    total = adopted + len(refused)
    yield f"{source}: {adopted:,} of {total:,} components adopted ({adopted / max(total, 1):.2%})"
    yield from (f"  left out: {one}" for one in refused)
    raw = {(one.system, one.kind): {each.name: each.entry for each in one.adopted} for one in readings}
    planned = context.with_raw(raw).planned
    session = context.session(system_named("salesforce"))
    session.allow_writes()
    outcomes, made = Counter[str](), list[tuple[Any, str]]()
    for item in planned:
        kind = session.system.kinds[item.declaration.kind]
        try:
            typed = kind.parse(item.declaration.inputs)
            live = session.find(kind, item.name)
            session.remember(kind, kind.create(session, typed) if live is None else kind.update(session, live, typed))
            if hasattr(kind, "component_type"):  # an activation is no component
                made.append((kind, item.name))
        except RevopsError as error:
            outcomes["refused by the org"] += 1
            yield f"  refused: {kind.name} {item.name}: {error.diagnostic.sentence}"
    for kind, name in made:  # at the end, since a field may change its object
        bodies = [client.read_components(kind.component_type, [name]) for client in (account.client, session.client)]
        said, there = (_leaves(_without_ordinary(kind, body)) for one in bodies for body in one.values())
        missing = sorted(said - there)
        outcomes["equal" if not missing else "different"] += 1
        if missing:
            yield f"  differs: {kind.name} {name}: {missing[:4]}, in the org {sorted(there - said)[:4]}"
    yield f"{source}: " + ", ".join(f"{number:,} {what}" for what, number in outcomes.items())


def _context(scratch: Path, crms: RunningSimulators) -> StackContext:
    for name in ("model", "overlays"):
        (scratch / name).mkdir()
    (scratch / "model" / "context.yaml").write_text(MODEL, encoding="utf-8")
    (scratch / "overlays" / "dev.yaml").write_text("{}", encoding="utf-8")
    return StackContext.of(scratch, StackConfig("dev", stack_config(crms)))


def _without_ordinary(kind: Any, body: dict[str, Any]) -> dict[str, Any]:
    """The component without what Salesforce gives to each one by itself: no action that is overridden by nothing."""
    made = {key: value for key, value in body.items() if value != kind.ordinary.get(key)}
    if "actionOverrides" in made:
        made["actionOverrides"] = [one for one in made["actionOverrides"] if one.get("type") != "Default"]
    return made


def _leaves(value: Any, path: str = "") -> set[str]:
    """The elements that say something, with their path; entries of lists without their place."""
    if isinstance(value, dict):
        inner = ((key, one) for key, one in value.items() if key != NIL and (path or key not in PARTS))
        return {leaf for key, one in inner for leaf in _leaves(one, f"{path}.{key}")}
    if isinstance(value, list):
        return {leaf for one in value for leaf in _leaves(one, path)}
    text = str(value).lower() if isinstance(value, bool) else str(value if value is not None else "").strip()
    is_ordinary = text in ("", "false") or (path.endswith(".isActive") and text == "true")  # values are active [K]
    return set() if is_ordinary else {f"{path}={text}"}


if __name__ == "__main__":
    main()
