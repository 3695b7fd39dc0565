"""Questions about fields, value sets, business processes and what an update leaves out."""

from __future__ import annotations

from urllib.parse import unquote

from revops_iac.provider.inspection.probe import Answer, Undecided
from revops_salesforce.probes.lab import SalesforceLab, code_of

SUFFIX = "__gvs"
STAGES = "OpportunityStage"


def value_set_suffix(lab: SalesforceLab) -> Answer:
    """How the org names a global value set that is read by its name."""
    name = lab.name("values")
    value = {"fullName": "one", "label": "one", "default": False}
    lab.component("GlobalValueSet", name, masterLabel=name, sorted=False, customValue=[value])
    found = lab.client.read_components("GlobalValueSet", [name])
    suffixed = any(key.lower() == f"{name}{SUFFIX}".lower() for key in found)
    if not suffixed and name not in found:
        raise Undecided("the value set is not found under its name")
    return Answer(suffixed, f"its name is read {'with' if suffixed else 'without'} {SUFFIX}")


def name_reuse(lab: SalesforceLab) -> Answer:
    """Whether the name of a deleted field can be used again at once."""
    lab.client.delete_component("CustomField", lab.text_field("field"))
    code = code_of(lambda: lab.text_field("field"))
    found = True if code == "ok" else False if code == "DUPLICATE_DEVELOPER_NAME" else None
    return Answer(found, f"the second field of that name: {code}")


def omitted_elements(lab: SalesforceLab) -> Answer:
    """Whether an update without a description takes the description away."""
    name = lab.text_field("field", description="probe")
    body = {key: value for key, value in lab.read("CustomField", name).items() if key != "description"}
    lab.client.update_component("CustomField", {**body, "fullName": name})
    kept = "description" in lab.read("CustomField", name)
    return Answer(not kept, f"a description that the update left out: {'kept' if kept else 'gone'}")


def encoded_values(lab: SalesforceLab) -> Answer:
    """How the values of a business process are written, on a stage of the org that has a slash."""
    stages = lab.read("StandardValueSet", STAGES).get("standardValue", [])
    with_slash = [str(s["fullName"]) for s in stages if "/" in unquote(str(s["fullName"])) and s.get("isActive", True)]
    if not with_slash:
        raise Undecided("no opportunity stage of the org has a slash in its name")
    name = f"Opportunity.{lab.name('process')}"
    value = {"fullName": with_slash[0], "default": False}
    lab.component("BusinessProcess", name, isActive=True, values=[value])
    read_back = [str(one["fullName"]) for one in lab.read("BusinessProcess", name).get("values", [])]
    found = True if any("%2F" in one for one in read_back) else False if any("/" in one for one in read_back) else None
    return Answer(found, f"the slash is read {'encoded' if found else 'as it is' if read_back else 'not at all'}")
