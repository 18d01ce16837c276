"""The registry of texts to fetch."""

import pytest

from recurrent.data import parsers
from recurrent.data.corpus import SHIPPED
from recurrent.data.registry import REGISTRY, load_registry


def test_every_entry_can_be_fetched_parsed_and_replaced():
    entries = load_registry()
    assert list(entries) == ["timemachine", "kieu", "tatoeba", "fra-eng"]
    for entry in entries.values():
        assert entry.url.startswith(("http://", "https://"))
        assert len(entry.sha256) == 64 and entry.bytes > 0
        assert callable(getattr(parsers, entry.parse))
        assert set(entry.languages) & set(SHIPPED[entry.instead].languages)


def test_a_missing_field_and_an_unknown_one_are_named(tmp_path):
    path = tmp_path / "registry.toml"
    path.write_text(REGISTRY.read_text("utf-8").replace("license =", "licence =", 1), "utf-8")
    with pytest.raises(
        ValueError, match=r"\[timemachine\] lacks \['license'\] and has \['licence'"
    ):
        load_registry(path)


def test_what_is_no_toml_is_named_by_its_line(tmp_path):
    path = tmp_path / "registry.toml"
    path.write_text("[a]\nb = \n", "utf-8")
    with pytest.raises(ValueError, match=r"registry\.toml: .*line 2"):
        load_registry(path)
