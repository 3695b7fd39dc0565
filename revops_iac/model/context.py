"""Context: the company, its motion, money and systems, and the dimensions that entries filter on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from revops_iac.model.condition import FieldRef
from revops_iac.model.entry import AppliesTo, Entry, FieldReference, Key, System, TimeZone

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Motion = Literal["product_led", "sales_led", "hybrid"]


class Money(Entry):
    """An amount in whole units of a currency (ISO 4217)."""

    amount: float
    currency: Currency


class MissingRate(LookupError):
    """`context.exchange_rates` has no rate for `currency`."""

    def __init__(self, currency: str) -> None:
        super().__init__(f'there is no exchange rate for "{currency}"')
        self.currency = currency


class ContractValue(Entry):
    """The range of annual contract values."""

    low: Money | None = None
    high: Money | None = None


class Stack(Entry):
    """The tools in use, by name."""

    crm: str | None = None
    marketing_automation: str | None = None
    scheduling: str | None = None
    enrichment: list[str] = []


class Systems(Entry):
    """The CRMs that the model manages."""

    managed: list[System] = []
    source_of_truth: System | None = None
    """Where more than one is managed, the one that wins."""


class Dimension(Entry):
    """Something entries filter on, and the field that holds it on each object."""

    values: list[Key]
    contact: FieldReference | None = None
    company: FieldReference | None = None
    deal: FieldReference | None = None
    lead: FieldReference | None = None

    def field_on(self, object_name: str) -> FieldRef | None:
        """The field that holds this dimension on an object."""
        live: str | None = getattr(self, object_name)
        return FieldRef(live) if live else None


class Context(Entry):
    """What the rest of the model is read against. Every part is optional: nothing blocks on a gap."""

    company: str | None = None
    name_prefix: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9]*_)?$", max_length=12)] = ""
    """Begins vendor names of what the model makes, such as `nw_`; never part of Pulumi names."""
    currency: Currency = "USD"
    time_zone: TimeZone = "UTC"
    motion: Motion | None = None
    annual_contract_value: ContractValue | None = None
    sales_cycle_days: Annotated[int, Field(gt=0)] | None = None
    """First touch to closed-won, in days."""
    stack: Stack = Stack()
    current_state: str | None = None
    goal: str | None = None
    systems: Systems = Systems()
    dimensions: dict[Key, Dimension] = {}
    exchange_rates: dict[Currency, Annotated[float, Field(gt=0)]] = {}
    """One unit of each currency, in the company currency."""

    def convert(self, money: Money) -> float:
        """The amount in the company currency; raises MissingRate.

        >>> Context(currency="USD", exchange_rates={"EUR": 1.1}).convert(Money(amount=100, currency="EUR"))
        110.0
        """
        if money.currency == self.currency:
            return money.amount
        if money.currency not in self.exchange_rates:
            raise MissingRate(money.currency)
        return round(money.amount * self.exchange_rates[money.currency], 2)

    def covers(self, applies_to: AppliesTo, object_name: str, record: dict[str, object]) -> bool:
        """Does a record (keyed `object.key`) hold one of the values in every dimension that the filter names?"""
        for key, values in applies_to.items():
            field = self.dimensions[key].field_on(object_name)
            if field is None or str(record.get(field) or "").casefold() not in {value.casefold() for value in values}:
                return False
        return True
