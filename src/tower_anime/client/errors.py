"""Every error that the client raises.

    TowerClientError
    ├── Unreachable              no answer came: nothing serves there, or the connection dropped
    ├── Unreadable               an answer came that is not the service's, or came damaged
    ├── NotFinished              what was waited for is not over in the time that was given
    └── Problem                  the service refused, and said why
        ├── NotFound             404  no such thing, or it is in the trash
        ├── Conflict             409  the request does not fit what is there
        │   └── Unresolved       409  a merge has conflicts; `conflicts` has those that are left
        ├── PreconditionFailed   412  the row has changed since it was read
        ├── TooLarge             413  a body, a picture or a film beyond its bound
        ├── Refused              422  understood, and refused; `fields` says what, where
        └── Unavailable          503  the service, its database or its disk cannot do it now (507)

`str(error)` is one plain sentence for people.
"""

from __future__ import annotations

from typing import TypedDict

from tower_anime.story.branch_schemas import ConflictShown, MergeOutcome


class TowerClientError(Exception):
    """The base of every error of the client."""


class Unreachable(TowerClientError):
    """No answer came: nothing serves at `url`, or the connection dropped, again and again."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"The service at {url} does not answer: {reason}.")
        self.url = url
        self.reason = reason


class Unreadable(TowerClientError):
    """An answer came that is not the service's, or came damaged."""


class NotFinished(TowerClientError):
    """What was waited for is not over in the time that was given."""


class RefusedField(TypedDict):
    """One field that was refused: what is wrong, where in the request, and the sentence."""

    type: str
    loc: list[str | int]
    msg: str


class Problem(TowerClientError):
    """The service refused, and said why (RFC 9457).

    `status` is the HTTP status, `title` its few words, `detail` the sentence; `request_id` is what
    the service's log calls the request. `fields` are the fields that were refused, where the
    answer names them.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        request_id: str | None = None,
        fields: tuple[RefusedField, ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.request_id = request_id
        self.fields = fields


class NotFound(Problem):
    """No such thing, or it is in the trash."""


class Conflict(Problem):
    """The request does not fit what is there."""


class Unresolved(Conflict):
    """A merge whose conflicts are not all resolved; nothing was written.

    `outcome` is what it would have done, with ours in the place of what is not resolved.
    """

    def __init__(
        self, status: int, title: str, detail: str, request_id: str | None, outcome: MergeOutcome
    ) -> None:
        super().__init__(status, title, detail, request_id)
        self.outcome = outcome

    @property
    def conflicts(self) -> list[ConflictShown]:
        """The conflicts without a resolution, each with the id that resolves it."""
        return self.outcome.conflicts


class PreconditionFailed(Problem):
    """The row has changed since it was read; the sentence says who changed what."""


class TooLarge(Problem):
    """A body, a picture or a film beyond its bound; the sentence names the bound."""


class Refused(Problem):
    """Understood, and refused."""


class Unavailable(Problem):
    """The service, its database or its disk cannot do it now; later it may."""


BY_STATUS: dict[int, type[Problem]] = {
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    413: TooLarge,
    422: Refused,
    503: Unavailable,
    507: Unavailable,
}
