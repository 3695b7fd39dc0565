"""Salesforce's raw resources in the model's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.model import Model
from revops_iac.provider.automations import Search
from revops_iac.provider.lifting import FieldBinding, NotLifted, Proposal
from revops_iac.provider.session import Session
from revops_salesforce.compiler.automation import compile_automations
from revops_salesforce.compiler.terms.names import SYSTEM, VENDOR_OBJECTS, developer_name, field_name
from revops_salesforce.lifting.deal_desk import deal_desks
from revops_salesforce.lifting.lifecycle import lifecycles
from revops_salesforce.lifting.pipelines import pipelines
from revops_salesforce.lifting.routing import routing
from revops_salesforce.lifting.scoring import scorings
from revops_salesforce.lifting.terms import Terms


def lift(session: Session[Any], model: Model) -> Iterator[Proposal | NotLifted | FieldBinding]:
    """Proposals for the raw section; stages that it does not have are read in the org."""
    raw = model.raw(SYSTEM)
    terms = Terms(session, model, raw)
    yield from scorings(terms)
    yield from lifecycles(terms)
    yield from pipelines(session, raw)
    yield from routing(terms)
    yield from deal_desks(terms)
    yield from _automations(session, model)
    yield from terms.bindings()


def _automations(session: Session[Any], model: Model) -> Iterator[Proposal | NotLifted]:
    """The flows that an automation compiles to."""
    search = Search(
        session,
        session.system.kinds["Flow"],
        model,
        lambda changed: compile_automations(changed, session.settings),
        lambda reference: [field_name(model, reference, one) for one in VENDOR_OBJECTS[reference.object]],
        lambda key, base: {} if developer_name(model, key) == base else {"vendor_name": {SYSTEM: base}},
    )
    return search.proposals()
