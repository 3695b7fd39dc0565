"""What needs the author's consent, and the words for it: conflicts, immutable inputs, records that would be lost."""

from __future__ import annotations

from typing import Any

from revops_iac.diagnostics import Diagnostic
from revops_iac.errors import AuthorError
from revops_iac.provider.changes.differences import describe
from revops_iac.provider.kind import Definition, Impact, Kind, LiveObject
from revops_iac.provider.session import Session


def same(kind: Kind[Any, Any], declared: Definition, live: LiveObject) -> bool:
    """Whether everything declared is already as the account holds it."""
    return not kind.differences(declared, kind.managed_view(declared, live))


def changed_since_plan(label: str, kind: Kind[Any, Any], name: str, became: str = "changed") -> Diagnostic:
    """An object that is not as the plan saw it: `changed`, or `removed`."""
    return Diagnostic(
        f'{label} {kind.name} "{name}"',
        f"was {became} in the account since the plan; it was not overwritten",
        "run pulumi preview again and review what changed",
    )


def collision(label: str, kind: Kind[Any, Any], inputs: Definition, live: LiveObject) -> Diagnostic:
    """An object that exists with different settings: both values of each difference."""
    view = kind.managed_view(inputs, live)
    values = "; ".join(describe(key, *comparable(kind, key, view, inputs)) for key in kind.differences(inputs, view))
    return Diagnostic(
        f'{label} {kind.name} "{live.name}"',
        f"already exists with different settings: {values}",
        "add adopt: true to its entry to adopt it (its original settings are kept), or give the entry another "
        "vendor_name",
    )


def comparable(kind: Kind[Any, Any], key: str, view: Definition, inputs: Definition) -> tuple[Any, Any]:
    """Both values of an input, in one form where one is in words and the other the vendor's document."""
    there, desired = view.get(key), inputs.get(key)
    if there is not None and desired is not None and isinstance(there, dict) is not isinstance(desired, dict):
        return kind.normalize(view).get(key), kind.normalize(inputs).get(key)
    return there, desired


def immutable_refusal(
    label: str, kind: Kind[Any, Any], name: str, changed: list[str], at_stake: str = ""
) -> Diagnostic:
    """A change that the vendor cannot make in place, with the recipe; `at_stake` says which records."""
    return Diagnostic(
        f'{label} {kind.name} "{name}"',
        f"{', '.join(changed)} cannot change after creation, and nothing that holds records is "
        f"replaced{at_stake and f' ({at_stake})'}",
        "declare a new key beside it, copy the values, switch what uses it, then remove the old one",
    )


def refuse_loss(session: Session[Any], kind: Kind[Any, Any], inputs: Definition, live: LiveObject) -> None:
    """Refuses a removal that would lose records unless stack config names it. Raises AuthorError."""
    given_up = gives_up(session, kind.pulumi_name(kind.parse(inputs)), live.name)
    impact = None if given_up else kind.delete_impact(session, live)
    if impact is not None and impact.records > 0:
        raise AuthorError(loss_refusal(session, kind, live.name, impact))


def gives_up(session: Session[Any], *names: str) -> bool:
    """Whether stack config gives up the records behind one of these names."""
    return bool({*names} & (session.settings.allow_data_loss | session.settings.allow_delete))


def loss_refusal(session: Session[Any], kind: Kind[Any, Any], name: str, impact: Impact) -> Diagnostic:
    """A removal with records at stake."""
    allow = f"{adding(name, 'allowDataLoss')}, pulumi up, then remove it "
    return Diagnostic(
        f'{session.system.label} {kind.name} "{name}"',
        f"removing it would lose data: {impact.sentence}",
        (f"{impact.fix}; where it was adopted and only gets its original back: {allow}" if impact.fix else allow)
        + "(a plain destroy or refresh sees the config of the last up, unless --run-program)",
    )


def adding(name: str, key: str) -> str:
    """What allows something by its name, whatever else is allowed in the same run.

    >>> adding("contacts.pet", "allowDataLoss")
    'add "contacts.pet" to revops:allowDataLoss in stack config'
    """
    return f'add "{name}" to revops:{key} in stack config'


def update_losses(session: Session[Any], kind: Kind[Any, Any], inputs: Definition, live: LiveObject) -> list[Impact]:
    """What bringing an object to its inputs would lose, without what stack config gives up by name."""
    if same(kind, inputs, live):
        return []
    given_up = gives_up(session, kind.pulumi_name(kind.parse(inputs)), live.name)
    impacts = kind.update_impact(session, kind.parse(inputs), live)
    return [impact for impact in impacts if impact.records > 0 and not (given_up and impact.fix is None)]


def change_refusal(session: Session[Any], kind: Kind[Any, Any], name: str, impact: Impact) -> Diagnostic:
    """A change with records at stake."""
    return Diagnostic(
        f'{session.system.label} {kind.name} "{name}"',
        f"changing it would lose data: {impact.sentence}",
        impact.fix or f"change these records first, or give their values up: {adding(name, 'allowDataLoss')}",
    )
