"""Requests of every kind that the OpenAPI document allows, and of kinds that it forbids.

Schemathesis makes them from the document, one after another and in sequences, and judges each
answer by all of its checks. Run it by hand for longer:

    TOWER_TEST_EXAMPLES=200 TOWER_TEST_SEED=7 pytest -s tests/test_any_request.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import DIALECTS
from tests.support.services import Service

SEED = os.environ.get("TOWER_TEST_SEED", "1")  # the same requests each time, unless told
EXAMPLES = int(os.environ.get("TOWER_TEST_EXAMPLES", "2"))  # of each operation, in each phase
BY_HAND = "TOWER_TEST_EXAMPLES" in os.environ
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
PHASES = ("examples", "coverage", "fuzzing", "stateful")


# The requests of `coverage` are at and beyond each field's bounds: most are refused before any
# database hears of them, so that one database is enough but for a run by hand.
RUNS = [
    (dialect, phase)
    for dialect in DIALECTS
    for phase in PHASES
    if BY_HAND or (dialect, phase) != ("postgresql", "coverage")
]


@pytest.mark.parametrize(("dialect", "phase"), RUNS, scope="session")
def test_every_answer_is_one_that_the_document_tells(
    service: Service, phase: str, tmp_path: Path
) -> None:
    before = len(service.log)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run"),
            *(f"{service.url}/openapi.json", "--phases", phase, "--checks", "all"),
            *("--max-examples", str(EXAMPLES), "--seed", SEED, "--request-timeout", "60"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,  # where it keeps what it has found
    )
    print(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert " passed" in done.stdout
    assert not [line for line in service.log[before:] if "Traceback" in line]
