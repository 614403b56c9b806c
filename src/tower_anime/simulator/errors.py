"""How a job ends before its end."""

from __future__ import annotations


class Interrupted(Exception):
    """Somebody stopped the job."""


class Died(Exception):
    """The server died under the job, or is being stopped."""


class NodeFailed(Exception):
    """A node raised an error: its `kind` is the full name of the exception's class."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


OUT_OF_MEMORY = "Allocation on device "
OUT_OF_MEMORY_TIPS = (
    "This error means you ran out of memory on your GPU.\n\nTIPS: If the workflow worked before "
    "you might have accidentally set the batch_size to a large number."
)


def out_of_memory() -> NodeFailed:
    """The error of a node that found no video memory, as PyTorch names it."""
    return NodeFailed("torch.OutOfMemoryError", OUT_OF_MEMORY)
