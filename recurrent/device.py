"""Where to train: on a GPU that has proved that it can, otherwise on the processor."""

from __future__ import annotations

from functools import lru_cache

import mxnet as mx
from mxnet import np, npx
from mxnet.context import Context
from mxnet.gluon import rnn

npx.set_np()


def exercise(device: Context) -> None:
    """Multiply two matrices and run a recurrent layer on a device; wait for the results.

    MXNet answers at once and computes later: an error comes only when a result is read.

    Raises
    ------
    mxnet.base.MXNetError
        If the device cannot: no CUDA, or no machine code for this generation of GPUs.
    """
    X = np.ones((4, 2, 8), ctx=device)  # (num_steps, batch_size, num_inputs)
    layer = rnn.LSTM(8, input_size=8)
    layer.initialize(ctx=device)
    layer(np.dot(X, np.ones((8, 8), ctx=device))).asnumpy()


@lru_cache(maxsize=1)
def choose() -> tuple[Context, str]:
    """Return the device to train on and the reason for it, in both languages."""
    if mx.context.num_gpus() == 0:
        return npx.cpu(), (
            "Training on the processor: MXNet sees no GPU. | "
            "Huấn luyện trên bộ xử lý: MXNet không thấy GPU nào."
        )
    try:
        exercise(npx.gpu(0))
    except mx.base.MXNetError as error:
        cause = str(error).strip().splitlines()[-1]
        return npx.cpu(), (
            f"Training on the processor: the GPU failed a trial ({cause}). | "
            f"Huấn luyện trên bộ xử lý: GPU không chạy được phép thử ({cause})."
        )
    return npx.gpu(0), (
        "Training on the GPU: it passed a trial. | Huấn luyện trên GPU: GPU đã chạy được phép thử."
    )


def try_device() -> Context:
    """Return the first GPU if it passes a trial, otherwise the processor.

    `d2l.try_gpu` trusts a GPU that is there.  But the CUDA builds of MXNet 1.9.1 hold machine code
    for compute capability 5.0 to 8.6 only, and on a newer GPU the first operation fails.
    """
    return choose()[0]


def why() -> str:
    """Return one line on what is trained on and why: ``English | Tiếng Việt``."""
    return choose()[1]
