import base64

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from mxnet import init, np

from living import file
from living.export import MIME, export, make
from living.trained import from_model
from recurrent.machine import randomness
from recurrent.networks.model import KINDS, RNNLM
from recurrent.text.vocabulary import Vocabulary

TEXT = "ông lão nhìn chiếc đồng hồ. " * 4


@pytest.fixture(scope="module")
def trained():
    vocabulary = Vocabulary(TEXT)
    randomness.seed(1)
    model = RNNLM(KINDS["gru"], len(vocabulary), 24, 2, 8)
    model.initialize(init.Normal(0.3))
    model(np.zeros((1, 1), dtype="int32"), model.begin_state(1))
    return model, vocabulary


def test_the_page_gets_the_model_and_the_section_its_figures(trained):
    model, vocabulary = trained
    InteractiveShell.instance()
    with capture_output() as captured:
        exported = export(model, vocabulary, "toy-vi", list(TEXT), "ông")
    (output,) = captured.outputs
    assert list(output.data) == [MIME] and captured.stdout == ""
    head = output.data[MIME]["header"]
    assert head["name"] == "toy-vi" and head["beginning"] == "ông"
    assert head["tokens"] == list(vocabulary) and head["cell"] == "gru"
    assert head["perplexity"] == [exported.before, exported.after]
    written = file.script(head, base64.b64decode(output.data[MIME]["data"]))
    assert 0 <= len(written) - exported.num_bytes < 200


def test_the_loss_is_that_of_the_rounded_weights(trained):
    model, vocabulary = trained
    _, exported = make(model, vocabulary, "toy-vi", TEXT, "ông")
    network, indices = from_model(model), vocabulary.encode(TEXT)
    assert exported.before == network.perplexity(indices, 4) != exported.after
    assert abs(exported.loss) < 1 and f"({exported.loss:+.2f}%)" in str(exported)
    coarse = file.restored(network, file.rounded(network, 1))
    assert abs(coarse.perplexity(indices, 4) / exported.before - 1) > abs(exported.loss) / 100


def test_a_model_is_rounded_no_more_than_its_size_demands(trained, monkeypatch):
    model, vocabulary = trained
    _, fine = make(model, vocabulary, "toy-vi", TEXT, "ông")
    monkeypatch.setattr("living.export.LIMIT", fine.num_bytes - 500)
    _, coarse = make(model, vocabulary, "toy-vi", TEXT, "ông")
    assert coarse.num_bytes <= fine.num_bytes - 500 and coarse.num_weights == fine.num_weights
    monkeypatch.setattr("living.export.LIMIT", 2000)
    with pytest.raises(ValueError, match="toy-vi: no rounding brings it to 2,000 bytes"):
        make(model, vocabulary, "toy-vi", TEXT, "ông")


def test_a_model_of_words_is_refused(trained):
    vocabulary = Vocabulary(["word", "a"])
    with pytest.raises(ValueError, match="the token 'word' is no character"):
        make(trained[0], vocabulary, "toy-vi", TEXT, "ông")
