"""Where to train: on a GPU that has proved that it can, otherwise on the processor.

``RECURRENT_DEVICE`` in the environment decides otherwise: ``cpu``, or ``gpu``, or ``gpu(1)`` for
the second GPU; one that is asked for by name and cannot train is an error.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from functools import lru_cache
from pathlib import Path

import mxnet as mx
from mxnet import autograd, np, npx
from mxnet.context import Context
from mxnet.gluon import rnn

from recurrent.machine import cuda

npx.set_np()

PATIENCE = 120  # seconds for a trial, most of which go into loading CUDA from the disk

# Signs in the words of MXNet and CUDA, and what they mean; the first that fits is told.
CAUSES = {
    "GPU is not enabled": "this build of MXNet has no CUDA; for a GPU see requirements-gpu.txt | "
    "bản MXNet này không có CUDA; muốn dùng GPU, xem requirements-gpu.txt",
    "No cuda driver": "there is no NVIDIA driver | máy không có trình điều khiển NVIDIA",
    "driver version is insufficient": "the NVIDIA driver is too old for CUDA 11, which takes "
    "450.80.02 or later | "
    "trình điều khiển NVIDIA quá cũ đối với CUDA 11, cần bản 450.80.02 trở lên",
    "no CUDA-capable device": "the NVIDIA driver shows no such GPU, see nvidia-smi and "
    "CUDA_VISIBLE_DEVICES | trình điều khiển NVIDIA không thấy GPU này, xem nvidia-smi và "
    "CUDA_VISIBLE_DEVICES",
    # The status 8 of cuBLAS is ARCH_MISMATCH, 3 is ALLOC_FAILED.
    r"no kernel image|ARCH_MISMATCH|\(8 vs\. 0\) : Create cublas": "MXNet has no machine code "
    "for this GPU, only for compute capability 5.0 to 8.9 | "
    "MXNet không có mã máy cho GPU này, chỉ có cho compute capability từ 5.0 đến 8.9",
    r"out of memory|ALLOC_FAILED|\(3 vs\. 0\) : Create cublas": "the GPU has too little free "
    "memory | GPU không còn đủ bộ nhớ",
    "Could not load library|cannot open shared object": "a library is missing, see "
    "requirements-gpu.txt ({line}) | thiếu một thư viện, xem requirements-gpu.txt ({line})",
    "": "the GPU failed a trial ({line}) | GPU không chạy được phép thử ({line})",
}


def exercise(device: Context) -> None:
    """Take a step of training on a device: a product of matrices, a recurrent layer, gradients.

    Raises
    ------
    mxnet.base.MXNetError
        If the device cannot.
    """
    X = np.ones((4, 2, 8), ctx=device)  # (num_steps, batch_size, num_inputs)
    layer = rnn.LSTM(8, input_size=8)
    layer.initialize(ctx=device)
    with autograd.record():
        loss = layer(np.dot(X, np.ones((8, 8), ctx=device))).sum()
    loss.backward()
    npx.waitall()  # MXNet answers at once and computes later: errors come up when one waits.


def trial(device: Context) -> str:
    """Exercise a device in another process and return what went wrong, empty if nothing did.

    In another process, because some failures cannot be caught: short of memory, MXNet dies in a
    thread of its own; short of a library, cuDNN aborts.  The reader's session must survive both.
    """
    command = [sys.executable, "-m", __name__, device.device_type, str(device.device_id)]
    root = Path(__file__).resolve().parents[2]  # where `-m` finds this package
    try:
        result = subprocess.run(
            command, cwd=root, capture_output=True, text=True, errors="replace", timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {PATIENCE} seconds"
    if result.returncode == 0:
        return ""
    return result.stderr.strip() or f"exit status {result.returncode}"


def complaint(gpu: Context) -> str:
    """Return what MXNet and CUDA say against training on a GPU, empty if nothing.

    Where MXNet only counts no GPUs, the words are those that CUDA has for the reason.
    """
    if not mx.runtime.Features().is_enabled("CUDA"):
        return "GPU is not enabled"
    try:
        if mx.context.num_gpus() > gpu.device_id:
            return trial(gpu)
    except mx.base.MXNetError as error:
        return str(error)
    version = cuda.driver_version()
    if version < 11000:
        return "driver version is insufficient" if version else "No cuda driver detected"
    return "no CUDA-capable device"


def explain(words: str) -> tuple[str, str]:
    """Return the cause behind the words of MXNet and CUDA, in English and in Vietnamese.

    Examples
    --------
    >>> explain("MXNetError: cudaMalloc retry failed: out of memory")[0]
    'the GPU has too little free memory'
    """
    lines = words.strip().splitlines() or ["no word from the GPU"]
    telling = [line for line in lines if "rror" in line or "failed" in line] or lines
    # One short line without the sign that stands between the languages.
    line = textwrap.shorten(telling[-1].replace("|", "/"), 160, placeholder=" …")
    cause = next(cause for sign, cause in CAUSES.items() if re.search(sign, words))
    english, vietnamese = cause.format(line=line).split(" | ")
    return english, vietnamese


@lru_cache(maxsize=1)
def choose() -> tuple[Context, str]:
    """Return the device to train on and the reason for it, in both languages.

    Raises
    ------
    ValueError
        If ``RECURRENT_DEVICE`` names no device.
    RuntimeError
        If it names a GPU that cannot train.
    """
    wish = os.environ.get("RECURRENT_DEVICE", "")
    named = re.fullmatch(r"cpu|gpu(?:\((\d+)\))?", wish or "gpu")
    if not named:
        raise ValueError(f"RECURRENT_DEVICE={wish}: write cpu, gpu or gpu(1), or unset it")
    if wish == "cpu":
        return npx.cpu(), (
            "Training on the processor, as RECURRENT_DEVICE says. | "
            "Huấn luyện trên bộ xử lý, theo RECURRENT_DEVICE."
        )
    gpu = npx.gpu(int(named[1] or 0))
    if not (words := complaint(gpu)):
        return gpu, (
            f"Training on {gpu}: it passed a trial. | "
            f"Huấn luyện trên {gpu}: GPU này đã chạy được phép thử."
        )
    english, vietnamese = explain(words)
    if wish:
        raise RuntimeError(f"RECURRENT_DEVICE={wish}, but {english}; unset it, or write cpu")
    return npx.cpu(), (
        f"Training on the processor: {english}. | Huấn luyện trên bộ xử lý: {vietnamese}."
    )


def try_device() -> Context:
    """Return the first GPU if it passes a trial, otherwise the processor.

    `d2l.try_gpu` trusts a GPU that is there.  But the CUDA build of MXNet 1.9.1 holds machine code
    for compute capability 5.0 to 8.6 only, which 8.9 can run, and 9.0 and later cannot.
    """
    return choose()[0]


def why() -> str:
    """Return one line on what is trained on and why: ``English | Tiếng Việt``."""
    return choose()[1]


if __name__ == "__main__":
    exercise(Context(sys.argv[1], int(sys.argv[2])))
