"""The inputs of a segment."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from revops_hubspot.api.errors import Json, JsonObject
from revops_hubspot.filters.branches import FilterText, compile_filter, refusal
from revops_hubspot.filters.json_form import first_few, misformed
from revops_hubspot.filters.lexer import FilterError
from revops_iac.provider.kind import Definition, Inputs


class ListInputs(Inputs):
    """A segment, which HubSpot's API calls a list. Its name is unique in the portal and can change.

    Its members are defined by `filter`, as text, or by `filter_branch`, in HubSpot's JSON. People and segments in a
    filter branch are tokens: `{owner: maya@example.com}`, `{list: Customers}`.

    Example::

        object: contacts
        name: Contacts without a job title
        processing_type: DYNAMIC
        filter: jobtitle is unknown

    Later::

        filter: jobtitle is unknown and (company is known or email ends with any of [".edu"])

    Renamed::

        name: Contacts without a title

    Another example::

        object: contacts
        name: Contacts without a job title
        processing_type: DYNAMIC
        filter_branch:
          filterBranchType: OR
          filterBranches:
            - filterBranchType: AND
              filters:
                - filterType: PROPERTY
                  property: jobtitle
                  operation: {operationType: ALL_PROPERTY, operator: IS_UNKNOWN}

    Another later::

        filter_branch:
          filterBranchType: OR
          filterBranches:
            - filterBranchType: AND
              filters:
                - filterType: PROPERTY
                  property: jobtitle
                  operation: {operationType: ALL_PROPERTY, operator: IS_UNKNOWN}
                - filterType: PROPERTY
                  property: company
                  operation: {operationType: ALL_PROPERTY, operator: IS_KNOWN}
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or a custom object's type id."""
    name: str = Field(pattern=r"\S")
    processing_type: Literal["DYNAMIC", "MANUAL", "SNAPSHOT"] = "DYNAMIC"
    filter: FilterText | None = None
    """Which records are members: `lifecyclestage is any of [lead] and fit_score >= 40`."""
    filter_branch: JsonObject | None = None
    """HubSpot's own filter tree: an OR branch of AND branches of filters."""

    @model_validator(mode="after")
    def _has_one_filter(self) -> Self:
        if self.filter is not None and self.filter_branch is not None:
            raise ValueError("filter and filter_branch are mutually exclusive; keep one of them")
        if self.processing_type == "DYNAMIC" and self.filter is None and self.filter_branch is None:
            raise ValueError("a DYNAMIC segment needs filter or filter_branch")
        if self.filter is not None:
            try:
                compile_filter(self.filter, self.object)
            except FilterError as error:
                raise refusal(error) from None
        return self

    @model_validator(mode="after")
    def _filter_fits(self) -> Self:
        if self.processing_type == "MANUAL" and (self.filter is not None or self.filter_branch is not None):
            raise ValueError("a MANUAL segment cannot have a filter: its members are added manually")
        if wrong := misformed(self.filter_branch) if self.filter_branch is not None else []:
            raise ValueError(f"filter_branch: {first_few(wrong)}")
        return self

    @property
    def branch(self) -> Json:
        """The declared filter branch, None without one."""
        return branch_of_text(self.managed()) if self.filter is not None else self.filter_branch


def branch_of_text(definition: Definition) -> Json:
    """What stands under `filter`, compiled; what the language has no words for stands there in HubSpot's form."""
    text = definition.get("filter")
    return compile_filter(text, str(definition["object"])) if isinstance(text, str) else text
