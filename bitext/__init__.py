"""Make a bilingual book: every English block beside its translation, checked and executed.

The way of the data, one module a step::

    sources ──▶ notebooks ──▶ execution ──▶ pairing ──▶ page
                   ▲                            ▲
              code shown verbatim        theme, figures

``python -m bitext`` lists the commands; :mod:`bitext.page` is the Sphinx extension.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
