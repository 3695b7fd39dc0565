"""Every type that is deployed has a form of file, and the simulated org looks for it in the same place."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.salesforce.metadata.registry import PARTS, TYPES
from revops_salesforce import provider
from revops_salesforce.deploy.package import FORMS
from revops_salesforce.metadata.kind import MetadataKind

from revops_iac.provider.kind import Existence

DEPLOYED = [
    kind
    for kind in provider.kinds.values()
    if isinstance(kind, MetadataKind) and kind.existence is not Existence.MONITORED
]


@pytest.mark.parametrize("kind", DEPLOYED, ids=lambda kind: kind.name)
def test_a_kind_has_a_file_or_says_why_not(kind: MetadataKind[Any]) -> None:
    says_why_not = type(kind).packed is not MetadataKind.packed
    assert kind.component_type in FORMS or says_why_not, "add a row to vendor_facts/salesforce/metadata_files.csv"


@pytest.mark.parametrize("name", [name for name in FORMS if name in TYPES])
def test_the_simulated_org_agrees_on_the_file(name: str) -> None:
    modeled, form = TYPES[name], FORMS[name]
    assert (modeled.directory, modeled.suffix or "") == (form["folder"], form["suffix"])
    if form["container"] == "CustomObject":
        assert PARTS["CustomObject"][form["element"]] == name
