"""The page of a review: what changes for people first, then rules, dangers, topics before and after, and the raw diff.

Rendered as Markdown for a comment on the pull request, and as one HTML file that needs nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from revops_iac.diagnostics import Diagnostic, Severity, escaped, plural, spelled_out
from revops_iac.documents.graph import mermaid, svg
from revops_iac.documents.words import capital, listed
from revops_iac.plan.dangers import Danger, summarized
from revops_iac.plan.model_changes import ModelChange, in_words
from revops_iac.plan.model_words import words
from revops_iac.plan.object_changes import MARKS, ObjectChange, object_change
from revops_iac.plan.page.markup import MOST_MARKDOWN, fenced, in_markdown
from revops_iac.plan.page.topic_pictures import PicturePair, both, pictures
from revops_iac.plan.page.topic_tables import Table, tables
from revops_iac.plan.reading import PlanReading, read_back
from revops_iac.systems import system_named

AUDIENCES = {
    "Leads": ("lifecycle", "scoring", "routing"),
    "Reps and teams": ("people", "automation"),
    "Deals": ("pipelines", "deal_desk"),
    "Data and reports": ("data_hygiene", "metrics"),
    "The company": ("context",),
}
"""Whom a change concerns -> the topics that say so."""
MARKER = "<!-- revops plan: {stack} -->"
"""The first line of a comment, by which the next run finds it."""
WHOLE = {"with_diffs": True, "with_objects": True}


@dataclass(frozen=True)
class TopicReview:
    """One topic that changes."""

    title: str
    changes: tuple[ModelChange, ...]
    tables: tuple[Table, ...]
    pictures: tuple[PicturePair, ...] = ()


@dataclass(frozen=True)
class Review:
    """Everything that the page says of one plan; `apply` is the command that applies it, empty where none may."""

    stack: str
    reading: PlanReading = field(repr=False)
    succeeded: bool = True
    unanswered: bool = False
    """Whether it failed because a vendor or an account did."""
    rules: tuple[Diagnostic, ...] = ()
    dangers: tuple[Danger, ...] = ()
    refusals: tuple[Diagnostic, ...] = ()
    accounts: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""
    apply: str = ""

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to review."""
        return self.reading.has_changes or not self.succeeded or bool(self.rules_that_stop)

    @property
    def verdict(self) -> str:
        """How the plan ends, in a sentence."""
        if self.unanswered:
            return "Failed: an account did not answer as expected, so this plan could not be made."
        if self.rules_that_stop or self.refusals or not self.succeeded:
            return "Refused: this plan may not be applied."
        if not self.reading.has_changes and not self.reading.model:
            return "No changes."
        if not self.reading.vendor_steps:
            return "The model changes; the CRMs stay as they are."
        count = len(self.reading.vendor_steps)
        return f"{plural(count, 'setting')} change{'s' if count == 1 else ''} in {listed(self.objects)}."

    @property
    def tone(self) -> str:
        """`bad`, `warning` or `good`."""
        if not self.succeeded or self.rules_that_stop or self.refusals:
            return "bad"
        return "warning" if self.dangers or self.rules else "good"

    @property
    def warnings(self) -> str:
        """What deserves a second look, as one line for the top of the page; empty where nothing does."""
        records = sum(one.records for one in self.dangers)
        stopping, advisory = (len({one.code for one in of}) for of in (self.rules_that_stop, self.rules_that_warn))
        parts = [f"{plural(stopping, 'rule')} stop{'s' if stopping == 1 else ''} the plan"] if stopping else []
        parts += [f"{len(self.to_look_at)} to look at twice"] if self.dangers else []
        parts += [f"{plural(records, 'record')} at stake"] if records else []
        parts += [f"{advisory} advisory"] if advisory else []
        return ", ".join(parts)

    @property
    def to_look_at(self) -> list[tuple[str, int]]:
        """What to look at twice, each with the records at stake."""
        return list(summarized(self.dangers))

    @property
    def problems(self) -> list[Diagnostic]:
        """Why it may not be applied, besides the rules."""
        return [*self.refusals, *(one for error in self.errors for one in read_back(error))]

    @property
    def touched(self) -> Mapping[str, str]:
        """By CRM, what it changes there as counts."""
        return {system_named(name).label: touched for name, touched in self.reading.touched.items()}

    @property
    def rules_that_stop(self) -> list[Diagnostic]:
        """Violations that stop the plan."""
        return [one for one in self.rules if one.severity is Severity.ERROR]

    @property
    def rules_that_warn(self) -> list[Diagnostic]:
        """Violations that do not."""
        return [one for one in self.rules if one.severity is not Severity.ERROR]

    @property
    def audiences(self) -> Iterator[tuple[str, list[ModelChange]]]:
        """Whom the changes concern, each with theirs."""
        for audience, topics in AUDIENCES.items():
            found = [change for change in self.reading.model if change.topic in topics]
            if found:
                yield audience, found
        others = {topic for topics in AUDIENCES.values() for topic in topics}
        rest = [change for change in self.reading.model if change.topic not in others]
        if rest:
            yield "Other", rest

    @cached_property
    def topics(self) -> list[TopicReview]:
        """Each topic that changes, with its tables and pictures."""
        return list(self._topics())

    def _topics(self) -> Iterator[TopicReview]:
        olds, news = in_words(self.reading.earlier, self.reading.topics)
        for topic in dict.fromkeys(change.topic for change in self.reading.model):
            changes = tuple(change for change in self.reading.model if change.topic == topic)
            is_whole = topic not in self.reading.earlier or topic not in self.reading.topics
            shown = () if is_whole else tuple(tables(topic, changes, olds, news))
            drawn = () if is_whole else tuple(pictures(topic, changes, olds, news))
            yield TopicReview(words(topic).capitalize(), changes, shown, drawn)

    @cached_property
    def objects(self) -> Mapping[str, list[ObjectChange]]:
        """The objects that change, by CRM."""
        found: dict[str, list[ObjectChange]] = {}
        for step in sorted(self.reading.vendor_steps, key=lambda step: step.system):
            change = object_change(step)
            found.setdefault(change.system, []).append(change)
        return found

    @property
    def errors(self) -> list[str]:
        """What ended the plan, each once."""
        return [spelled_out(error) for error in dict.fromkeys(self.reading.errors)]

    @property
    def marker(self) -> str:
        """The first line of the comment."""
        return MARKER.format(stack=re.sub(r"[^A-Za-z0-9_.-]", "_", self.stack))


def markdown(review: Review) -> str:
    """The comment on the pull request; without diffs, then without objects, where it would be too long."""
    for parts in (WHOLE, {**WHOLE, "with_diffs": False}, {"with_diffs": False, "with_objects": False}):
        text = _render("review.md.j2", review, **parts)
        if len(text) <= MOST_MARKDOWN:
            return text
    return f"{text[:MOST_MARKDOWN]}\n\n… the page of the plan has the rest.\n"


def html(review: Review) -> str:
    """The page as one file."""
    return _render("review.html.j2", review, **WHOLE)


def _render(template: str, review: Review, **parts: bool) -> str:
    found = _environment(template.endswith(".html.j2")).get_template(template)
    text = found.render(review=review, **parts)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def _environment(is_html: bool) -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(svg=svg, mermaid=mermaid, both=both)
    found.filters.update(md=_md, fenced=fenced, diff_lines=_diff_lines, shown=escaped, sentence=_sentence)
    found.globals.update(marks=MARKS)
    return found


def _md(value: Any) -> str:
    return in_markdown(str(value))


def _sentence(text: str) -> str:
    """A line of a summary as a sentence of the page."""
    return capital(text).replace(" -> ", " → ")


def _diff_lines(text: str) -> list[tuple[str, str]]:
    """The lines of a diff, each with the element that shows what it does."""
    tags = {"+": "ins", "-": "del"}
    return [(tags.get(line[:1], "span"), line) for line in text.splitlines()]
