"""What changed in the model, one line each in its own words: `MQL: engagement threshold 50 -> 45`.

Read from plain topics, as the components `revops:model:<Topic>` hold them. `revops plan`, previews, the review page and
the documents share it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, get_origin

from pydantic import ValidationError

from revops_iac.diagnostics import escaped, plural
from revops_iac.model import ORDERED, TOPICS, Model
from revops_iac.model.subject import NOUNS
from revops_iac.plan.model_words import (
    AROUND,
    EXCERPTED,
    LABELED,
    SHOWN,
    SWITCHES,
    Path,
    Shape,
    Words,
    phrase,
    shape_at,
    system_label,
    words,
)
from revops_iac.plan.page.repeated_figures import figure, only_repeat

ORDER_INPUT = "keyOrder"
"""Beside a topic's own keys, which are never spelled so: Pulumi keeps maps without their order."""
Topics = Mapping[str, Mapping[str, Any]]
"""Topic -> its plain values."""
NAMED = 4
"""How many values of a new entry its line names."""
DESCRIBED = ("does", "when", "assign", "probability", "points", "bands", "type", "email", "members", "approver", "unit")
"""What the line of a new entry names first."""
UNNAMED = ("label", "name", "fields", "description", "method")
"""What it never names."""
RULES = ("rules", "approvals", "fit", "engagement", "negative")
"""Maps of entries whose line says what they were when they go: people do not know them by their name."""
COUNTED = {"business_hours": "calendar", "enrichment": "enrichment source"}
"""Maps of entries whose noun cannot be counted."""
ACCOUNTS = ("accounts", "rows")
"""The named accounts of a routing rule, one a line."""
MEMBERS = (("teams",), ("queues",))


@dataclass(frozen=True)
class ModelChange:
    """One change. `text` is the line; `before` and `after` are the values in words, "" where there was none."""

    topic: str
    subject: str
    text: str
    before: str = ""
    after: str = ""
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return self.text


def model_changes(before: Topics, after: Topics) -> list[ModelChange]:
    """The changes from one model to another, topic by topic, in the order of the model.

    >>> was = {"scoring": {"a": {"thresholds": {"engagement": 50}}}}
    >>> [str(one) for one in model_changes(was, {"scoring": {"a": {"thresholds": {"engagement": 45}}}})]
    ['MQL: engagement threshold 50 -> 45']
    """
    comparison = _Comparison(*in_words(before, after))
    olds, news = comparison.olds.topics, comparison.news.topics
    changed = [name for name in [*TOPICS, *sorted({*olds, *news} - {*TOPICS})] if olds.get(name) != news.get(name)]
    found = _without_repeats(comparison, [one for name in changed for one in comparison.of_topic(name)])
    moved = [one for name in ORDERED if name in olds and name in news for one in comparison.orders(name)]
    return _with_members(comparison, [*found, *moved])


# --- topics in a form that can be compared ---------------------------------------------------------------------------


def _comparable(before: Topics, after: Topics) -> tuple[Topics, Topics]:
    """Both models with their maps in order, and with defaults where the topic of both sides can be read."""
    olds = {name: _in_order(topic) for name, topic in before.items()}
    news = {name: olds[name] if topic is before.get(name) else _in_order(topic) for name, topic in after.items()}
    for name in {*olds} & {*news}:
        if olds[name] == news[name]:
            continue
        both = [_completed(name, one[name]) for one in (olds, news)]
        if None not in both:
            olds[name], news[name] = (one or {} for one in both)
    return olds, news


def _in_order(topic: Mapping[str, Any]) -> dict[str, Any]:
    """A topic with the maps that `keyOrder` lists in that order, and whole numbers as such."""
    plain: dict[str, Any] = _plain({key: value for key, value in topic.items() if key != ORDER_INPUT})
    for path, keys in (topic.get(ORDER_INPUT) or {}).items():
        live: Any = plain
        for step in path.split(".") if path else ():
            live = live.get(step, {})
        for key in [key for key in str(keys).split(", ") if key in live]:
            live[key] = live.pop(key)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _completed(name: str, topic: Mapping[str, Any]) -> dict[str, Any] | None:
    """A topic with all defaults; None when this release cannot read it."""
    try:
        model = Model.model_validate({name: topic})
    except ValidationError:
        return None  # written by another release: compared as it is
    live: dict[str, Any] = _plain(model.model_dump(mode="json", by_alias=True, include={name})[name] or {})
    return live


def _without_repeats(comparison: _Comparison, changes: Sequence[ModelChange]) -> list[ModelChange]:
    """The changes without texts that only repeat a figure, since the line of the figure says it."""
    sides = [tuple(side.at(one.path) for side in (comparison.olds, comparison.news)) for one in changes]
    lengths = [
        (figure(one.path[-1], old), figure(one.path[-1], new)) for one, (old, new) in zip(changes, sides, strict=True)
    ]
    figures = [(old, new) for old, new in lengths if old is not None and new is not None]
    return [
        one
        for one, length, (old, new) in zip(changes, lengths, sides, strict=True)
        if None not in length or not only_repeat(_texts(old), _texts(new), figures)
    ]


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


# --- comparing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Comparison:
    """Two models, both in words."""

    olds: Words
    news: Words

    def of_topic(self, name: str) -> Iterator[ModelChange]:
        """The changes of one topic; one that is new or gone is one line."""
        before, after = self.olds.topics.get(name), self.news.topics.get(name)
        if before is not None and after is not None:
            yield from self.of((name,), before, after)
            return
        side, live = (self.news, after) if after is not None else (self.olds, before)
        contents = ", ".join(_contents(side, name, live or {}))
        became = "is new" if after is not None else "is removed"
        old, new = ("", contents) if after is not None else (contents, "")
        text = f"the {words(name)} section {became}{f': {contents}' if contents else ''}"
        yield ModelChange(name, words(name), text, old, new, (name,))

    def of(self, path: Path, before: Any, after: Any) -> Iterator[ModelChange]:
        """The changes at a path and below it."""
        if before == after and type(before) is type(after):
            return
        shape = shape_at(path)
        maps = isinstance(before, Mapping) and isinstance(after, Mapping)
        if maps and not shape.is_unit:
            yield from self._of_maps(path, before, after)
        elif path[-2:] == ACCOUNTS:
            yield self._of_accounts(path, before or "", after or "")
        elif self._is_list_of_mappings(before, after):
            yield from self._of_entries(path, before or [], after or [])
        elif isinstance(before or after, list) and not self._is_range(before, after):
            yield from self._of_list(path, before or [], after or [])
        elif isinstance(before or after, Mapping) and not shape.is_unit and (before is None or after is None):
            yield self._whole(path, before, after)
        else:
            yield self._value(path, before, after)

    def _is_list_of_mappings(self, before: Any, after: Any) -> bool:
        both = [one for one in (before, after) if one is not None]
        return all(isinstance(one, list) for one in both) and any(isinstance(one, Mapping) for it in both for one in it)

    def _is_range(self, before: Any, after: Any) -> bool:
        both = [*(before or []), *(after or [])]
        return all(isinstance(one, int | float) and not isinstance(one, bool) for one in both)

    def _of_maps(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ModelChange]:
        entries = shape_at(path).is_map_of_entries
        renamed = dict(renamed_keys(before, after)) if entries else {}
        for key in dict.fromkeys([*before, *after]):
            if key in renamed.values() and key not in before:
                continue
            new = renamed.get(key, key)
            if new != key:
                yield self._renamed((*path, key), (*path, new))
            if key in before and new in after:
                yield from self.of((*path, new), before[key], _without_was(after[new]) if new != key else after[new])
            elif entries or isinstance(before.get(key, after.get(key)), Mapping):
                yield from self._come_or_gone((*path, key), before.get(key), after.get(key))
            else:
                yield from self.of((*path, key), before.get(key), after.get(key))

    def _come_or_gone(self, path: Path, before: Any, after: Any) -> Iterator[ModelChange]:
        if not shape_at(path).is_entry and not shape_at(path[:-1]).is_map_of_entries:
            yield from self.of(path, before or {}, after or {})
        else:
            yield self._whole(path, before, after)

    def _renamed(self, old: Path, new: Path) -> ModelChange:
        subject, _ = self.news.subject(new)
        text = f"{subject}: the key {old[-1]} is now {new[-1]}"
        return ModelChange(str(new[0]), subject, escaped(text), str(old[-1]), str(new[-1]), new)

    def _whole(self, path: Path, before: Any, after: Any) -> ModelChange:
        """An entry that comes or goes."""
        subject, _ = self._subject(path)
        inside = self._inside(path)
        about = f"{subject}: {inside}" if inside else f"stage {subject}" if path[-2] == "stages" else subject
        if after is None:
            contents = self._described(path, before)
            was = f" (it was {contents})" if contents and (inside or path[-2] in RULES) else ""
            return ModelChange(str(path[0]), subject, f"{about} is removed{was}", contents, "", path)
        contents = self._described(path, after)
        return ModelChange(
            str(path[0]), subject, f"{about} is new{f': {contents}' if contents else ''}", "", contents, path
        )

    def _subject(self, path: Path) -> tuple[str, int]:
        return (self.news if self.news.at(path) is not None else self.olds).subject(path)

    def _inside(self, path: Path) -> str:
        return phrase(path[self._subject(path)[1] :])

    def _described(self, path: Path, live: Mapping[str, Any]) -> str:
        """The first few values of an entry."""
        side = self.news if self.news.at(path) is not None else self.olds
        keys = sorted((key for key in live if key not in UNNAMED), key=lambda key: key not in DESCRIBED)
        parts = []
        for key in keys:
            value = live[key]
            if value in (None, False, [], {}, "") or value == shape_at(path).default_of(key):
                continue
            if (path[-1], key) == ACCOUNTS:
                parts.append(plural(len(value.splitlines()), "account"))
                continue
            if isinstance(value, Mapping) and not shape_at((*path, key)).is_unit:
                parts.append(f"{len(value)} {words(key)}" if shape_at((*path, key)).is_map_of_entries else "")
            else:
                noun = "when" if key == "when" else "" if key == "bands" else phrase((key,))
                shown = "" if value is True else _cut(side.say(shape_at((*path, key)), value))
                parts.append(shown if shown.startswith(f"{noun} ") else f"{noun} {shown}".strip())
        return ", ".join([one for one in parts if one][:NAMED])

    def _value(self, path: Path, before: Any, after: Any) -> ModelChange:
        subject, depth = self._subject(path)
        rest = path[depth:]
        what = phrase(rest)
        if isinstance(after if after is not None else before, bool):
            return self._switch(path, subject, rest, bool(after))
        sides = ((self.olds, before), (self.news, after))
        old, new = _excerpts(*(side.say(side.shape(path), value) for side, value in sides))
        if path[-2] in LABELED:
            return self._labeled(path, before, after)
        if path[depth:] == ("label",) and None not in (before, after):
            noun = "stage " if path[-3] == "stages" else subject.removesuffix(escaped(self.news.name(path[:-1])))
            return ModelChange(str(path[0]), subject, f"{noun}{old} is now called {new}", old, new, path)
        if _is_key_of_texts(path) and None in (before, after):
            became = f"{what} is new: {new}" if before is None else f"{what} is removed (it was {old})"
            return ModelChange(str(path[0]), subject, f"{subject}: {became}", _said(old), _said(new), path)
        arrow = f"{what} {old} -> {new}" if what else f"{old} -> {new}"
        return ModelChange(str(path[0]), subject, f"{subject}: {arrow}", _said(old), _said(new), path)

    def _labeled(self, path: Path, before: str | None, after: str | None) -> ModelChange:
        """An option and the like: people know it by its label."""
        subject, noun = self._subject(path)[0], LABELED[str(path[-2])]
        old, new = (f'"{escaped(label)}"' if label else "" for label in (before, after))
        became = f"{old} is now called {new}" if old and new else f"{new} is new" if new else f"{old} is removed"
        about = "" if path[0] == "lifecycle" else f"{subject}: "
        return ModelChange(str(path[0]), subject, f"{about}{noun} {became}", old, new, path)

    def _of_accounts(self, path: Path, before: str, after: str) -> ModelChange:
        """`named accounts gain c.example, lose 2, 1 has another owner`: of thousands the first few."""
        subject, _ = self._subject(path)
        olds, news = ({line.partition(" = ")[0]: line for line in text.splitlines()} for text in (before, after))
        gained, lost = [one for one in news if one not in olds], [one for one in olds if one not in news]
        moved = [one for one in news if one in olds and news[one] != olds[one]]
        parts = [f"{verb} {_first(ones)}" for verb, ones in (("gain", gained), ("lose", lost)) if ones]
        parts += [f"have another owner for {_first(moved)}"] if moved else []
        text = f"{subject}: named accounts {', '.join(parts)}"
        return ModelChange(
            str(path[0]), subject, text, plural(len(olds), "account"), plural(len(news), "account"), path
        )

    def _switch(self, path: Path, subject: str, rest: Path, is_on: bool) -> ModelChange:
        keys = tuple(str(part) for part in rest)
        found = next((SWITCHES[keys[-size:]] for size in (2, 1) if keys[-size:] in SWITCHES), None)
        words_of = found or (f"{phrase(rest)} is now on", f"{phrase(rest)} is now off")
        text = f"{subject}: {words_of[0 if is_on else 1]}"
        if subject.startswith("workflow ") and keys == ("enabled",):
            text = f"{subject} {'is enabled' if is_on else 'is disabled'}{self._runner(path)}"
        return ModelChange(str(path[0]), subject, text, "no" if is_on else "yes", "yes" if is_on else "no", path)

    def _runner(self, path: Path) -> str:
        runner = self.news.at((*path[:-1], "runs_on"))
        return f" on {escaped(system_label(str(runner)))}" if runner else ""

    def _of_list(self, path: Path, before: Sequence[Any], after: Sequence[Any]) -> Iterator[ModelChange]:
        """What a list of plain values gains and loses, or its new order."""
        shape = shape_at(path)
        lost = [one for one in before if one not in after]
        gained = [one for one in after if one not in before]
        if path[-1] == "required_fields":
            yield from self._required(path, lost, gained)
        if path[-1] != "required_fields" or not (lost or gained):
            subject, depth = self._subject(path)
            what = phrase(path[depth:])
            news = [self.news.say(shape.under(0), one) for one in after]
            olds = [self.olds.say(shape.under(0), one) for one in before]
            parts = [f"gains {', '.join(self.news.say(shape.under(0), one) for one in gained)}"] if gained else []
            parts += [f"loses {', '.join(self.olds.say(shape.under(0), one) for one in lost)}"] if lost else []
            if not parts:
                parts = [f"{', '.join(olds)} -> {', '.join(news)}"]
            text = f"{subject}: {what} {' and '.join(parts)}" if what else f"{subject}: {' and '.join(parts)}"
            yield ModelChange(str(path[0]), subject, _shortened(text), ", ".join(olds), ", ".join(news), path)

    def _required(self, path: Path, lost: Sequence[str], gained: Sequence[str]) -> Iterator[ModelChange]:
        """`Discovery: timeline is now required before Demo`: where the deal stands while the field is missing."""
        subject, _ = self._subject(path)
        stage = escaped(self.news.name(path[:-1]))
        siblings = list(self.news.at(path[:-2]) or {})
        at = siblings.index(str(path[-2])) if str(path[-2]) in siblings else 0
        closed = self.news.at((*path[:-1], "closed")) == "lost"
        if at and not closed:
            subject, _ = self.news.subject((*path[:-2], siblings[at - 1]))
        before_stage = f"before {stage}" if at and not closed else "to enter"
        for side, references, verb in ((self.news, gained, "is now"), (self.olds, lost, "is no longer")):
            for reference in references:
                named = escaped(side.field(reference))
                text = f"{subject}: {named} {verb} required {before_stage}"
                old, new = ("", named) if verb == "is now" else (named, "")
                yield ModelChange(str(path[0]), subject, text, old, new, path)

    def _of_entries(self, path: Path, before: Sequence[Any], after: Sequence[Any]) -> Iterator[ModelChange]:
        """Entries without keys, such as bands: by place where as many, else what comes and goes."""
        subject, depth = self._subject(path)
        if len(before) == len(after):
            for at, (old, new) in enumerate(zip(before, after, strict=True)):
                yield from self._of_band(path, at, old, new)
            return
        shape = shape_at(path).under(0)
        what = phrase(path[depth:])
        for side, verb, ones, others in (
            (self.olds, "loses", before, after),
            (self.news, "gains", after, before),
        ):
            for one in ones:
                if one not in others:
                    value = _cut(side.say(shape, one))
                    old, new = (value, "") if verb == "loses" else ("", value)
                    yield ModelChange(str(path[0]), subject, f"{subject}: {what} {verb} {value}", old, new, path)

    def _of_band(self, path: Path, at: int, before: Any, after: Any) -> Iterator[ModelChange]:
        """A band is named by its condition while that stays; others by their place."""
        maps = isinstance(before, Mapping) and isinstance(after, Mapping)
        if maps and path[-1] == "bands" and before.get("when") == after.get("when"):
            subject, _ = self._subject(path)
            condition = escaped(_cut(self.news.condition(str(after.get("when")))))
            old, new = (self.news.say(Shape(), one.get("points")) for one in (before, after))
            if old != new:
                text = f"{subject}: points for {condition}: {old} -> {new}"
                yield ModelChange(str(path[0]), subject, text, old, new, (*path, at, "points"))
            return
        yield from self.of((*path, at), before, after)

    # --- order -------------------------------------------------------------------------------------------------------

    def orders(self, topic: str) -> Iterator[ModelChange]:
        """Entries that moved, where order means something."""
        for pattern in ORDERED[topic]:
            for path in _paths(self.news.at((topic,)), pattern):
                yield from self._moves((topic, *path))

    def _moves(self, path: Path) -> Iterator[ModelChange]:
        old, new = (list(side.at(path) or {}) for side in (self.olds, self.news))
        olds, news = [key for key in old if key in new], [key for key in new if key in old]
        for key in _moved(olds, news):
            subject, _ = self.news.subject((*path, key))
            places = (f"place {old.index(key) + 1}", f"place {new.index(key) + 1}")
            follower = news[news.index(key) + 1 : news.index(key) + 2]
            where = f", before {escaped(self.news.name((*path, follower[0])))}" if follower else ", last"
            text = f"{subject} moves from {places[0]} to {places[1]} of {len(new)}{where}"
            yield ModelChange(str(path[0]), subject, text, *places, (*path, key))


def renamed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Old key -> new key of entries that say what they were called."""
    for key, entry in after.items():
        was = entry.get("was") if isinstance(entry, Mapping) else None
        for old in [was] if isinstance(was, str) else was or []:
            if key not in before and old in before and old not in after:
                yield old, key


def _without_was(entry: Any) -> Any:
    return {key: ([] if key == "was" else value) for key, value in entry.items()}


def _paths(live: Any, pattern: tuple[str, ...]) -> Iterator[Path]:
    if not pattern:
        yield ()
    elif isinstance(live, Mapping):
        for key in live if pattern[0] == "*" else [pattern[0]]:
            for path in _paths(live.get(key), pattern[1:]):
                yield (key, *path)


def _moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The fewest keys that another order moves."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    steps = [step for step in matcher.get_opcodes() if step[0] in ("insert", "replace")]
    return [key for _, _, _, low, high in steps for key in after[low:high]]


def _contents(side: Words, topic: str, live: Mapping[str, Any]) -> Iterator[str]:
    """What a whole topic holds: its entries by name, or how many of each."""
    if shape_at((topic,)).is_map_of_entries:
        yield from (escaped(side.name((topic, key))) for key in live)
        return
    for key, part in live.items():
        if isinstance(part, Mapping) and shape_at((topic, key)).is_map_of_entries:
            yield plural(len(part), COUNTED.get(key) or NOUNS.get(key) or words(key))
        elif topic == "data_hygiene" and key == "fields":
            yield plural(sum(len(fields) for fields in part.values()), "field")


def _first(accounts: Sequence[str]) -> str:
    """The first few of a list of accounts, and how many there are."""
    shown = ", ".join(map(escaped, accounts[:NAMED]))
    return shown if len(accounts) <= NAMED else f"{len(accounts):,} ({shown}, …)"


def _is_key_of_texts(path: Path) -> bool:
    """Whether the last step is a key of a map of plain values, such as the options of a field."""
    parent = shape_at(path[:-1])
    return get_origin(parent.type) is dict


# --- people, and what follows ----------------------------------------------------------------------------------------


def _with_members(comparison: _Comparison, changes: Sequence[ModelChange]) -> list[ModelChange]:
    """The changes, with what each person leaves as one line that says who is left."""
    leaving = dict[str, list[Path]]()
    joining = dict[str, list[Path]]()
    rest = []
    for change in changes:
        if change.path[:1] == ("people",) and change.path[1:2] in MEMBERS and change.path[3:] == ("members",):
            old, new = (side.at(change.path) or [] for side in (comparison.olds, comparison.news))
            for person in [one for one in old if one not in new]:
                leaving.setdefault(person, []).append(change.path)
            for person in [one for one in new if one not in old]:
                joining.setdefault(person, []).append(change.path)
            if sorted(old) != sorted(new):
                continue
        rest.append(change)
    found = [_leaves(comparison, person, path) for person, paths in leaving.items() for path in paths]
    found += [_joins(comparison, person, paths) for person, paths in joining.items()]
    at = next((at for at, one in enumerate(rest) if one.topic not in TOPICS[:2]), len(rest))
    return [*rest[:at], *found, *rest[at:]]


def _leaves(comparison: _Comparison, person: str, path: Path) -> ModelChange:
    name = escaped(comparison.olds.name(("people", "persons", person)))
    subject, _ = comparison.news.subject(path)
    return ModelChange("people", subject, f"{subject} loses {name}: {_left(comparison, path)}", name, "", path)


def _left(comparison: _Comparison, path: Path) -> str:
    """How many members are left, and who waits for the last one."""
    members = comparison.news.at(path) or []
    if len(members) == 1:
        return f"one member left, {escaped(comparison.news.name(('people', 'persons', members[0])))}"
    if members:
        return f"{len(members)} members left"
    key, noun = path[2], str(path[1]).removesuffix("s")
    rules = [
        f"rule {words(rule)} of {escaped(comparison.news.name(('routing', routing)))}"
        for routing, entry in (comparison.news.at(("routing",)) or {}).items()
        for rule, content in (entry.get("rules") or {}).items()
        if (content.get("assign") or {}).get(noun) == key
    ]
    return f"nobody left{f', while {rules[0]} sends leads there' if rules else ''}"


def _joins(comparison: _Comparison, person: str, paths: Sequence[Path]) -> ModelChange:
    name = escaped(comparison.news.name(("people", "persons", person)))
    subjects = [comparison.news.subject(path)[0] for path in paths]
    text = f"{', '.join(subjects)} gain{'s' if len(subjects) == 1 else ''} {name}"
    return ModelChange("people", subjects[0], text, "", name, paths[0])


# --- long values -----------------------------------------------------------------------------------------------------


def _excerpts(before: str, after: str) -> tuple[str, str]:
    """Both values, long ones cut to where they differ."""
    if max(len(before), len(after)) <= EXCERPTED:
        return before, after
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    rest = (before[head:], after[head:])
    ends = zip(reversed(rest[0]), reversed(rest[1]), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    start = max(0, head - AROUND)
    return _window(before, start, len(before) - tail), _window(after, start, len(after) - tail)


def _window(text: str, start: int, end: int) -> str:
    stop = min(len(text), end + AROUND, start + 2 * SHOWN)
    return f"{'…' if start else ''}{text[start:stop]}{'…' if stop < len(text) else ''}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _shortened(text: str) -> str:
    return text if len(text) <= 4 * SHOWN else f"{text[: 4 * SHOWN - 1]}…"


def _said(text: str) -> str:
    return "" if text == "none" else text


def summary_lines(changes: Sequence[ModelChange], limit: int) -> list[str]:
    """The lines of a summary; of very many, the first, and how many more there are."""
    shown = [change.text for change in changes[:limit]]
    more = len(changes) - limit
    return [*shown, f"and {plural(more, 'more change')} of the model"] if more > 0 else shown


def with_order(content: Mapping[str, Any], order: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A topic as its component holds it: its values, and the order of its maps, for a store may lose it."""
    return {**content, **({ORDER_INPUT: {path: ", ".join(keys) for path, keys in order.items()}} if order else {})}


def topics_of(model: Model) -> dict[str, dict[str, Any]]:
    """The topics of a loaded model as their components hold them."""
    return {name: with_order(model.topic(name), model.order(name)) for name in TOPICS if model.declares(name)}


def in_words(before: Topics, after: Topics) -> tuple[Words, Words]:
    """Both models in words, with their maps in order and their defaults filled in."""
    olds, news = _comparable(before, after)
    earlier = Words(olds)
    return earlier, Words(news, earlier)
