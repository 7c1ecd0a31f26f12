"""How long something takes, for the benchmarks."""

import time
from collections.abc import Callable


def timed(do: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1_000


def median(do: Callable[[], object], times: int) -> float:
    return sorted(timed(do) for _ in range(times))[times // 2]


def spread(times: list[float]) -> str:
    ordered = sorted(times)
    middle, most, nearly_all = (ordered[int(len(ordered) * part)] for part in (0.5, 0.95, 0.99))
    return f"median {middle:.1f} ms, p95 {most:.1f} ms, p99 {nearly_all:.1f} ms of {len(ordered)}"
