"""The evidence file of `revops probe`: what the accounts answered, and the switches that this sets.

It holds no token, no id of an account, no name of a person and nothing that a vendor wrote: only our own words, status
codes and request templates. `revops simulate --evidence FILE` reads its `switches`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from revops_iac.commands.probe.run import Outcome, Probed, Result
from revops_iac.errors import AuthorError, Bug

FORMAT = 1
NOTE = (
    "# Written by revops probe. The simulators read it: revops simulate --evidence FILE.\n"
    "# It names no account and no person; `account` tells two accounts apart and is too short to find one.\n"
)
SHORTEST_SECRET = 5
"""Anything shorter would be found by chance."""


def evidence(probed: Iterable[Probed], at: datetime) -> dict[str, Any]:
    """The document: results by system, and the switches that they set."""
    systems = {one.system: _system(one, at) for one in probed}
    return {
        "format": FORMAT,
        "written_by": f"revops-iac {version('revops-iac')}",
        "systems": systems,
        "switches": _switches(systems),
    }


def _system(probed: Probed, at: datetime) -> dict[str, Any]:
    return {
        "account": probed.mark,
        "account_type": probed.account_type,
        "at": at.strftime("%Y-%m-%dT%H:%MZ"),
        "probes": [_probe(result) for result in probed.results],
        "not_probed": dict(probed.unprobed),
    }


def _probe(result: Result) -> dict[str, Any]:
    probe = result.probe
    shown: dict[str, Any] = {
        "id": probe.id,
        "fact": probe.fact,
        "recorded": probe.recorded,
        "evidence_before": probe.evidence,
        "requests": list(probe.requests),
        "outcome": result.outcome.value,
        "observed": result.observed,
    }
    if result.outcome is Outcome.DECIDED:
        shown["value"] = result.value
    if result.sets:
        shown["switch"] = probe.id
    if not probe.sets_switch:
        shown["simulated"] = probe.simulated
    if result.left:
        shown["left_behind"] = len(result.left)
    return shown


def _switches(systems: Mapping[str, Any]) -> dict[str, Any]:
    found = [probe for system in systems.values() for probe in system["probes"] if "switch" in probe]
    return {probe["switch"]: probe["value"] for probe in sorted(found, key=lambda probe: str(probe["switch"]))}


def merged(earlier: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any]:
    """The new document with what an earlier one knows besides: of other systems, and other probes of the same account.

    A probe that was not run says nothing, so what it found earlier stays.
    """
    before = (earlier or {}).get("systems", {})
    systems = {name: _joined(before.get(name), now) for name, now in {**before, **new["systems"]}.items()}
    return {**new, "systems": systems, "switches": _switches(systems)}


def _joined(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> dict[str, Any]:
    if before is None or before is now or before.get("account") != now["account"]:
        return dict(now)
    probes = {probe["id"]: probe for probe in before["probes"]}
    probes |= {probe["id"]: probe for probe in now["probes"] if probe["outcome"] != Outcome.NOT_RUN}
    probes = {**{probe["id"]: probe for probe in now["probes"]}, **probes}
    account_type = now["account_type"] or before["account_type"]
    return {**now, "account_type": account_type, "probes": [probes[name] for name in sorted(probes)]}


def read_earlier(path: Path) -> dict[str, Any] | None:
    """The document in a file, None without one. Raises AuthorError when it is something else."""
    if not path.exists():
        if not path.parent.is_dir():
            raise AuthorError(f"{path.parent} is not a folder", "mkdir it, or choose another --evidence file")
        return None
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("systems"), dict):
        raise AuthorError(f"{path} exists and is no evidence file", "choose another --evidence file")
    return found


def render(document: Mapping[str, Any], secrets: Iterable[str]) -> str:
    """The file's text. Raises Bug when one of the secrets is in it: a token, an account's id, an address."""
    text = NOTE + yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, width=120)
    if any(secret in text for secret in secrets if len(secret) >= SHORTEST_SECRET):
        raise Bug("the evidence file would name the account, so it was not written", "report which probes were run")
    return text
