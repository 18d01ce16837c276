"""How large each corpus is, how varied, and how well n-grams predict it.

::

    python -m benchmarks.corpora [NAME ...]
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

from recurrent.data import corpus
from recurrent.data.pairs import SPLITS
from recurrent.text.ngram import NGramModel
from recurrent.text.normalization import normalize
from recurrent.text.tokens import segment, tokenize
from recurrent.text.vocabulary import Vocabulary

# Orders tried on the validation split; the best is measured on the test split.
ORDERS = {"char": (2, 3, 4, 5, 6, 7, 8, 9, 10, 12), "syllable": (1, 2, 3, 4), "word": (1, 2, 3, 4)}
LARGE = 1_000_000  # tokens, beyond which long contexts take more memory than they are worth


def units(lang: str) -> tuple[str, ...]:
    """Return the units in which a language is measured."""
    return ("char", "syllable", "word") if lang == "vi" else ("char", "word")


def split(text: str, unit: str, lang: str) -> list[str]:
    """Return the tokens of a text; a Vietnamese word is found by a segmenter."""
    return segment(text) if (unit, lang) == ("word", "vi") else tokenize(text, unit)


def measure(name: str, lang: str, unit: str) -> str:
    """Return a row of the table of baselines."""
    tokens = {
        part: split(normalize(" ".join(corpus.load(name, lang, part)), lower=True), unit, lang)
        for part in SPLITS
    }
    vocabulary = Vocabulary(tokens["train"])
    unknown = sum(token not in vocabulary for token in tokens["test"]) / len(tokens["test"])
    scores = {}
    for order in ORDERS[unit]:
        if order > 7 and len(tokens["train"]) > LARGE:
            break
        model = NGramModel(order).fit(tokens["train"], vocabulary)
        scores[order] = model.perplexity(tokens["validation"])
    best = min(scores, key=scores.get)
    test = NGramModel(best).fit(tokens["train"], vocabulary).perplexity(tokens["test"])
    sizes = " / ".join(f"{len(tokens[part]):,}" for part in SPLITS)
    return (
        f"| {name} | {lang} | {unit} | {sizes} | {len(vocabulary):,} | {unknown:.1%} "
        f"| {best} | {scores[best]:.2f} | {test:.2f} |"
    )


def words(name: str, lang: str) -> list[str]:
    """Return the words (English, French) or syllables (Vietnamese) of a whole corpus."""
    lines = [line for part in SPLITS for line in corpus.load(name, lang, part)]
    text = normalize(" ".join(lines), lower=True, keep="'")
    return [token for token in tokenize(text, "syllable") if token != "'"]


def variety(name: str, lang: str, limit: int) -> str:
    """Return a row of the table of variety, on the first `limit` words or syllables."""
    tokens = words(name, lang)[:limit]
    grams = Counter(zip(*(tokens[start:] for start in range(8))))
    repeated = sum(count for count in grams.values() if count > 1) / max(1, sum(grams.values()))
    types = len(set(tokens))
    return (
        f"| {name} | {lang} | {len(tokens):,} | {types:,} | {types / len(tokens):.3f} "
        f"| {repeated:.2%} |"
    )


def tables(names: list[str]) -> Iterator[str]:
    """Yield the lines of both tables, each as soon as it is measured."""
    yield "| corpus | language | words or syllables | types | type/token | repeated 8-grams |"
    yield "|---|---|---:|---:|---:|---:|"
    limit = len(words("story", "en"))
    for name, lang in ((n, lang) for n in names for lang in corpus.find(n).languages):
        yield variety(name, lang, limit)
    yield ""
    yield (
        "| corpus | language | unit | tokens: train / validation / test | vocabulary "
        "| unknown in test | order | validation | test |"
    )
    yield "|---|---|---|---:|---:|---:|---:|---:|---:|"
    for name, lang in ((n, lang) for n in names for lang in corpus.find(n).languages):
        for unit in units(lang):
            yield measure(name, lang, unit)


def main() -> None:
    """Print the tables."""
    known = [*corpus.SHIPPED, *corpus.REGISTRY]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="corpora (default: all)")
    for line in tables(parser.parse_args().names or known):
        print(line, flush=True)


if __name__ == "__main__":
    main()
