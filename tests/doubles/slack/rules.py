"""How a JSON value is checked against a shape, with Slack's words for what is wrong."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Problems = Iterator[str]
Rule = Callable[[Any, str], Problems]


def anything(_value: Any, _at: str) -> Problems:
    """Refuse nothing."""
    yield from ()


def string(most: int, *, least: int = 1) -> Rule:
    """Return the rule for a text of so many characters."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield _said("must be a string", at)
        elif len(value) > most:
            yield _said(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield _said(f"must be more than {least - 1} characters", at)

    return check


def boolean(value: Any, at: str) -> Problems:
    """Refuse what is neither true nor false."""
    if not isinstance(value, bool):
        yield _said("must be a boolean", at)


def whole(least: int, most: int) -> Rule:
    """Return the rule for a whole number."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield _said(f"must be a number from {least} to {most}", at)

    return check


def one_of(*values: str) -> Rule:
    """Return the rule for one of a few words."""

    def check(value: Any, at: str) -> Problems:
        if value not in values:
            yield _said(f"must be a valid enum value: {', '.join(values)}", at)

    return check


def items(rule: Rule, most: int, *, least: int = 1) -> Rule:
    """Return the rule for a list of so many items."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield _said("must provide an array", at)
            return
        if len(value) > most:
            yield _said(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield _said(f"no fewer than {least} items allowed", at)
        for number, each in enumerate(value):
            yield from rule(each, f"{at}/{number}")

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Return the rule for an object with these fields and no other ones."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield _said("must provide an object", at)
            return
        for name in required:
            if value.get(name) is None:
                yield _said(f"missing required field: {name}", at)
        for name, each in value.items():
            if name not in known:
                yield _said(f"invalid additional property: {name}", at)
            elif each is None and name not in required:
                yield _said(f"{name} must not be null", at)
            elif each is not None:
                yield from known[name](each, f"{at}/{name}")

    return check


def kinds(rules: Mapping[str, Rule], what: str = "type") -> Rule:
    """Return the rule for an object whose type says which rule holds."""

    def check(value: Any, at: str) -> Problems:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in rules:
            yield _said(f"unsupported {what}: {kind}", at)
        else:
            yield from rules[kind](value, at)

    return check


def both(*rules: Rule) -> Rule:
    """Return the rule that several rules make together; one that is broken hides the next."""

    def check(value: Any, at: str) -> Problems:
        for rule in rules:
            found = list(rule(value, at))
            yield from found
            if found:
                return

    return check


def _said(what: str, at: str) -> str:
    return f"[ERROR] {what} [json-pointer:{at or '/'}]"
