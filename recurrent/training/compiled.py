"""A function of a model and arrays as one graph: what speed adds to the loop."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterable

from mxnet import gluon, np, npx
from mxnet.base import MXNetError
from mxnet.gluon import nn

from recurrent.networks.graphs import StaticGraph

npx.set_np()

#: So many shapes of minibatches have a graph for each model: the training text and the held-out
#: text, each with a last minibatch that has fewer steps, and as many for other texts.
SHAPES = 8


class Compiled(StaticGraph):
    """A function of one model as a graph, which does not keep the model alive."""

    def __init__(
        self,
        function: Callable,
        model: weakref.ref[nn.HybridBlock],
        params: Iterable[gluon.Parameter],
    ):
        # Without a prefix it is no scope of names, to which Gluon's blocks within it would hold on.
        super().__init__(prefix="")
        self.hybridize(static_alloc=True, static_shape=True)
        self.function, self.model, self.read = function, model, params
        self.params.update({param.name: param for param in params})

    def parameters(self) -> Iterable[gluon.Parameter]:
        """See :meth:`StaticGraph.parameters`."""
        return self.read

    def hybrid_forward(self, F, *arrays):
        """Return what the function returns."""
        return self.function(self.model(), *arrays)


def compiled(function: Callable) -> Callable:
    """Return a function that computes the same as one graph for each model, if the model can.

    A graph for each shape of X, because a graph lays its memory out anew whenever the shape
    changes; and for each set of parameters, because a model may be given another layer.

    Parameters
    ----------
    function : callable
        Of a model, an array X, and others whose shapes follow from that of X.
    """
    every_graph = weakref.WeakKeyDictionary()  # by their models, which last no longer for it

    def graphs(model: nn.HybridBlock) -> Callable[..., Compiled]:
        alone = weakref.ref(model)
        return functools.lru_cache(SHAPES)(lambda shape, *params: Compiled(function, alone, params))

    @functools.wraps(function)
    def run(model: nn.Block, X: np.ndarray, *arrays):
        if not isinstance(model, nn.HybridBlock):
            return function(model, X, *arrays)
        if model not in every_graph:
            every_graph[model] = graphs(model)
        graph = every_graph[model](X.shape, *model.collect_params().values())
        try:
            return graph(X, *arrays)
        except MXNetError:
            function(model, X, *arrays)  # says in one sentence what is wrong, if the model knows it
            raise

    return run
