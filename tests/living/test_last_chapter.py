"""How the kept models are asked for the last chapter, once each."""

import base64
import math

import numpy
import pytest
from mxnet import init

from bitext.settings import Settings
from living import export, last_chapter
from recurrent.data.story import read_story
from recurrent.networks.model import KINDS, RNNLM
from recurrent.text.vocabulary import Vocabulary
from recurrent.training.protocol import AHEAD, BEHIND


@pytest.fixture(scope="module")
def made():
    """Return a model that knows little, as a section hands it over."""
    text = read_story("en", "train")
    vocabulary = Vocabulary(text)
    model = RNNLM(KINDS["gru"], len(vocabulary), 8, 2, 8)
    model.initialize(init.Xavier())
    output, _ = export.make(model, vocabulary, "toy-en", text[:500], "a")
    return output


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "_toc.yml").touch()
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "pyproject.toml").write_text("[tool.bitext]\npackages = []\n", "utf-8")
    return Settings(tmp_path)


def test_a_model_is_asked_as_it_lies_beside_its_page(made):
    values = last_chapter.ask(made, "en")
    network = last_chapter.unpack(made["header"], base64.b64decode(made["data"]))
    numbers = {token: number for number, token in enumerate(made["header"]["tokens"])}
    indices = numpy.array([numbers.get(c, 0) for c in read_story("en", "test")])
    assert values[""] == pytest.approx(network.perplexity(indices), rel=1e-6)
    assert 15 < values[""] < 80, "it guesses"
    assert values["verdict"] == BEHIND and values["percent"] > 100
    english, vietnamese = values["interval"].split(" | ")
    low, high = map(float, english.split(" to "))
    assert 100 < low < values["percent"] < high
    assert vietnamese == english.replace(".", ",").replace("to", "đến")


def test_counting_is_the_baseline_of_the_validation_chapter_read_on(settings):
    values = last_chapter.measure(settings, "chapter", "any", ["counting-en", "counting-en-order"])
    order, losses = last_chapter.counting("en")
    assert float(values["counting-en"]) == pytest.approx(math.exp(losses.mean()))
    assert values["counting-en-order"] == str(order)
    assert len(losses) == len(read_story("en", "test")) - 1


def test_what_was_asked_is_remembered_until_the_model_is_another(settings):
    asked = []

    def ask():
        asked.append(1)
        return {"": 4.5, "verdict": AHEAD}

    for content in (b"one", b"one", b"two", b"two"):
        values = last_chapter.kept(settings, "toy-en", content, ask)
        assert values == {"toy-en": "4.5", "toy-en-verdict": repr(AHEAD)}
    assert len(asked) == 2
    kept = settings.build / "last-chapter" / "toy-en.json"
    kept.write_text("{", "utf-8")
    assert last_chapter.kept(settings, "toy-en", b"two", ask) == values and len(asked) == 3


def test_a_section_that_has_not_run_has_no_numbers(settings):
    names = ["toy-en", "toy-en-interval", "other"]
    assert last_chapter.measure(settings, "chapter", "toy", names) == {
        "toy-en": None,
        "toy-en-interval": None,
    }
