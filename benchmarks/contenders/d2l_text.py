"""D2L 0.17.6 from text to batches: its `SeqDataLoader` on the whole of The Time Machine.

Prints a JSON object: seconds from the file to the vocabulary and the numbers, and seconds for an
epoch of batches.  Run in a folder beside ``data/timemachine.txt``.
"""

import json
import time

from d2l import mxnet as d2l
from mxnet import npx

npx.set_np()

start = time.perf_counter()
loader = d2l.SeqDataLoader(32, 35, False, -1)
numbered = time.perf_counter()
batches = sum(1 for _ in loader)
npx.waitall()
end = time.perf_counter()
print(
    json.dumps(
        {"characters": len(loader.corpus), "numbers": numbered - start, "batches": end - numbered}
    )
)
