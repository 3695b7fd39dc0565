"""The steps that a person must do in a CRM, from the texts of its provider's `guide.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from revops_iac.documents.words import Words, listed
from revops_iac.model import Model
from revops_iac.provider.coverage import ManualStep


def manual_step(
    package: str, name: str, origin: tuple[str, ...], each: Iterable[Mapping[str, Any]] = (), **words: Any
) -> ManualStep:
    """A step of the package's guide with these words in it; `each` are those of its action that repeats."""
    told = _texts(package)[name]
    title, where, check = (str(told[part]).format(**words) for part in ("title", "where", "check"))
    actions = [str(action).format(**words) for action in told.get("actions", ())]
    return ManualStep(title, where, (*actions, *(str(told["each"]).format(**one) for one in each)), check, origin)


def enrichment_steps(package: str, model: Model) -> Iterator[ManualStep]:
    """Each source that fills fields, connected to the CRM."""
    for key, source in model.data_hygiene.enrichment.items():
        when = f" When it fills fields: {source.when}." if source.when else ""
        fields = listed(Words(model).fields(source.fields)) or "the fields of the model"
        origin = ("data_hygiene", "enrichment", key)
        yield manual_step(package, "enrichment", origin, label=source.label or key, when=when, fields=fields)


@cache
def _texts(package: str) -> Mapping[str, Mapping[str, Any]]:
    texts: Mapping[str, Mapping[str, Any]] = yaml.safe_load((files(package) / "guide.yaml").read_text(encoding="utf-8"))
    return texts
