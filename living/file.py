"""The compact file of a model, a script that a page can load from a disk as well.

A matrix is rounded to multiples of one step.  Most of them are small and small ones are frequent,
so that Huffman's code, that of "deflate", brings them near to their entropy; and for a given
entropy no quantizer is much better than a uniform one (Gish and Pierce, 1968).  The script is in
UTF-16, each character of its long string standing for 15 bits: a letter of base64 would be six.
"""

from __future__ import annotations

import codecs
import json
import math
import zlib
from typing import Any

import numpy

from living.network import BLOCKS, Network

#: Counts the changes of the format; the runtime reads this one and no other.
FORMAT = 1

#: The largest file, in bytes.
LIMIT = 400_000

#: How many steps go into the root mean square of a matrix, from the finest.
FINENESS = (32, 24, 16, 12, 8, 6, 5, 4, 3.5, 3, 2.5, 2)

#: The 2**15 characters from here on are neither surrogates nor quotes nor line ends.
FIRST = 0x4000

Rounded = list[tuple[numpy.ndarray, float]]


def rounded(network: Network, fineness: float) -> Rounded:
    """Return for each of the matrices its integers and its step.

    Parameters
    ----------
    fineness : float
        Steps in the root mean square of a matrix.
    """
    found = []
    for W in network.matrices():
        size = numpy.sqrt(numpy.square(W).mean())
        step = float(numpy.float32(size / fineness)) or 1.0  # 1: of a matrix of zeros
        found.append((numpy.rint(W / step).astype("int64"), step))
    return found


def restored(network: Network, values: Rounded) -> Network:
    """Return the network that :func:`rounded` leaves of `network`."""
    return network.with_matrices([(q * step).astype("float32") for q, step in values])


def pack(network: Network, values: Rounded | None = None) -> bytes:
    """Return the numbers of a network: biases, steps, and then the matrices row by row.

    Biases and steps are 32-bit floats, little-endian; so are the matrices, where no rounded ones
    are given, which otherwise are signed bytes.

    Raises
    ------
    ValueError
        If an integer does not fit into a byte.
    """
    floats = [b.ravel() for b in network.biases()]
    if values is None:
        floats += [W.ravel() for W in network.matrices()]
        small = b""
    else:
        floats.append(numpy.array([step for _, step in values]))
        integers = numpy.concatenate([q.ravel() for q, _ in values])
        if numpy.abs(integers).max() > 127:
            raise ValueError(f"{numpy.abs(integers).max()} is no signed byte: round more coarsely")
        small = integers.astype("int8").tobytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    large = numpy.concatenate(floats).astype("<f4").tobytes()
    return packer.compress(large + small) + packer.flush()


def unpack(head: dict[str, Any], packed: bytes) -> Network:
    """Return the network whose numbers :func:`pack` has packed.

    Parameters
    ----------
    head : dict
        What :func:`header` returns.
    packed : bytes
    """
    vocab_size, h, depth = len(head["tokens"]), head["hiddens"], head["layers"]
    rows = BLOCKS[head["cell"]] * h
    matrices = [(vocab_size, rows), *[(rows, h)] * (2 * depth - 1), (vocab_size, h)]
    biases = [*[(rows,)] * (depth - 1), *[(h,)] * (depth if head["cell"] == "gru" else 0)]
    biases.append((vocab_size,))
    data = zlib.decompress(packed)
    shapes = biases + ([(len(matrices),)] if head["rounded"] else matrices)
    floats, data = _cut(data, "<f4", shapes)
    steps, found = floats[-1], floats[len(biases) :]
    if head["rounded"]:
        integers, data = _cut(data, "int8", matrices)
        found = [(q * float(step)).astype("float32") for q, step in zip(integers, steps)]
    b_x, b_h, b_q = (
        floats[: depth - 1],
        floats[depth - 1 : len(biases) - 1],
        floats[len(biases) - 1],
    )
    W_x, W_h = found[1:depth], found[depth:-1]
    return Network(head["cell"], found[0], (*W_x,), (*W_h,), (*b_x,), (*b_h,), found[-1], b_q)


def _cut(
    data: bytes, dtype: str, shapes: list[tuple[int, ...]]
) -> tuple[list[numpy.ndarray], bytes]:
    """Return arrays of these shapes from the beginning of some bytes, and the other bytes."""
    sizes = [math.prod(shape) for shape in shapes]
    numbers = numpy.frombuffer(data, dtype, sum(sizes))
    parts = numpy.split(numbers, numpy.cumsum(sizes)[:-1])
    arrays = [part.reshape(shape) for part, shape in zip(parts, shapes)]
    return arrays, data[numbers.nbytes :]


def header(network: Network, tokens: list[str], rounds: bool) -> dict[str, Any]:
    """Return what the runtime has to know before it can read the numbers."""
    return {
        "format": FORMAT,
        "cell": network.cell,
        "layers": network.num_layers,
        "hiddens": network.num_hiddens,
        "tokens": tokens,
        "rounded": rounds,
    }


def script(head: dict[str, Any], packed: bytes) -> bytes:
    """Return the file of a model.

    Parameters
    ----------
    head : dict
        What :func:`header` returns, and more that the page is to know of the model.
    packed : bytes
        What :func:`pack` returns.
    """
    bits = numpy.unpackbits(numpy.frombuffer(packed, "uint8"))
    bits = numpy.pad(bits, (0, -len(bits) % 15)).reshape(-1, 15)
    characters = (bits @ (1 << numpy.arange(15)[::-1]) + FIRST).astype("<u2")
    front = json.dumps({**head, "bytes": len(packed)}, ensure_ascii=False, separators=(",", ":"))
    opening = f'globalThis.living?.add({front},"'
    parts = (opening.encode("utf-16-le"), characters.tobytes(), '");\n'.encode("utf-16-le"))
    return codecs.BOM_UTF16_LE + b"".join(parts)
