"""Salesforce's raw resources in the model's words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from revops_iac.model import Model
from revops_iac.provider.automations import Reading, Search
from revops_iac.provider.lifting import FieldBinding, NotLifted, Proposal, with_proposals
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
from revops_salesforce.lifting.terms import Terms


def lift(session: Session[Any], model: Model) -> Iterator[Proposal | NotLifted | FieldBinding]:
    """Proposals for the raw section; stages that it does not have are read in the org."""
    raw = model.raw(SYSTEM)
    terms = Terms(session, model, raw)
    found = [*scorings(terms), *lifecycles(terms), *pipelines(session, raw), *routing(terms), *deal_desks(terms)]
    yield from found
    yield from _automations(terms, with_proposals(model, [one for one in found if isinstance(one, Proposal)]))
    yield from terms.bindings()


def _automations(terms: Terms, model: Model) -> Iterator[Proposal | NotLifted]:
    """The flows that an automation compiles to, in a model that has what else was found."""
    session = terms.session

    def read(grown: Model, inputs: Definition) -> Iterator[Reading]:
        terms.model = grown
        return readings(terms, inputs)

    def finish(key: str, base: str) -> Definition:
        return {} if developer_name(model, key) == base else {"vendor_name": {SYSTEM: base}}

    compile_ = partial(compile_automations, settings=session.settings)
    whole = partial(compile_model, settings=session.settings)
    return Search(session, session.system.kinds["Flow"], model, compile_, whole, read, finish).proposals()
