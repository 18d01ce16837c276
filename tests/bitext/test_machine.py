"""The machine that measures, in words."""

from bitext.machine import processor


def test_a_processor_without_a_name(tmp_path):
    assert processor(tmp_path / "none").startswith("unknown processor, ")
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name : A Chip\n")
    assert processor(tmp_path / "cpuinfo").startswith("A Chip, ")
