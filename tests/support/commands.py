"""`tower-anime` as people and programs type it, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from typer.testing import Result

Tower = Callable[..., Result]  # takes the words that are typed


def told(result: Result) -> str:
    """What a command printed; fails unless it went well."""
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def as_json(result: Result) -> Any:  # JSON is any value
    return json.loads(told(result))


def refused(result: Result, code: int = 1) -> str:
    """The sentence of a command that went wrong."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr
