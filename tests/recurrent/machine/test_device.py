"""Where to train."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recurrent.machine import cuda, device
from recurrent.machine.device import mx, npx

ROOT = Path(__file__).resolve().parents[3]
needs_no_gpu = pytest.mark.skipif(mx.context.num_gpus() > 0, reason="there is a GPU here")

# What MXNet, CUDA and cuDNN say, word for word, and what the reader is told of it.
NO_KERNEL = """\
mxnet.base.MXNetError: Traceback (most recent call last):
  File "../src/operator/mxnet_op.h", line 1153
Name: Check failed: err == cudaSuccess (209 vs. 0) : mxnet_generic_kernel ErrStr:no kernel image \
is available for execution on the device"""
NO_CUBLAS = """\
terminate called after throwing an instance of 'dmlc::Error'
  what():  [10:39:57] 3rdparty/mshadow/mshadow/./stream_gpu-inl.h:115: Check failed: err == \
CUBLAS_STATUS_SUCCESS ({status} vs. 0) : Create cublas handle failed
Stack trace:
  [bt] (0) libmxnet.so(+0x4b09db) [0x7f462d2089db]"""
NO_MEMORY = """\
mxnet.base.MXNetError: Traceback (most recent call last):
  File "../src/storage/./pooled_storage_manager.h", line 188
MXNetError: cudaMalloc retry failed: out of memory"""
NO_PART = """\
Could not load library libcudnn_adv_infer.so.8. Error: libcudnn_adv_infer.so.8: cannot open shared \
object file: No such file or directory"""
OTHER = """\
Traceback (most recent call last):
  File "../include/mxnet/base.h", line 458
CUDA: Check failed: e == cudaSuccess (999 vs. 0) : unknown error"""
FAILED_TRIALS = {
    NO_KERNEL: "no machine code for this GPU, only for compute capability 5.0 to 8.9",
    NO_CUBLAS.format(status=8): "no machine code for this GPU",
    NO_CUBLAS.format(status=3): "the GPU has too little free memory",
    NO_CUBLAS.format(status=1): "CUBLAS_STATUS_SUCCESS (1 vs. 0) : Create cublas handle failed)",
    NO_MEMORY: "the GPU has too little free memory",
    "CUDNN_STATUS_ALLOC_FAILED": "the GPU has too little free memory",
    NO_PART: "see requirements-gpu.txt (Could not load library libcudnn_adv_infer.so.8.",
    OTHER: "failed a trial (CUDA: Check failed: e == cudaSuccess (999 vs. 0) : unknown error)",
    "exit status -11": "failed a trial (exit status -11)",
    "no answer in 120 seconds": "failed a trial (no answer in 120 seconds)",
}


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.delenv("RECURRENT_DEVICE", raising=False)
    device.choose.cache_clear()
    yield
    device.choose.cache_clear()


@pytest.fixture
def gpus(monkeypatch):
    """Return a function that makes this MXNet a CUDA build that counts so many GPUs."""

    class Features:
        def is_enabled(self, name):
            return name == "CUDA"

    def count(number, driver_version=12020):
        monkeypatch.setattr(mx.runtime, "Features", Features)
        monkeypatch.setattr(mx.context, "num_gpus", lambda: number)
        monkeypatch.setattr(cuda, "driver_version", lambda: driver_version)

    return count


def assert_processor_because(reason):
    """Check that the processor is chosen, and that one line in both languages says why."""
    assert device.try_device() == npx.cpu()
    english, vietnamese = device.why().split(" | ")
    assert english.startswith("Training on the processor: ") and english.endswith(".")
    assert vietnamese.startswith("Huấn luyện trên bộ xử lý: ") and vietnamese.endswith(".")
    assert reason in english
    assert "\n" not in device.why()


def test_the_processor_passes_the_exercise():
    device.exercise(npx.cpu())


def test_the_processor_passes_a_trial_wherever_the_reader_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert device.trial(npx.cpu()) == ""


@needs_no_gpu
def test_a_gpu_that_is_not_there_fails_a_trial():
    assert "MXNetError" in device.trial(npx.gpu(0)).splitlines()[-1]


@pytest.mark.parametrize(
    ("script", "words"),
    [("echo driver shutting down >&2; kill -ABRT $$", "driver shutting down")]
    + [("kill -SEGV $$", "exit status -11"), ("sleep 9", "no answer in 0.2 seconds")],
)
def test_a_trial_outlives_a_process_that_dies_or_hangs(tmp_path, monkeypatch, script, words):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nulimit -c 0\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(device, "PATIENCE", 0.2 if "sleep" in script else 60)
    assert device.trial(npx.cpu()) == words


@needs_no_gpu
def test_without_a_gpu_the_processor_is_chosen():
    if not mx.runtime.Features().is_enabled("CUDA"):
        assert_processor_because("this build of MXNet has no CUDA; for a GPU see requirements-gpu")
    else:
        assert_processor_because("NVIDIA driver")


@pytest.mark.parametrize(
    ("driver_version", "reason"),
    [(0, "there is no NVIDIA driver"), (10020, "the NVIDIA driver is too old for CUDA 11")]
    + [(11000, "the NVIDIA driver shows no such GPU"), (12020, "shows no such GPU")],
)
def test_no_gpu_is_put_down_to_the_driver(gpus, driver_version, reason):
    gpus(0, driver_version)
    assert_processor_because(reason)


def test_an_error_in_counting_is_a_reason(gpus, monkeypatch):
    def num_gpus():
        raise mx.base.MXNetError(
            'Traceback (most recent call last):\n  File "../include/mxnet/base.h", line 458\n'
            "CUDA: Check failed: e == cudaSuccess (803 vs. 0) : system has unsupported display "
            "driver / cuda driver combination"
        )

    gpus(1)
    monkeypatch.setattr(mx.context, "num_gpus", num_gpus)
    assert_processor_because("(803 vs. 0) : system has unsupported display driver / cuda driver")


@pytest.mark.parametrize(("words", "reason"), FAILED_TRIALS.items())
def test_a_gpu_that_fails_a_trial_is_not_trusted(gpus, monkeypatch, words, reason):
    gpus(1)
    monkeypatch.setattr(device, "trial", lambda gpu: words)
    assert_processor_because(reason)


@needs_no_gpu
def test_a_gpu_that_is_counted_is_tried(gpus):
    gpus(1)  # MXNet raises here what it would on a GPU of a wrong kind: MXNetError.
    assert_processor_because("the GPU failed a trial (MXNetError: ")


def test_a_long_error_with_a_bar_stays_one_short_line(gpus, monkeypatch):
    gpus(1)
    monkeypatch.setattr(device, "trial", lambda gpu: "Error: a | b " + "and so on " * 99)
    assert_processor_because("(Error: a / b and so on")
    assert len(device.why()) < 600


def test_a_gpu_that_passes_a_trial_is_chosen(gpus, monkeypatch):
    gpus(2)
    monkeypatch.setattr(device, "trial", lambda gpu: "")
    assert device.try_device() == npx.gpu(0)
    assert device.why() == (
        "Training on gpu(0): it passed a trial. | "
        "Huấn luyện trên gpu(0): GPU này đã chạy được phép thử."
    )


def test_a_device_is_tried_once(gpus, monkeypatch):
    tried = []
    gpus(1)
    monkeypatch.setattr(device, "trial", lambda gpu: tried.append(gpu) or "")
    assert device.try_device() == device.try_device()
    assert device.why() == device.why()
    assert tried == [npx.gpu(0)]


def test_the_user_may_keep_a_gpu_idle(gpus, monkeypatch):
    gpus(1)
    monkeypatch.setattr(device, "trial", lambda gpu: "")
    monkeypatch.setenv("RECURRENT_DEVICE", "cpu")
    assert device.try_device() == npx.cpu()
    assert device.why().count("RECURRENT_DEVICE") == 2


@pytest.mark.parametrize(("wish", "index"), [("gpu", 0), ("gpu(0)", 0), ("gpu(1)", 1)])
def test_the_user_may_choose_a_gpu(gpus, monkeypatch, wish, index):
    gpus(2)
    monkeypatch.setattr(device, "trial", lambda gpu: "")
    monkeypatch.setenv("RECURRENT_DEVICE", wish)
    assert device.try_device() == npx.gpu(index)


@pytest.mark.parametrize(
    ("count", "reason"), [(1, "the NVIDIA driver shows no such GPU"), (2, "too little free memory")]
)
def test_a_chosen_gpu_that_cannot_train_is_an_error(gpus, monkeypatch, count, reason):
    gpus(count)
    monkeypatch.setattr(device, "trial", lambda gpu: NO_MEMORY)
    monkeypatch.setenv("RECURRENT_DEVICE", "gpu(1)")
    with pytest.raises(RuntimeError, match=rf"^RECURRENT_DEVICE=gpu\(1\), but .*{reason}.*unset"):
        device.try_device()


@pytest.mark.parametrize("wish", ["cuda", "gpu(-1)", "gpu1", "cpu(0)", "GPU"])
def test_a_device_that_is_none_is_an_error(monkeypatch, wish):
    monkeypatch.setenv("RECURRENT_DEVICE", wish)
    with pytest.raises(ValueError) as caught:
        device.try_device()
    assert str(caught.value) == f"RECURRENT_DEVICE={wish}: write cpu, gpu or gpu(1), or unset it"


@needs_no_gpu
def test_nothing_is_written_to_stderr():
    code = "from recurrent.machine.device import try_device, why; print(try_device()); why()"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=os.environ
    )
    assert (result.stdout.strip(), result.stderr) == ("cpu(0)", "")
