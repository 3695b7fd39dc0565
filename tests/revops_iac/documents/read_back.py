"""Reads the figures of a process back from its Markdown documents. Shares no code with what writes them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LINK = re.compile(r" ?\(\[[^\]]*\]\([^)]*\)\)$")
CODE = re.compile(r"(`+) ?(.+?) ?\1")


@dataclass
class Section:
    title: str
    level: int
    facts: dict[str, str] = field(default_factory=dict)
    tables: list[list[dict[str, str]]] = field(default_factory=list)
    bullets: list[str] = field(default_factory=list)


def sections(text: str) -> list[Section]:
    """The headings of a document with the facts, tables and bullets below each."""
    found = [Section("", 0)]
    header: list[str] = []
    for line in text.splitlines():
        if heading := re.match(r"(#+) (.*)", line):
            found.append(Section(words(heading[2]), len(heading[1])))
        elif line.startswith("| "):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))]
            if header:
                found[-1].tables[-1].append(dict(zip(header, cells, strict=True)))
            else:
                header = cells
                found[-1].tables.append([])
            continue
        elif line.startswith("|---"):
            continue
        elif fact := re.match(r"- \*\*(.*?):\*\* (.*)", line):
            found[-1].facts[words(fact[1])] = LINK.sub("", fact[2])
        elif line.startswith("- "):
            found[-1].bullets.append(words(line[2:]))
        header = []
    return found


def words(text: str) -> str:
    return html.unescape(re.sub(r"\\(.)", r"\1", text))


def codes(text: str) -> list[str]:
    return [found[2].replace("\\|", "|") for found in CODE.finditer(text)]


def code(text: str | None) -> str | None:
    return codes(text)[0] if text else None


def figure(text: str) -> float | None:
    return None if text == "never" else float(re.sub(r"[,%]", "", text))


def below(found: list[Section], title: str) -> Iterator[Section]:
    """The sections one level below a heading."""
    at = next(number for number, one in enumerate(found) if one.title == title)
    for one in found[at + 1 :]:
        if one.level <= found[at].level:
            return
        yield one


def lifecycle(text: str) -> dict[Any, Any]:
    found = sections(text)
    stages: dict[Any, Any] = {}
    for one in below(found, "Stages"):
        facts = one.facts
        stages[code(facts["Key"])] = {
            "label": one.title,
            "entry_when": code(facts.get("Exact entry condition")),
            "exit_when": code(facts.get("Exact exit condition")),
            "entry": words(facts.get("Enters when", "")) or None,
            "exit": words(facts.get("Leaves when", "")) or None,
            "required": codes(facts.get("Required fields", "")),
            "hubspot_value": code(facts.get("Internal value in HubSpot")),
            "follows": [part for part in re.split(", | or ", words(facts.get("Follows", ""))) if part],
        }
    handoffs: dict[Any, Any] = {}
    for one in below(found, "Handoffs") if any(one.title == "Handoffs" for one in found) else ():
        limits = {
            name.removeprefix("Limit for "): text for name, text in one.facts.items() if name.startswith("Limit for ")
        }
        handoffs[code(one.facts["Key"])] = limits
    return {"stages": stages, "handoffs": handoffs}


def scoring(text: str) -> dict[Any, Any]:
    found = sections(text)
    models: dict[Any, Any] = {}
    for one in found:
        if one.level == 2 and "Fit threshold" in one.facts:
            parts = {part.title.removeprefix(f"{one.title}: "): part for part in below(found, one.title)}
            exact = {code(row["Entry"]): code(row["Condition"]) for row in _rows(parts.get("exact conditions"))}
            models[code(one.facts["Key"])] = {
                "fit": figure(one.facts["Fit threshold"]),
                "engagement": figure(one.facts["Engagement threshold"]),
                "high_intent_fit": figure(one.facts["Fit threshold after a high-intent action"]),
                "limits": [
                    list(map(figure, one.facts[f"{name} ranges from"].split(" to "))) for name in ("Fit", "Engagement")
                ],
                "decay": [int(number) for number in re.findall(r"\d+", one.facts["Engagement loses"])],
                "bands": [figure(row["Points"]) for row in _rows(parts.get("fit, who the person is"))],
                "actions": [
                    (*map(float, re.findall(r"-?[\d.]+", row["Points"])), row["High intent"] == "yes")
                    for row in _rows(parts.get("engagement, what the person does"))
                ],
                "negative": [figure(row["Points"]) for row in _rows(parts.get("negative signals"))],
                "conditions": exact,
            }
    return models


def _rows(section: Section | None) -> list[dict[str, str]]:
    return section.tables[0] if section and section.tables else []


def routing(text: str) -> dict[Any, Any]:
    found = sections(text)
    routings: dict[Any, Any] = {}
    for one in found:
        if one.level == 2 and "Fallback" in one.facts:
            parts = {part.title.removeprefix(f"{one.title}: "): part for part in below(found, one.title)}
            rules = [row for row in _rows(parts.get("rules in order")) if row["No."]]
            exact = [(code(row["Rule"]), code(row["Condition"])) for row in _rows(parts.get("exact conditions"))]
            routings[code(one.facts["Key"])] = {
                "when": words(one.facts.get("Runs when", "")),
                "fallback": words(one.facts["Fallback"]),
                "takers": [words(row["Goes to"]) for row in rows_in_order(rules)],
                "accounts": [
                    (codes(account)[0], words(row["Owner"]))
                    for title, part in parts.items()
                    if title.startswith("Named accounts of ")
                    for row in _rows(part)
                    for name, account in row.items()
                    if name not in ("Owner", "Defined in")
                ],
                "methods": [row["Method"] for row in rules],
                "conditions": exact,
                "minutes": [
                    int(found)
                    for name in ("First contact", "Alert")
                    for found in re.findall(r"(\d+) minutes", one.facts.get(name, ""))
                ],
            }
    return routings


def rows_in_order(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    assert [row["No."] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    return rows


def pipelines(text: str) -> dict[Any, Any]:
    found = sections(text)
    pipelines: dict[Any, Any] = {}
    for one in found:
        if one.level == 2 and "Skipping a stage" in one.facts:
            parts = {part.title.removeprefix(f"{one.title}: "): part for part in below(found, one.title)}
            shown, exact = _rows(parts["stages in order"]), _rows(parts["exact values"])
            pipelines[code(one.facts["Key"])] = {
                code(values["Key"]): {
                    "label": words(row["Stage"]),
                    "probability": (figure(row["Probability"]) or 0) / 100,
                    "required": dict(re.findall(r"`([^`]+)`(?: where `([^`]+)`)?", values["Required fields"])),
                    "forecast": row["Forecast"].lower().replace(" ", "_"),
                    "exit": words(row["Leaves when"]) or None,
                    "closed": None if values["State"] == "open" else values["State"],
                    "days": [
                        float(number)
                        for number in re.findall(r"[\d.]+", values["Average and stale after"].replace(",", ""))
                    ],
                }
                for row, values in zip(shown, exact, strict=True)
            }
    return pipelines


def deal_desk(text: str) -> dict[Any, Any]:
    found = sections(text)
    desks: dict[Any, Any] = {}
    for one in found:
        if one.level == 2 and "A deal is multi-year" in one.facts:
            parts = {part.title.removeprefix(f"{one.title}: "): part for part in below(found, one.title)}
            desks[code(one.facts["Key"])] = {
                "tiers": [
                    {
                        "from": figure(row["Discount from"]) if row["Discount from"] else None,
                        "below": figure(row["Discount below"]) if row["Discount below"].endswith("%") else None,
                        "flags": [row[name] == "yes" for name in ("Custom terms", "Multi-year", "Enterprise")],
                        "approvers": words(row["Approved by"]),
                    }
                    for row in _rows(parts.get("who approves"))
                ],
                "reviews": parts["deals that need a review"].bullets if "deals that need a review" in parts else [],
            }
    return desks


def required_by_stage(text: str) -> list[list[str]]:
    found = next((one for one in sections(text) if one.title == "Required fields by lifecycle stage"), None)
    return [codes(row["Exact fields"]) for row in _rows(found)]
