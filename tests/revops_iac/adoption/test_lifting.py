"""What one entry says of another is dropped with the one that says it, before the other stays raw."""

from __future__ import annotations

from revops_iac.adoption.lifting import Entry, Lifting, share
from revops_iac.model import Model

SAYS = {"pipelines": {"sales": {"close_date_field": "deal.closed_on"}}}


def test_entry_that_is_refused_with_what_another_says_of_it_is_lifted_without() -> None:
    pipeline = Entry("pipelines", "sales", {"label": "Sales"})
    workflow = Entry("automation", "stale", {"does": "stale_deal"}, also=SAYS)
    lifting = Lifting([pipeline, workflow])
    share(Model(), lifting.entries)
    assert pipeline.content == {"label": "Sales", "close_date_field": "deal.closed_on"}
    lifting.drop(pipeline, "no such field")
    assert (lifting.entries, pipeline.content) == ([pipeline], {"label": "Sales"})
    (stays,) = lifting.stays
    assert (stays.topic, stays.reason) == (
        "automation",
        "pipelines.sales is refused with what this says of it: no such field",
    )
    lifting.drop(pipeline, "no such stage")
    assert (lifting.entries, lifting.stays[-1].reason) == ([], "no such stage")
