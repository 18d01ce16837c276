"""What functions ask of their arguments: one sentence that names the argument and what to write."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy


def whole(name: str, value: Any, least: int = 1, most: float = math.inf) -> int:
    """Return a whole number, of Python or of NumPy.

    Raises
    ------
    TypeError
        If it is no whole number.
    ValueError
        If it is less than `least` or more than `most`.

    Examples
    --------
    >>> whole("num_epochs", 0)
    Traceback (most recent call last):
    ValueError: num_epochs=0: write a whole number from 1 up
    """
    wanted = f"from {least} up" if most == math.inf else f"from {least} to {most}"
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name}={shown(value)}: write a whole number {wanted}")
    number = int(value)
    if not least <= number <= most:
        raise ValueError(f"{name}={shown(value)}: write a whole number {wanted}")
    return number


def number(name: str, value: Any, wanted: str, fits: Callable[[float], bool]) -> float:
    """Return a number that fits.

    Raises
    ------
    TypeError, ValueError
        If it is no number, or not such a one.

    Examples
    --------
    >>> number("dropout", 1.5, "a number from 0 up and below 1", lambda share: 0 <= share < 1)
    Traceback (most recent call last):
    ValueError: dropout=1.5: write a number from 0 up and below 1
    """
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}={shown(value)}: write {wanted}")
    try:
        found = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        found = math.nan
    if not fits(found):
        raise ValueError(f"{name}={shown(value)}: write {wanted}")
    return found


def positive(name: str, value: Any) -> float:
    """Return a number above 0 that is finite."""
    return number(name, value, "a finite number above 0", lambda x: 0 < x < math.inf)


def generator(name: str, value: Any, optional: bool = False) -> None:
    """Raise TypeError if something is no generator of random numbers."""
    if not isinstance(value, numpy.random.Generator) and not (optional and value is None):
        also = ", or leave it out" if optional else ""
        raise TypeError(f"{name}={shown(value)}: write numpy.random.default_rng(1){also}")


def tokens(name: str, values: Sequence[int]) -> numpy.ndarray:
    """Return the numbers of the tokens of a text as an int32 array.

    Raises
    ------
    TypeError
        If they are no whole numbers.
    ValueError
        If one is negative or too large, or there is not one sequence of them.
    """
    wanted = "write one sequence of whole numbers from 0 up, such as vocabulary.encode(text)"
    if isinstance(values, (str, bytes, dict, set)) or not hasattr(values, "__len__"):
        raise TypeError(f"{name}={shown(values)}: {wanted}")
    array = values.asnumpy() if hasattr(values, "asnumpy") else numpy.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} is not one sequence: {wanted}")
    if len(array) and array.dtype.kind not in "iu":
        raise TypeError(f"{name} holds {shown(values[0])}: {wanted}")
    if len(array) and not 0 <= array.min() <= array.max() < 2**31:
        wrong = array.min() if array.min() < 0 else array.max()
        raise ValueError(f"{name} holds {wrong}: {wanted}")
    return array.astype("int32")


def shown(value: Any) -> str:
    """Return a value as Python writes it, in one line of at most sixty characters."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
