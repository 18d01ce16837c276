"""The book's own way from text to batches, on the whole of The Time Machine, or on more.

Prints the same JSON object as ``d2l_text.py``.  Run in a folder beside ``data/timemachine.txt``;
the second argument repeats the text up to so many characters, unless it is 0.
"""

import json
import sys
import time
from pathlib import Path

from recurrent.data.batches import SequentialBatches  # before mxnet: its package pulls the levers
from recurrent.text.normalization import normalize
from recurrent.text.vocabulary import Vocabulary

from mxnet import npx  # isort: skip

text = Path("../data/timemachine.txt").read_text("utf-8")
if count := int(sys.argv[2]):
    text = (text * (count // len(text) + 1))[:count]

start = time.perf_counter()
characters = normalize(text, lower=True, keep="")
numbers = Vocabulary(characters).encode(characters)
numbered = time.perf_counter()
batches = sum(1 for _ in SequentialBatches(numbers, 32, 35))
npx.waitall()
end = time.perf_counter()
print(
    json.dumps({"characters": len(numbers), "numbers": numbered - start, "batches": end - numbered})
)
