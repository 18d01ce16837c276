"""One network of the section on depth, trained once: ``story.py NETWORK LANG LR SEED``.

Prints a JSON object.
"""

import json
import sys

from benchmarks import story

name, lang, lr, seed = sys.argv[1:]
print(json.dumps(story.learn(name, lang, float(lr), int(seed))))
