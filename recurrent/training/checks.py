"""What training asks of its arguments, told before it begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy
from mxnet import gluon, np, npx

from recurrent.data.batches import RandomBatches
from recurrent.machine import arguments
from recurrent.networks.graphs import device_of

npx.set_np()

BATCHES = "write SequentialBatches(indices, batch_size, num_steps)"


def check_training(
    model: Any,
    train_batches: Any,
    valid_batches: Any,
    num_epochs: int,
    lr: float,
    clip: float,
    seed: int | None,
    every: int,
) -> None:
    """Raise TypeError or ValueError if :func:`train` cannot work with its arguments."""
    arguments.whole("num_epochs", num_epochs)
    arguments.positive("lr", lr)
    check_clip("clip", clip)
    if seed is not None:
        arguments.whole("seed", seed, least=0, most=2**31 - 1)
    arguments.whole("every", every)
    check_model(model)
    check_batches("train_batches", train_batches, model)
    check_order("valid_batches", valid_batches)
    check_batches("valid_batches", valid_batches, model)
    if not hasattr(train_batches, "num_tokens"):
        raise TypeError(f"train_batches={arguments.shown(train_batches)}: {BATCHES}")
    for param in check_params(model.collect_params()):
        if not numpy.isfinite(param.data().asnumpy()).all():
            raise ValueError(
                f"model: {param.name} holds a number that is not finite, as after a training that "
                "has diverged: write model.initialize(mxnet.init.Xavier(), force_reinit=True)"
            )


def check_epoch(model: Any, batches: Any, trainer: Any, learning_rates: Sequence[float]) -> None:
    """Raise TypeError or ValueError if :func:`train_epoch` cannot work with its arguments."""
    check_model(model)
    check_batches("batches", batches, model)
    wanted = "write Trainer(model.collect_params(), clip)"
    methods = hasattr(trainer, "step") and hasattr(trainer, "set_learning_rate")
    if not methods or isinstance(trainer, type):
        raise TypeError(f"trainer={arguments.shown(trainer)}: {wanted}")
    own = set(map(id, model.collect_params().values()))
    if not own.issuperset(map(id, getattr(trainer, "params", ()))):
        raise ValueError(f"trainer has the parameters of another model: {wanted}")
    if not hasattr(learning_rates, "__len__") or len(learning_rates) != len(batches):
        raise ValueError(
            f"learning_rates={arguments.shown(learning_rates)}: write a list of "
            f"{len(batches)} numbers, one for each minibatch"
        )
    for rate in learning_rates:
        check_rate("learning_rates", rate)


def check_evaluation(model: Any, batches: Any) -> None:
    """Raise TypeError or ValueError if :func:`evaluate` cannot work with its arguments."""
    check_model(model)
    check_order("batches", batches)
    check_batches("batches", batches, model)


def check_model(model: Any) -> None:
    """Raise TypeError or ValueError if something is no language model, or has no parameters yet."""
    if not isinstance(model, gluon.Block) or not hasattr(model, "begin_state"):
        raise TypeError(f"model={arguments.shown(model)}: write an RNNLM or an RNNScratch")
    device_of(model)


def check_order(name: str, batches: Any) -> None:
    """Raise TypeError if sequences come in no order: no state could be carried over."""
    if isinstance(batches, RandomBatches):
        raise TypeError(f"{name}: a text is measured in its order, not at random: {BATCHES}")


def check_batches(name: str, batches: Any, model: gluon.Block) -> None:
    """Raise TypeError or ValueError if a model cannot read minibatches."""
    if not isinstance(batches, (list, tuple)) and not hasattr(batches, "num_tokens"):
        raise TypeError(f"{name}={arguments.shown(batches)}: {BATCHES}")
    if len(batches) == 0:
        raise ValueError(f"{name} has no minibatch: {BATCHES}")
    vocab_size, largest = getattr(model, "vocab_size", math.inf), largest_token(name, batches)
    if largest >= vocab_size:
        raise ValueError(
            f"{name} holds the token {largest}, but the model was made with "
            f"vocab_size={vocab_size}: write vocab_size=len(vocabulary)"
        )
    device, ours = getattr(batches, "device", None), device_of(model)
    if hasattr(batches, "device") and (device or npx.cpu()) != ours:
        raise ValueError(
            f"{name} come on {device or npx.cpu()}, but the model is on {ours}: "
            "write the same device for both"
        )


def largest_token(name: str, batches: Any) -> int:
    """Return the largest number of a token in minibatches, -1 if that cannot be known.

    Raises
    ------
    TypeError, ValueError
        If they are a list, but not one of pairs of arrays with the same number of sequences.
    """
    if not isinstance(batches, (list, tuple)):
        return int(numpy.max(getattr(batches, "indices", -1)))
    try:
        sizes = {X.shape[1] for X, Y in batches if X.shape == Y.shape}
        largest = max(int(array.max()) for pair in batches for array in pair)
    except (TypeError, ValueError, AttributeError, IndexError):
        raise TypeError(f"{name}={arguments.shown(batches)}: {BATCHES}") from None
    if len(sizes) != 1:
        raise ValueError(f"{name} has minibatches of {sorted(sizes)} sequences: {BATCHES}")
    return largest


def check_state(state: Any) -> None:
    """Raise TypeError if something is no state."""
    layers = state if isinstance(state, (list, tuple)) else [None]
    if not all(isinstance(layer, (list, tuple)) for layer in layers) or not all(
        isinstance(array, np.ndarray) for layer in layers for array in layer
    ):
        raise TypeError(
            f"state={arguments.shown(state)}: write model.begin_state(batch_size), or the state "
            "that the model returned"
        )


def check_clip(name: str, value: float) -> None:
    """Raise TypeError or ValueError if something is no largest norm of gradients."""
    arguments.number(name, value, "a number above 0, or math.inf not to clip", lambda x: x > 0)


def check_rate(name: str, value: float) -> None:
    """Raise TypeError or ValueError if something is no learning rate."""
    arguments.number(name, value, "a finite number from 0 up", lambda x: 0 <= x < math.inf)


def check_schedule(step: int, num_steps: int, lr: float) -> None:
    """Raise TypeError or ValueError if :func:`cosine_decay` cannot work with its arguments."""
    arguments.whole("num_steps", num_steps)
    arguments.whole("step", step, least=0, most=num_steps)
    arguments.positive("lr", lr)


def check_params(params: Any) -> list[gluon.Parameter]:
    """Return the parameters that learn.

    Raises
    ------
    TypeError, ValueError
        If they are no parameters, none learns or has values, or they are on several devices.
    """
    wanted = "write model.collect_params(), or some of its values"
    try:
        found = list(params.values() if hasattr(params, "values") else params)
    except TypeError:
        found = [None]
    if not all(isinstance(param, gluon.Parameter) for param in found):
        raise TypeError(f"params={arguments.shown(params)}: {wanted}")
    found = [param for param in found if param.grad_req != "null"]
    if not found:
        raise ValueError(f"params has none that learns: {wanted}")
    for param in found:
        try:
            devices = {array.ctx for array in param.list_data()}
        except RuntimeError:
            raise ValueError(
                f"params: {param.name} has no values yet: write model.initialize(), and have the "
                "model read one minibatch if it leaves shapes open"
            ) from None
        if devices != {found[0].list_ctx()[0]}:
            raise ValueError(f"params: {param.name} is on {devices}: keep to one device for all")
    return found
