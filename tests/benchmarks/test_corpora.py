"""Sizes and baselines of the texts."""

from benchmarks.corpora import measure, variety
from recurrent.data import corpus
from recurrent.text.ngram import NGramModel
from recurrent.text.vocabulary import Vocabulary


def test_a_row_of_baselines_holds_what_the_model_gives():
    cells = [cell.strip() for cell in measure("phrasebook", "vi", "syllable").strip("|").split("|")]
    assert cells[:3] == ["phrasebook", "vi", "syllable"]
    order, valid, test = int(cells[6]), float(cells[7]), float(cells[8])
    assert 1 <= order <= 4 and 1 < valid < 1000 and 1 < test < 1000


def test_variety_counts_words_and_repetitions():
    cells = [cell.strip() for cell in variety("story", "en", 1000).strip("|").split("|")]
    assert cells[2] == "1,000"
    assert int(cells[3]) / 1000 == float(cells[4])


def test_characters_are_measured_as_they_are(monkeypatch):
    text = {"train": ["abab" * 50], "validation": ["abab"], "test": ["abba"]}
    monkeypatch.setattr(corpus, "load", lambda name, lang, split: text[split])
    cells = [cell.strip() for cell in measure("story", "en", "char").strip("|").split("|")]
    model = NGramModel(int(cells[6])).fit("abab" * 50, Vocabulary("ab"))
    assert cells[3:6] == ["200 / 4 / 4", "3", "0.0%"]
    assert float(cells[8]) == round(model.perplexity("abba"), 2)
