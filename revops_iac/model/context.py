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
    """The amount, in whole units."""
    currency: Currency
    """The currency (ISO 4217), such as `EUR`."""


class MissingRate(LookupError):
    """`context.exchange_rates` has no rate for `currency`."""

    def __init__(self, currency: str) -> None:
        super().__init__(f'there is no exchange rate for "{currency}"')
        self.currency = currency


class ContractValue(Entry):
    """The range of annual contract values."""

    low: Money | None = None
    """The smallest usual contract."""
    high: Money | None = None
    """The largest usual contract."""


class Stack(Entry):
    """The tools in use, by name."""

    crm: str | None = None
    """The CRM in use."""
    marketing_automation: str | None = None
    """The marketing automation tool."""
    scheduling: str | None = None
    """The tool that books meetings."""
    enrichment: list[str] = []
    """The sources of data."""


class Systems(Entry):
    """The CRMs that the model manages."""

    managed: list[System] = []
    """The CRMs that the model manages: `hubspot`, `salesforce`."""
    source_of_truth: System | None = None
    """Where more than one is managed, the one that wins."""


class Dimension(Entry):
    """Something entries filter on, and the field that holds it on each object."""

    values: list[Key]
    """The values that entries may name."""
    contact: FieldReference | None = None
    """The field of the contact that holds the value."""
    company: FieldReference | None = None
    """The field of the company that holds the value."""
    deal: FieldReference | None = None
    """The field of the deal that holds the value."""
    lead: FieldReference | None = None
    """The field of the lead that holds the value."""

    def field_on(self, object_name: str) -> FieldRef | None:
        """The field that holds this dimension on an object."""
        live: str | None = getattr(self, object_name)
        return FieldRef(live) if live else None


class Context(Entry):
    """What the rest of the model is read against. Every part is optional: nothing blocks on a gap."""

    company: str | None = None
    """The name of the company."""
    name_prefix: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9]*_)?$", max_length=12)] = ""
    """Begins vendor names of what the model makes, such as `nw_`; never part of Pulumi names."""
    currency: Currency = "USD"
    """The company currency (ISO 4217), in which amounts are compared."""
    time_zone: TimeZone = "UTC"
    """The time zone of scheduled runs."""
    motion: Motion | None = None
    """The go-to-market motion."""
    annual_contract_value: ContractValue | None = None
    """The range of annual contract values."""
    sales_cycle_days: Annotated[int, Field(gt=0)] | None = None
    """First touch to closed-won, in days."""
    stack: Stack = Stack()
    """The tools in use."""
    current_state: str | None = None
    """Where the company stands today, in a sentence."""
    goal: str | None = None
    """What the process is to achieve, in a sentence."""
    systems: Systems = Systems()
    """The CRMs that the model manages."""
    dimensions: dict[Key, Dimension] = {}
    """What entries filter on with `applies_to`, such as a product or region, by key."""
    regions: dict[Key, Annotated[list[str], Field(min_length=1)]] = {}
    """Region -> its countries, other regions or values of another kind, for conditions: `dach: [DE, AT, CH]`, then
    `contact.country in region dach`. A country stands for all of its names: `US` is also USA and United States."""
    countries: dict[str, list[str]] = {}
    """Country -> more ways in which records spell it, beside its codes and English names."""
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
