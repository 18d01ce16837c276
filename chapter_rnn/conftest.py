"""nbval runs the notebooks as the build does: with its threads, and side by side with ``-n auto``."""

import os
from pathlib import Path

import pytest

from bitext import settings

os.environ["OMP_NUM_THREADS"] = str(settings.threads())  # the kernels inherit it


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """Return how many notebooks run at a time."""
    return settings.load(settings.find_root(Path(__file__).parent)).jobs
