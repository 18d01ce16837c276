"""The floor: which products a step cannot do without."""

import json
import subprocess
import sys

import pytest

from benchmarks.contenders.products import products
from benchmarks.timing import CONTENDERS


@pytest.mark.parametrize(
    ("kind", "per_token"),
    [
        # forward, and twice as much backward: 2 operations for each weight that is multiplied
        ("rnn", 3 * 2 * (256 * 256 + 256 * 28)),
        ("lstm", 3 * 2 * (4 * 256 * 256 + 256 * 28)),
        ("deep-lstm", 3 * 2 * (3 * 4 * 256 * 256 + 256 * 28)),
    ],
)
def test_a_step_multiplies_each_weight_three_times(kind, per_token):
    operations = sum(2 * times * n * k * m for times, (n, k, m) in products(kind))
    assert operations == 32 * 35 * per_token


def test_a_kind_is_measured():
    done = subprocess.run(
        [sys.executable, str(CONTENDERS / "products.py"), "rnn"], capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    assert found["operations_per_token"] == 3 * 2 * (256 * 256 + 256 * 28)
    seconds = found["operations_per_token"] * found["tokens_per_second"] / 1e9
    assert found["gigaflops"] == pytest.approx(seconds)
