"""Make a bilingual book: every English block beside its translation, checked and executed.

The way of the data, one module a step::

    sources ──▶ notebooks ──▶ execution ──▶ pairing ──▶ page
                   ▲                            ▲
              code shown verbatim        theme, figures

``python -m bitext`` lists the commands; :mod:`bitext.page` is the Sphinx extension.
"""

import sys

# jsonschema, with which notebooks are read, compiles 38 grammars for a format that no notebook has,
# a third of the time of each command; without this module it leaves the format out.
sys.modules.setdefault("rfc3987_syntax", None)

__all__ = ["__version__"]

__version__ = "0.1.0"
