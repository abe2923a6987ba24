"""How Discord says no: a status, a code, a sentence, and a tree of what is wrong where."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Json = dict[str, Any]
"""A JSON object."""


class Refused(Exception):  # noqa: N818
    """A request is refused, as Discord refuses it.

    Shapes: `errors` is Discord's tree, whose leaves are `{"_errors": [{"code", "message"}]}`.
    """

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors or {}

    def body(self) -> Json:
        """Return the JSON body of the refusal."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


class Impossible(Exception):  # noqa: N818
    """Nobody can do this in a Discord client, so the test that asks for it is wrong."""


class Findings:
    """What is wrong with a payload, by place; `raise_any` refuses it with 400 50035."""

    def __init__(self) -> None:
        self._tree: Json = {}
        self._place: list[str] = []

    @contextmanager
    def at(self, *place: str | int) -> Iterator[None]:
        """Put what is added meanwhile under a place."""
        before = self._place
        self._place = [*before, *map(str, place)]
        yield
        self._place = before

    def add(self, code: str, message: str, *place: str | int) -> None:
        """Note that something is wrong at a place."""
        node = self._tree
        for step in [*self._place, *map(str, place)]:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, value: object, most: int, *place: str | int, least: int = 0) -> None:
        """Note a value that is not a text of so many characters; None is 0 characters."""
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.add("BASE_TYPE_BAD_STRING", "Must be a string.", *place)
        elif least and not value.strip():
            self.add("BASE_TYPE_REQUIRED", "This field is required", *place)
        elif not least <= len(value) <= most:
            self.add(
                "BASE_TYPE_BAD_LENGTH" if least else "BASE_TYPE_MAX_LENGTH",
                f"Must be between {least} and {most} in length."
                if least
                else f"Must be {most} or fewer in length.",
                *place,
            )

    def number(self, value: object, least: int, most: int, *place: str | int) -> None:
        """Note a value that is not a whole number within bounds; None is well."""
        if value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.add("NUMBER_TYPE_COERCE", f"Must be between {least} and {most}.", *place)

    def items(self, value: object, most: int, *place: str | int, least: int = 0) -> list[Any]:
        """Return a list, empty for None; note what is not a list of so many items."""
        if value is None:
            value = []
        if not isinstance(value, list):
            self.add("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType", *place)
            return []
        if not least <= len(value) <= most:
            self.add(
                "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.", *place
            )
        return value

    def raise_any(self) -> None:
        """Refuse the payload if anything is wrong with it.

        Raises:
            Refused: with 400 50035 and the tree.
        """
        if self._tree:
            raise Refused(400, 50035, "Invalid Form Body", self._tree)


def refused(status: int, code: int) -> Refused:
    """Return a refusal with the sentence that Discord has for its code."""
    return Refused(status, code, _SENTENCES[code])


_SENTENCES = {
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50013: "Missing Permissions",
    50027: "Invalid Webhook Token",
    50109: "The request body contains invalid JSON.",
    160002: "Cannot reply without permission to read message history",
}
