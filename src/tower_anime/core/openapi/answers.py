"""The answers that many operations of the OpenAPI document may give, beside success."""

from __future__ import annotations

from tower_anime.core.openapi.shared import PROBLEM_JSON, SCHEMAS, Part


def _problem(description: str, title: str, status: int, detail: str | list[Part]) -> Part:
    schema = "Refusal" if status == 422 else "Problem"
    example = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": "5f0c9a3e-1b",
    }
    content = {"schema": {"$ref": f"{SCHEMAS}{schema}"}, "example": example}
    return {"description": description, "content": {PROBLEM_JSON: content}}


_REFUSED: list[Part] = [
    {
        "type": "greater_than_equal",
        "loc": ["query", "limit"],
        "msg": "Input should be greater than or equal to 0",
    }
]
# Each error's name in the document, what it means, its title, and an example of its detail.
_PROBLEMS: dict[int, tuple[str, str, str, str | list[Part]]] = {
    403: (
        "Forbidden",
        "A page of another site asked for a change; `cors_origins` names those that may.",
        "Forbidden",
        "A page of another site may not do this; the setting cors_origins names those that may.",
    ),
    404: ("NotFound", "No such thing, or it is in the trash.", "Not found", "Scene not found"),
    409: (
        "Conflict",
        "The request does not fit what is there.",
        "Conflict",
        "The scene is part of something in the trash; restore that first.",
    ),
    412: (
        "PreconditionFailed",
        "The row has changed since the state that `If-Match` names; nothing was written.",
        "Precondition failed",
        "The scene is not as If-Match says; it is at revision 4 now.",
    ),
    413: (
        "TooLarge",
        "The body, or the file in it, is larger than is accepted.",
        "Too large",
        "The body is larger than the 4,194,304 bytes that are accepted here.",
    ),
    421: (
        "Misdirected",
        "The service is not called what `Host` says; `allowed_hosts` names what else it is called.",
        "Misdirected request",
        "This service is not called 'films.example'.",
    ),
    422: (
        "Unprocessable",
        "Understood, and refused: which fields and why.",
        "Unprocessable",
        _REFUSED,
    ),
    500: (
        "InternalError",
        "Something that nobody foresaw; the service's log says what.",
        "Internal server error",
        "Something went wrong here; the log says what.",
    ),
    503: (
        "Unavailable",
        "The database, or the service itself, cannot answer now; nothing was written.",
        "Service unavailable",
        "The database cannot answer right now.",
    ),
    507: (
        "InsufficientStorage",
        "The disk is nearly full; nothing was written.",
        "Insufficient storage",
        "The disk of the data folder is nearly full.",
    ),
}
# Each answer's name in the document, and the answer.
ANSWERS: dict[int, tuple[str, Part]] = {
    304: ("NotModified", {"description": "The answer that is known already still holds."}),
    **{
        status: (name, _problem(description, title, status, detail))
        for status, (name, description, title, detail) in _PROBLEMS.items()
    },
}


def _headers(status: int) -> Part:
    names = ["X-Request-ID", "ETag"] if status == 304 else ["X-Request-ID"]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def responses() -> Part:
    """The answers by their names in the document."""
    return {name: {**told, "headers": _headers(status)} for status, (name, told) in ANSWERS.items()}
