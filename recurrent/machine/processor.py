"""Settings that make MXNet 1.9.1 fast and repeatable on this processor.

MXNet reads them once, when it is loaded; so they are set before the import.
What the user has set in the environment wins.

- ``OPENBLAS_CORETYPE``: the OpenBLAS 0.3.13 inside MXNet knows no processor newer than itself, and
  multiplies matrices there with a kernel from 2007 (`Barcelona`, `Prescott`), 2.5 times slower.
  Named by its instructions, the processor gets a kernel that uses them.
- ``OMP_NUM_THREADS``: by default MXNet uses half of the processors that it sees, also where each
  of them is a core of its own.
- Memory: what MXNet frees after a step the C library gives back to the system, and the next step
  gets it anew, page by page; a fifth of the time of a recurrent layer goes there.  Where the C
  library is glibc it is told to keep it (`mallopt`), so that a process stays as large as it was at
  its largest.
- ``MXNET_USE_MKLDNN_RNN``: 1 is the default, set here because the results rest on it: MXNet's other
  recurrent kernel for the processor is half as fast, and its gradients differ from run to run.

How long a thread that waits for the others keeps its core busy, ``GOMP_SPINCOUNT``, is left at what
OpenMP does by itself: milliseconds.  One training alone is 10 to 30 % faster so than with 1000
turns; two side by side on the same cores hold each other up and take ten times as long.  So ``make
lab`` and the tests set 1000, and a build gives each notebook ``OMP_NUM_THREADS=1``.
"""

from __future__ import annotations

import ctypes
import os
import sys
import warnings
from collections.abc import Collection
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")

# What each kernel of OpenBLAS needs, best first; the names are those of its `dynamic.c`.
# An OpenBLAS that was built without `SkylakeX`, like MXNet's, takes `Haswell` in its place.
KERNELS = {
    "SkylakeX": {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"},
    "Haswell": {"avx2", "fma"},
}

# Numbers of parameters in glibc's `malloc.h`, with how the user would set them, and our values.
MALLOC = {
    "MALLOC_TRIM_THRESHOLD_": (-1, 1 << 30),
    "MALLOC_TOP_PAD_": (-2, 1 << 26),
    "MALLOC_MMAP_THRESHOLD_": (-3, 1 << 30),
}

FIXED = {"MXNET_USE_MKLDNN_RNN": "1"}


def processors(cpuinfo: str) -> list[dict[str, str]]:
    r"""Return the fields of each processor in the text of ``/proc/cpuinfo``.

    Examples
    --------
    >>> processors("processor : 0\ncore id : 0\n\nprocessor : 1\ncore id : 0\n")
    [{'processor': '0', 'core id': '0'}, {'processor': '1', 'core id': '0'}]
    """
    found = []
    for block in cpuinfo.strip().split("\n\n"):
        lines = (line.partition(":") for line in block.splitlines())
        fields = {name.strip(): value.strip() for name, _, value in lines}
        if "processor" in fields:
            found.append(fields)
    return found


def kernel(cpuinfo: str) -> str | None:
    r"""Return the OpenBLAS kernel that fits the processor, None to leave the choice to OpenBLAS.

    Examples
    --------
    >>> kernel("processor : 0\nflags : fpu sse2 avx avx2 fma")
    'Haswell'
    >>> kernel("processor : 0\nflags : fpu sse2") is None
    True
    """
    each = [set(fields.get("flags", "").split()) for fields in processors(cpuinfo)]
    flags = set.intersection(*each) if each else set()
    return next((name for name, needs in KERNELS.items() if needs <= flags), None)


def cores(cpuinfo: str, available: Collection[int]) -> int:
    r"""Return how many physical cores the available processors belong to; 0 if the text is silent.

    Two hyperthreads of a core share its arithmetic units: a second thread gains nothing there.

    Examples
    --------
    >>> cpuinfo = "processor : 0\ncore id : 0\n\nprocessor : 1\ncore id : 0\n"
    >>> cores(cpuinfo, {0, 1})
    1
    """
    return len(
        {
            (fields.get("physical id"), fields.get("core id", number))
            for fields in processors(cpuinfo)
            if (number := fields["processor"]).isdigit() and int(number) in available
        }
    )


def levers(cpuinfo: str, available: Collection[int]) -> dict[str, str]:
    r"""Return the settings for a processor, as environment variables.

    Parameters
    ----------
    cpuinfo : str
        Text of ``/proc/cpuinfo``; empty where there is none, as on macOS and Windows.
    available : collection of int
        Numbers of the processors on which this process may run.

    Examples
    --------
    >>> found = levers("processor : 0\nflags : avx2 fma\n\nprocessor : 1\nflags : avx2 fma", {0, 1})
    >>> found["OPENBLAS_CORETYPE"], found["OMP_NUM_THREADS"]
    ('Haswell', '2')
    >>> levers("", {0, 1}) == FIXED
    True
    """
    found = {}
    if name := kernel(cpuinfo):
        found["OPENBLAS_CORETYPE"] = name
    if number := cores(cpuinfo, available):
        found["OMP_NUM_THREADS"] = str(number)
    return found | FIXED


def here() -> dict[str, str]:
    """Return the :func:`levers` of this machine's processor, for this process."""
    cpuinfo = CPUINFO.read_text("utf-8") if CPUINFO.is_file() else ""
    available = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    return levers(cpuinfo, available)


def pull() -> dict[str, str]:
    """Set what the user has not set, and return what is now in force.

    Warns
    -----
    RuntimeWarning
        If MXNet has been loaded already and so will not see what is set now.
    """
    wanted = here()
    late = [name for name in wanted if name not in os.environ]
    if late and "mxnet" in sys.modules:
        warnings.warn(
            f"mxnet was imported before recurrent, too early to see {', '.join(late)}; "
            "training may be slower. Restart, and import from recurrent first.",
            RuntimeWarning,
            stacklevel=3,
        )
    keep_memory()
    return {name: os.environ.setdefault(name, value) for name, value in wanted.items()}


def keep_memory() -> bool:
    """Have glibc keep freed memory for what comes next; return whether it was told to."""
    if "GLIBC_TUNABLES" in os.environ or not os.environ.keys().isdisjoint(MALLOC):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl and macOS have none
    return mallopt is not None and all([mallopt(*option) for option in MALLOC.values()])
