"""Which errors of a run mean that the server's memory was too small. Pure."""

from __future__ import annotations

import re

# The names of exceptions, whatever module they come from: torch.OutOfMemoryError, torch.cuda's of
# the same name, Python's own, and NumPy's.
_TYPES = frozenset({"OutOfMemoryError", "MemoryError", "_ArrayMemoryError", "OOM_EXCEPTION"})

# What CUDA, ROCm, Apple's Metal, cuBLAS and the allocator of the CPU say where the type does not.
_SAID = re.compile(
    r"out of memory|allocation on device|would exceed allowed memory|not enough memory"
    r"|(?:can't|cannot|failed to|unable to) allocate|CU(?:BLAS|DNN)_STATUS_ALLOC_FAILED",
    re.IGNORECASE,
)


def is_out_of_memory(kind: str, message: str) -> bool:
    """Whether an error of this exception type and message is one of memory."""
    return kind.rpartition(".")[2] in _TYPES or _SAID.search(message) is not None
