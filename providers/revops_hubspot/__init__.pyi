"""HubSpot as typed Pulumi resources. Written by script/docs from the kinds; edits here are lost."""

from collections.abc import Mapping
from typing import Unpack

from pulumi import ResourceOptions

from revops_hubspot.inputs import (
    AssociationLabelInputs,
    CustomObjectSchemaInputs,
    LifecycleStagesInputs,
    ListInputs,
    PipelineInputs,
    PipelineRulesInputs,
    PipelineStagePermissionsInputs,
    PropertyGroupInputs,
    PropertyInputs,
    PropertyOptionsInputs,
    PropertyValidationInputs,
    WorkflowActivationInputs,
    WorkflowInputs,
)
from revops_iac.program import KindResource
from revops_iac.systems import System

RESOURCES: Mapping[str, type[KindResource]]
provider: System

class AssociationLabel(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[AssociationLabelInputs],
    ) -> None:
        """A label on associations between records of two objects, in both directions."""

class CustomObjectSchema(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[CustomObjectSchemaInputs],
    ) -> None:
        """A custom object (Enterprise only). Other resources refer to it by `name`, as in `object: machine`."""

class LifecycleStages(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[LifecycleStagesInputs],
    ) -> None:
        """The lifecycle stages that a portal must have, in order. Stages that are not listed stay."""

class List(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[ListInputs],
    ) -> None:
        """A segment, which HubSpot's API calls a list. Its name is unique in the portal and can change."""

class Pipeline(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PipelineInputs],
    ) -> None:
        """A pipeline. One that this stack created is managed as a whole; in a default pipeline, or one adopted
        with `adopt: true`, stages that are not listed stay.
        """

class PipelineRules(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PipelineRulesInputs],
    ) -> None:
        """What a pipeline allows (Professional and higher). A rule that is absent is not managed; `[]` turns it
        off.
        """

class PipelineStagePermissions(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PipelineStagePermissionsInputs],
    ) -> None:
        """Stages whose records only some users can edit (Professional and higher). Other stages keep their
        permissions.
        """

class Property(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PropertyInputs],
    ) -> None:
        """A property of an object. An input that is absent is not managed."""

class PropertyGroup(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PropertyGroupInputs],
    ) -> None:
        """A group under which HubSpot shows properties of an object."""

class PropertyOptions(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PropertyOptionsInputs],
    ) -> None:
        """Some options of an enumeration property that this stack does not own. Options that are not listed stay."""

class PropertyValidation(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PropertyValidationInputs],
    ) -> None:
        """A rule that new values of a property must satisfy. A property has at most one rule of each type."""

class Workflow(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[WorkflowInputs],
    ) -> None:
        """A workflow, in words (`enroll`, `steps`, `goal`, `suppress`) or in HubSpot's JSON (`actions`, criteria,
        …).
        """

class WorkflowActivation(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[WorkflowActivationInputs],
    ) -> None:
        """Enables the workflow of that object and name; removing this resource disables it."""
