"""The machine that measures, in words."""

from __future__ import annotations

from pathlib import Path

from bitext.settings import processors


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the name of the processor and how many of it this process may use."""
    names = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text("utf-8").splitlines() if cpuinfo.is_file() else ())
        if line.startswith("model name")
    ]
    return f"{names[0] if names else 'unknown processor'}, {processors()} processors"
