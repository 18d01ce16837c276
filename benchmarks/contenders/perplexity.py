"""A network, or counting, on a text of the registry; counting on D2L's job.

Prints a JSON object: ``perplexity.py KIND NAME LANG``, where the name "d2l" stands for D2L's job.
"""

import json
import sys

import report

from benchmarks import perplexity

kind, name, lang = sys.argv[1:]
if name == "d2l":
    found = perplexity.count_d2l(report.novel())
elif kind == "n-gram":
    found = perplexity.count(perplexity.read(name, lang))
else:
    found = perplexity.learn(perplexity.read(name, lang), kind)
print(json.dumps(found))
