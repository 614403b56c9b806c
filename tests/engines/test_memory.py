"""Errors of memory are known as such, and others are not."""

from __future__ import annotations

import pytest

from tower_anime.engines.memory import is_out_of_memory


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("torch.OutOfMemoryError", "Allocation on device "),
        ("torch.cuda.OutOfMemoryError", "Allocation on device 0 would exceed allowed memory."),
        ("MemoryError", ""),
        ("numpy._core._exceptions._ArrayMemoryError", "Unable to allocate 9 GiB"),
        ("RuntimeError", "CUDA error: out of memory\nCUDA kernel errors might be…"),
        ("RuntimeError", "MPS backend out of memory (MPS allocated: 17 GB)"),
        ("RuntimeError", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`"),
        ("RuntimeError", "[enforce fail] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_out_of_memory_is_known_by_type_or_message(kind: str, message: str) -> None:
    assert is_out_of_memory(kind, message)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("PIL.UnidentifiedImageError", "cannot identify image file 'memory.png'"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied"),
        ("FileNotFoundError", "No such file"),
    ],
)
def test_other_errors_are_not_of_memory(kind: str, message: str) -> None:
    assert not is_out_of_memory(kind, message)
