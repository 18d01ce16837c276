"""Blocks that run as one graph, whose memory is laid out once: what speed adds to a model."""

from __future__ import annotations

from collections.abc import Iterable

from mxnet import autograd, gluon, np, npx
from mxnet.context import Context
from mxnet.gluon import nn

npx.set_np()


class StaticGraph(nn.HybridBlock):
    """A block that Gluon draws as a graph at its first call, and then runs without Python.

    In MXNet 1.9.1 such a graph writes its gradients into those arrays into which it wrote them
    first, for as long as it lasts, even when its parameters have been given others: by
    ``initialize(force_reinit=True)``, or by a `Trainer`, which joins them.  Then they would learn
    nothing, without a word.  So the graph is drawn anew when the arrays are no longer the same.

    Call :meth:`hybridize` before any child is added: a child that is called by itself needs no
    graph.
    """

    def hybridize(self, active: bool = True, **settings) -> None:
        """See `gluon.HybridBlock.hybridize`; graphs that have been drawn are forgotten."""
        self.drawn_by = {"active": active, **settings}
        self.gradients = None  # the arrays into which the graph writes
        super().hybridize(active, **settings)

    def parameters(self) -> Iterable[gluon.Parameter]:
        """Return the parameters that the graph reads."""
        return self.collect_params().values()

    def forward(self, *args):
        """Compute `hybrid_forward`, by the graph if there is one."""
        if isinstance(args[0], np.ndarray) and autograd.is_recording():
            learned = (param for param in self.parameters() if param.grad_req != "null")
            now = [gradient for param in learned for gradient in param.list_grad()]
            if self.gradients and not same(self.gradients, now):
                self.hybridize(**self.drawn_by)
            self.gradients = now
        return super().forward(*args)


def same(ones: list[np.ndarray], others: list[np.ndarray]) -> bool:
    """Return whether two lists hold the same arrays, not arrays of the same numbers."""
    return len(ones) == len(others) and all(a is b for a, b in zip(ones, others))


def device_of(block: gluon.Block) -> Context:
    """Return where the parameters of a block are.

    Raises
    ------
    ValueError
        If they have no values yet.
    """
    for param in block.collect_params().values():
        try:
            return param.list_ctx()[0]
        except RuntimeError:
            raise ValueError(
                f"{param.name} has no values yet: write model.initialize(mxnet.init.Xavier()), "
                "or load_parameters"
            ) from None
    raise ValueError(f"a {type(block).__name__} has no parameters: write a model that has some")
