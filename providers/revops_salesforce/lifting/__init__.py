"""Salesforce's raw resources in the model's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from revops_iac.model import Model
from revops_iac.provider.lifting import FieldBinding, NotLifted, Proposal, Raw, with_proposals
from revops_iac.provider.lifting.automations import lifted_automations
from revops_iac.provider.live_object import Definition
from revops_iac.provider.session import Session
from revops_salesforce.compiler import compile_automations, compile_model
from revops_salesforce.compiler.terms.names import SYSTEM, developer_name
from revops_salesforce.lifting.automations import readings
from revops_salesforce.lifting.deal_desk import deal_desks
from revops_salesforce.lifting.lifecycle import lifecycles
from revops_salesforce.lifting.pipelines import pipelines
from revops_salesforce.lifting.routing import routing
from revops_salesforce.lifting.scoring import scorings
from revops_salesforce.lifting.terms import OWNERS, Terms


def lift(session: Session[Any], model: Model) -> Iterator[Proposal | NotLifted | FieldBinding]:
    """Proposals for the raw section; stages that it does not have are read in the org."""
    raw = _with_named_lists(session, model.raw(SYSTEM))
    terms = Terms(session, model, raw)
    found = [*scorings(terms), *lifecycles(terms), *pipelines(session, raw), *routing(terms), *deal_desks(terms)]
    yield from found
    grown = with_proposals(model, [one for one in found if isinstance(one, Proposal)])

    def finish(key: str, base: str) -> Definition:
        return {} if developer_name(grown, key) == base else {"vendor_name": {SYSTEM: base}}

    yield from lifted_automations(terms, grown, "Flow", (compile_automations, compile_model), readings, finish)
    yield from terms.bindings()


def _with_named_lists(session: Session[Any], raw: Raw) -> Raw:
    """The raw section with the picklists that its flows name, as the org has them, where it has not."""
    kinds, found = session.system.kinds, dict(raw.get("CustomField", {}))
    sets = dict(raw.get("GlobalValueSet", {}))
    for name in dict.fromkeys(re.findall(r"\w+__c\b", json.dumps(raw.get("Flow", {}), default=str))):
        for whole in (f"{one}.{name}" for one in OWNERS if f"{one}.{name}" not in found):
            live = session.find(kinds["CustomField"], whole)
            if live is not None and live.definition.get("type") == "Picklist":
                found[whole] = live.definition
                shared = str((live.definition.get("value_set") or {}).get("global_value_set"))
                if shared not in sets and (list_ := session.find(kinds["GlobalValueSet"], shared)) is not None:
                    sets[shared] = list_.definition
    return {**raw, "CustomField": found, "GlobalValueSet": sets}
