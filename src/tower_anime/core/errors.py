"""Every error that a caller can be answered with.

    TowerError                  500  something that we did not foresee, told in a sentence
    ├── NotFound                404  no such thing, or it is in the trash
    ├── Conflict                409  the request does not fit what is there
    │   └── Unresolved          409  a merge whose conflicts are not all resolved, with all of them
    ├── PreconditionFailed      412  somebody changed it since
    ├── TooLarge                413  a body, a picture or a film beyond its bound
    ├── Unprocessable           422  understood, and refused
    ├── Unavailable             503  the database, or the service itself, cannot answer now
    │   └── InsufficientStorage 507  the disk has too little room to write
    └── CannotStart                  never answered: the service refuses to start, and says why

An error carries one plain sentence, without internals, and is rendered once, in `core.problems`.
"""

from __future__ import annotations

from collections.abc import Mapping


class TowerError(Exception):
    """The base of every error that has an answer.

    `detail` is the sentence that the caller reads; `status` is the HTTP status; `members` are what
    else the answer has.
    """

    status = 500
    title = "Internal server error"
    members: Mapping[str, object] = {}

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotFound(TowerError):
    """No such thing, or it is in the trash."""

    status = 404
    title = "Not found"


class Conflict(TowerError):
    """The request is well-formed, and does not fit what is there."""

    status = 409
    title = "Conflict"


class Unresolved(Conflict):
    """A merge whose conflicts are not all resolved; the answer has all of them."""

    def __init__(self, detail: str, members: Mapping[str, object]) -> None:
        super().__init__(detail)
        self.members = members


class PreconditionFailed(TowerError):
    """An If-Match that names another state than there is; the sentence says who changed what."""

    status = 412
    title = "Precondition failed"


class TooLarge(TowerError):
    """A body, a picture or a film beyond its bound; the sentence names the bound."""

    status = 413
    title = "Too large"


class Unprocessable(TowerError):
    """Understood, and refused; the sentence names what and why."""

    status = 422
    title = "Unprocessable"


class Unavailable(TowerError):
    """The database, or the service itself, cannot answer now."""

    status = 503
    title = "Service unavailable"


class InsufficientStorage(Unavailable):
    """The disk has too little room to write; the sentence says what there is and what must be."""

    status = 507
    title = "Insufficient storage"


class CannotStart(TowerError):
    """The service refuses to start; the command line prints the sentence and exits with 1."""
