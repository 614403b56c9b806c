"""One operation of the OpenAPI document: what follows from its shape, told in the document."""

from __future__ import annotations

import re

from tower_anime.core.openapi.answers import ANSWERS
from tower_anime.core.openapi.shared import JSON, SCHEMAS, Part, id_of

READING = {"get", "head"}


class Operation:
    """One operation, and what its shape tells about it."""

    def __init__(self, method: str, path: str, told: Part, schemas: Part) -> None:
        self.path = path
        self.told = told
        self.responses: Part = told["responses"]
        self.writes = method not in READING
        self.has_id = "{" in path
        self.body: Part = told.get("requestBody", {}).get("content", {})
        self._success: Part = self.responses.get("200", {})
        answer = self._success.get("content", {}).get(JSON, {}).get("schema", {})
        self.answers_list = answer.get("type") == "array"
        self._answered = (answer.get("items") or answer).get("$ref", "").removeprefix(SCHEMAS)
        self._shape: Part = schemas.get(self._answered, {})
        # A write answers the row; what is read has an address of its own, and is no page of a list.
        self.has_tag = bool(self._shape) and (
            not self.answers_list
            if self.writes
            else self.has_id and not self.has_parameter("after")
        )

    @property
    def changes_one_row(self) -> bool:
        """Whether the path names the row that is changed and answered: `/shots/1/approve`."""
        noun = self._answered.lower()
        rows = re.findall(r"/(\w+)/\{", self.path)
        return self.writes and rows[:1] in ([f"{noun}s"], [f"{noun}es"])

    def has_parameter(self, name: str) -> bool:
        """Whether the route itself takes a parameter."""
        return any(p.get("name") == name for p in self.told.get("parameters", []))

    def say_what_is_answered(self) -> None:
        """The shape's own words, where the route has none for its answer."""
        if self._success.get("description") == "Successful Response" and self._shape:
            words = self._shape["description"]
            self._success["description"] = f"A list. Each: {words}" if self.answers_list else words

    def takes(self, name: str) -> None:
        """Add a header that the operation takes."""
        reference = {"$ref": f"#/components/parameters/{name}"}
        self.told.setdefault("parameters", []).append(reference)

    def tells(self, name: str, status: str = "200") -> None:
        """Add a header that an answer of the operation has."""
        reference = {"$ref": f"#/components/headers/{name}"}
        self.responses[status].setdefault("headers", {})[name] = reference

    def may_answer(self, *statuses: int) -> None:
        """Add answers, where the route has not told of them in its own words."""
        for status in statuses:
            name, _ = ANSWERS[status]
            self.responses.setdefault(str(status), {"$ref": f"#/components/responses/{name}"})


def complete_operation(operation: Operation) -> None:
    """Tell the rest of an operation, in place."""
    _say(operation.told)
    _describe_parameters(operation)
    operation.say_what_is_answered()
    own = operation.responses
    if own.get("422", {}).get("description") == "Validation Error":  # FastAPI's own
        del own["422"]
    _add_headers(operation)
    _add_errors(operation)
    for status, response in own.items():
        if "$ref" not in response:
            operation.tells("X-Request-ID", status)
    operation.told["responses"] = dict(sorted(own.items()))


def _say(told: Part) -> None:
    """The first sentence of a route's docstring is its summary; what follows, its description."""
    first, *rest = re.split(r"\.\s+", told.pop("description"), maxsplit=1)
    told["summary"] = " ".join(first.split()).removesuffix(".")
    if rest:
        [told["description"]] = rest


def _describe_parameters(operation: Operation) -> None:
    for parameter in operation.told.get("parameters", []):
        name, schema = parameter["name"], parameter["schema"]
        choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
        if len(choices) == 1:  # a parameter is left out; it is never null
            del schema["anyOf"]
            schema.update(choices[0])
        schema.pop("description", None)
        if said := id_of(name):
            parameter.setdefault("description", said)


def _add_headers(operation: Operation) -> None:
    if operation.has_tag:
        operation.tells("ETag")
    if operation.has_parameter("after"):
        operation.tells("Link")
        operation.tells("X-Total-Count")
    if operation.writes:
        if operation.changes_one_row:
            operation.takes("If-Match")
            operation.may_answer(412)
        operation.takes("Idempotency-Key")
        operation.takes("X-Actor")
    elif operation.has_tag:
        operation.may_answer(304)
    if "307" in operation.responses:
        operation.tells("Location", "307")
    for status, name in (("304", "If-None-Match"), ("206", "Range")):
        if status in operation.responses:
            operation.takes(name)


def _add_errors(operation: Operation) -> None:
    if operation.has_id:
        operation.may_answer(404)
    if operation.body:
        operation.may_answer(413)
    if operation.writes:
        operation.may_answer(403, 507)
    if operation.writes or operation.told.get("parameters"):
        operation.may_answer(422)
    operation.may_answer(421, 500, 503)
    for status, response in operation.responses.items():
        if status >= "400" and not {"$ref", "content"} & response.keys():  # in the route's words
            _, usual = ANSWERS[int(status)]
            response["content"] = usual["content"]
