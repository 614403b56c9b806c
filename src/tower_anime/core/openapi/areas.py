"""The areas of the API, in the order in which the reference tells them."""

from __future__ import annotations

AREAS = {
    "projects": "One production each: a film, a series, a pilot; with the settings of its shots.",
    "characters": "Who and what is in a production: characters, locations, props. Every change"
    " makes a new version, and all are kept.",
    "branches": "The lines of a story: `main`, and what was forked from it.",
    "scenes": "The numbered parts of a branch. The same scene on two branches has one `lineage`.",
    "shots": "What is rendered: the parts of a scene, a few seconds long.",
    "script": "Scripts in and out: Fountain, CSV and Markdown.",
    "engines": "The ComfyUI servers that render: where they are, and how they are.",
    "takes": "The rendered or uploaded attempts at a shot, and which of them is approved.",
    "rendering": "Queue many takes at once, and see which approved takes are stale, and why.",
    "workflows": "ComfyUI's graphs, and which of their inputs take the prompt, the seed and so on.",
    "board": "What people look at: a branch as cards of its scenes, and all projects at a glance.",
    "media": "Pictures, films and sounds, each named by the SHA-256 of its bytes.",
    "cuts": "Ordered edits of a branch's approved takes, and the films made of them.",
    "changes": "The log of every change, and the stream of those to come.",
    "service": "Whether the service is well, and which it is.",
}

DESCRIPTION = """\
Every path begins with `/api/anime`. Bodies and answers are JSON; every success is 200. Fields may
be added to answers; clients ignore what they do not know.

**Errors** are `application/problem+json` (RFC 9457). `detail` is a plain sentence; where fields
were refused it is a list of `{type, loc, msg}`. An unknown path is 404, and a method that a path
does not have is 405.

**Requests** are known by the `X-Request-ID` of their answer, which the service's log names too.
A client may send its own: up to 64 letters, digits, `.`, `_` and `-`.

**Lists** are bare arrays of at most `limit` rows. Where there are more, the header `Link` leads on
(`rel="next"`), and `count=true` has `X-Total-Count` tell how many there are.

**Writes** answer the row as it is now. `Idempotency-Key` makes one safe to repeat: the repeat gets
the first answer. `X-Actor` names who changed something.

**One row** is answered with its `ETag`. Sent back as `If-None-Match`, it saves the answer (304);
as `If-Match`, it keeps a change from overwriting another (412). A write that changes no single row
refuses `If-Match`, for it could not heed it.

**The trash**: a deleted thing leaves the lists and answers 404, with all that is in it, until it is
restored. `deleted=true` lists the trash.

**Text** is Unicode without NUL and without halves of surrogate pairs. **Times** are UTC:
`2025-10-05T04:57:46.802250Z`. **Seeds** above 2^53 - 1 travel as strings of digits.
"""
