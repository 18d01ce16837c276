"""The phrasebook that ships with the book."""

import unicodedata

import pytest

from recurrent.data.pairs import SPLITS, twin_key
from recurrent.data.phrasebook import load_phrasebook, load_topics


@pytest.fixture(scope="module")
def pairs():
    return [pair for topic in load_topics().values() for pair in topic]


def test_there_are_at_least_1500_pairs_with_ids_of_their_own(pairs):
    assert len(pairs) >= 1500
    assert len({pair.id for pair in pairs}) == len(pairs)


def test_english_sentences_are_short_and_stand_once(pairs):
    for pair in pairs:
        assert 2 <= len(pair.source.split()) <= 9, pair
    keys = [twin_key(pair.source) for pair in pairs]
    assert len(set(keys)) == len(keys)


def test_sentences_are_normalized_and_end(pairs):
    for pair in pairs:
        assert len(set(pair.targets)) == len(pair.targets), pair
        for sentence in (pair.source, *pair.targets):
            assert sentence[-1] in ".?!" and sentence[0].isupper(), sentence
            assert unicodedata.is_normalized("NFC", sentence)
            assert not any(map(str.isdigit, sentence))


def test_there_are_several_translations_where_there_are_several(pairs):
    assert sum(len(pair.targets) > 1 for pair in pairs) > len(pairs) / 5


def test_no_held_out_sentence_has_its_twin_in_training(pairs):
    splits = {split: load_phrasebook(split) for split in SPLITS}
    assert sum(map(len, splits.values())) == len(pairs)
    seen = {twin_key(s) for pair in splits["train"] for s in (pair.source, *pair.targets)}
    for split in ("validation", "test"):
        assert len(splits[split]) > len(pairs) / 20
        for pair in splits[split]:
            assert not seen & {twin_key(s) for s in (pair.source, *pair.targets)}


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"TOPIC\.tsv"):
        load_phrasebook("train", tmp_path)
