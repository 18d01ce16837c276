"""The floor: the matrix products that a step of D2L's job cannot do without, and nothing else.

Prints a JSON object: how many tokens per second they allow, and how fast they are computed.  Each
product is measured at its own shape, as often in a row as a minibatch needs it; of the ways in
which MXNet computes it the fastest counts.  A product with a one-hot vector is none: it picks a
row.  What is added, squashed or copied between the products is left out.
"""

import json
import statistics
import sys
import time

from recurrent.machine import processor  # noqa: F401  before mxnet: its package pulls the levers

from mxnet import np, npx  # isort: skip

npx.set_np()

REPEATS = 9
BATCH, STEPS, VOCAB = 32, 35, 28
#: Hidden units, gates, layers.
KINDS = {
    "rnn-scratch": (512, 1, 1),
    "rnn": (256, 1, 1),
    "gru": (256, 3, 1),
    "lstm": (256, 4, 1),
    "deep-lstm": (256, 4, 2),
}


def products(kind: str) -> list[tuple[int, tuple[int, int, int]]]:
    """Return how often a minibatch needs a product, and of which shape: (n, k) times (k, m).

    A product Y = X W and its two gradients, dX = dY W^T and dW = X^T dY, for each weight W.

    Examples
    --------
    >>> products("rnn")[0]
    (35, (32, 256, 256))
    """
    hiddens, gates, layers = KINDS[kind]
    wide, tokens = gates * hiddens, STEPS * BATCH
    through_time = [
        (STEPS, (BATCH, hiddens, wide)),
        (STEPS, (BATCH, wide, hiddens)),
        (1, (hiddens, tokens, wide)),  # the gradient of all steps at once
    ]

    def dense(num_inputs: int, num_outputs: int) -> list[tuple[int, tuple[int, int, int]]]:
        return [
            (1, (tokens, num_inputs, num_outputs)),
            (1, (tokens, num_outputs, num_inputs)),
            (1, (num_inputs, tokens, num_outputs)),
        ]

    between = dense(hiddens, wide) * (layers - 1)
    return through_time * layers + between + dense(hiddens, VOCAB)


def seconds(times: int, shape: tuple[int, int, int]) -> float:
    """Return how long a product takes so many times, in the fastest of three ways."""
    n, k, m = shape
    A, B = np.random.normal(size=(n, k)), np.random.normal(size=(k, m))
    A_T, B_T = A.T.copy(), B.T.copy()
    ways = [
        lambda: np.dot(A, B),
        lambda: np.dot(B_T, A_T),
        lambda: npx.fully_connected(A, B_T, num_hidden=m, no_bias=True, flatten=False),
    ]
    return min(_median(way, times) for way in ways)


def _median(way, times: int) -> float:
    found = []
    for _ in range(REPEATS + 2):
        npx.waitall()
        start = time.perf_counter()
        for _ in range(times):
            way()
        npx.waitall()
        found.append(time.perf_counter() - start)
    return statistics.median(found[2:])


def main() -> None:
    """Measure one kind."""
    needed = products(sys.argv[1])
    known = {product: seconds(*product) for product in set(needed)}
    took = sum(known[product] for product in needed)
    operations = sum(2 * times * n * k * m for times, (n, k, m) in needed)
    print(
        json.dumps(
            {
                "tokens_per_second": STEPS * BATCH / took,
                "operations_per_token": operations / (STEPS * BATCH),
                "gigaflops": operations / took / 1e9,
            }
        )
    )


if __name__ == "__main__":
    main()
