"""Where to train."""

import os
import subprocess
import sys
from pathlib import Path

import mxnet as mx
import pytest
from mxnet import npx

from recurrent import device

ROOT = Path(__file__).resolve().parents[2]
needs_no_gpu = pytest.mark.skipif(mx.context.num_gpus() > 0, reason="there is a GPU here")


@pytest.fixture(autouse=True)
def forget():
    device.choose.cache_clear()
    yield
    device.choose.cache_clear()


def test_the_processor_passes_the_trial():
    device.exercise(npx.cpu())


@needs_no_gpu
def test_without_a_gpu_the_processor_is_chosen():
    assert device.try_device() == npx.cpu()
    assert "no GPU" in device.why()


@needs_no_gpu
def test_a_gpu_that_fails_the_trial_is_not_trusted(monkeypatch):
    # A build without CUDA raises the error that a GPU of a wrong kind would: MXNetError.
    monkeypatch.setattr(mx.context, "num_gpus", lambda: 1)
    assert device.try_device() == npx.cpu()
    assert "failed a trial" in device.why()


def test_why_is_one_line_in_both_languages():
    line = device.why()
    english, vietnamese = line.split(" | ")
    assert english.startswith("Training on")
    assert vietnamese.startswith("Huấn luyện trên")
    assert "\n" not in line


@needs_no_gpu
def test_nothing_is_written_to_stderr():
    code = "from recurrent.device import try_device, why; print(try_device()); why()"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=os.environ
    )
    assert (result.stdout.strip(), result.stderr) == ("cpu(0)", "")
