"""The levers that are pulled before MXNet is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recurrent.machine import processor

ROOT = Path(__file__).resolve().parents[3]
AVX2 = "fpu sse2 avx avx2 fma"
AVX512 = f"{AVX2} avx512f avx512cd avx512bw avx512dq avx512vl"


def cpuinfo(*processors: tuple[int, int, int], flags: str = AVX2) -> str:
    """Write /proc/cpuinfo for (number, socket, core) of each processor."""
    return "\n\n".join(
        f"processor\t: {number}\nphysical id\t: {socket}\ncore id\t\t: {core}\nflags\t\t: {flags}"
        for number, socket, core in processors
    )


@pytest.mark.parametrize(
    ("flags", "kernel"),
    [
        (AVX512, "SkylakeX"),
        (AVX2 + " avx512f", "Haswell"),  # Knights Landing has no avx512bw
        (AVX2, "Haswell"),
        ("fpu sse2 avx avx2", None),
        ("", None),
    ],
)
def test_kernel_needs_all_its_instructions(flags, kernel):
    assert processor.kernel(cpuinfo((0, 0, 0), flags=flags)) == kernel


def test_kernel_needs_them_on_every_processor():
    text = cpuinfo((0, 0, 0), flags=AVX512) + "\n\n" + cpuinfo((1, 0, 1), flags=AVX2)
    assert processor.kernel(text) == "Haswell"


def test_other_architectures_are_left_alone():
    arm = "processor\t: 0\nFeatures\t: fp asimd\n\nprocessor\t: 1\nFeatures\t: fp asimd\n"
    assert "OPENBLAS_CORETYPE" not in processor.levers(arm, {0, 1})
    assert processor.levers(arm, {0, 1})["OMP_NUM_THREADS"] == "2"


@pytest.mark.parametrize(
    ("available", "cores"), [({0, 1, 2, 3}, 2), ({0, 1}, 2), ({0, 2}, 1), ({3}, 1), (set(), 0)]
)
def test_hyperthreads_share_a_core(available, cores):
    text = cpuinfo((0, 0, 0), (1, 0, 1), (2, 0, 0), (3, 0, 1))
    assert processor.cores(text, available) == cores


def test_cores_of_two_sockets_have_the_same_numbers():
    assert processor.cores(cpuinfo((0, 0, 0), (1, 1, 0)), {0, 1}) == 2


def test_no_cpuinfo_sets_nothing_about_the_processor(tmp_path, monkeypatch):
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "absent")
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.delitem(sys.modules, "mxnet", raising=False)
    assert processor.pull() == processor.FIXED


def test_the_user_wins(monkeypatch):
    monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "7", "OPENBLAS_CORETYPE": "Zen"})
    monkeypatch.delitem(sys.modules, "mxnet", raising=False)
    pulled = processor.pull()
    assert pulled["OMP_NUM_THREADS"] == "7"
    assert os.environ["OPENBLAS_CORETYPE"] == "Zen"


def run(code: str, **settings: str) -> str:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OMP_", "GOMP_", "OPENBLAS_", "MXNET_", "MALLOC_"))
    } | settings
    result = subprocess.run(
        [sys.executable, "-W", "always::RuntimeWarning", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=True,
    )
    return result.stdout + result.stderr


def test_levers_are_pulled_before_mxnet_is_loaded():
    out = run(
        "import sys, os, recurrent.data.corpus, recurrent.text.vocabulary, recurrent.text.ngram;"
        "print('mxnet' in sys.modules, os.environ['MXNET_USE_MKLDNN_RNN'])"
    )
    assert out.strip() == "False 1"


def test_too_late_an_import_warns():
    out = run(
        "import sys, types; sys.modules['mxnet'] = types.ModuleType('mxnet'); import recurrent"
    )
    assert "RuntimeWarning: mxnet was imported before recurrent" in out


def page_faults(**environment: str) -> int:
    """Return how many pages the system has to hand out for fifty large arrays in turn."""
    out = run(
        "import recurrent, resource\n"
        "from mxnet import np, npx\n"
        "npx.set_np()\n"
        "def make():\n"
        "    (np.ones((1000, 1000)) + 1).wait_to_read()\n"
        "make()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "for _ in range(50): make()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)",
        **environment,
    )
    return int(out)


def test_freed_memory_is_kept_unless_the_user_has_a_setting():
    assert 4 * page_faults() < page_faults(MALLOC_MMAP_THRESHOLD_="131072")
