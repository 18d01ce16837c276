"""The libraries of the CUDA build of MXNet, loaded where it is installed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from recurrent.machine import cuda
from recurrent.machine.device import mx

ROOT = Path(__file__).resolve().parents[3]
REQUIREMENTS = (ROOT / "requirements-gpu.txt").read_text("utf-8")
LIBRARY = Path(mx.__file__).with_name("libgfortran.so.3")  # any library that can be loaded


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Install a CUDA build, in which one small library stands for each of the large ones."""
    for name in cuda.LIBRARIES:
        folder = tmp_path / "nvidia" / name.split(".")[0] / "lib"
        folder.mkdir(parents=True)
        (folder / name).symlink_to(LIBRARY)
    (tmp_path / "nvidia/__init__.py").touch()
    (tmp_path / "mxnet").mkdir()
    (tmp_path / "mxnet/__init__.py").touch()
    (tmp_path / "mxnet/libmxnet.so").write_bytes(b"cuda")
    (tmp_path / "mxnet_cu117-1.9.1.dist-info").mkdir()
    record = tmp_path / "mxnet_cu117-1.9.1.dist-info/RECORD"
    record.write_text("mxnet/__init__.py,,0\nmxnet/libmxnet.so,sha256=x,4\n")
    monkeypatch.setattr(cuda, "DRIVER", str(LIBRARY))
    monkeypatch.delitem(sys.modules, "mxnet")
    monkeypatch.delitem(sys.modules, "nvidia", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_every_library_is_loaded_from_its_package(site):
    loaded = [Path(path) for path in cuda.preload()]
    assert [path.name for path in loaded] == list(cuda.LIBRARIES)
    assert all(path.is_relative_to(site / "nvidia") for path in loaded)


def test_a_library_is_loaded_after_those_that_it_needs():
    order = cuda.LIBRARIES.index
    assert order("libcublasLt.so.11") < order("libcublas.so.11") < order("libcusolver.so.11")
    assert order("libcublas.so.11") < order("libcudnn.so.8")


def test_mxnet_is_not_imported(site):
    cuda.preload()
    assert "mxnet" not in sys.modules


@pytest.mark.skipif(mx.runtime.Features().is_enabled("CUDA"), reason="MXNet has CUDA here")
def test_nothing_is_loaded_with_the_plain_build():
    code = (
        "import sys; from recurrent.machine import cuda; "
        "print(cuda.preload(), 'mxnet' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert result.stdout == "[] False\n"


def test_nothing_is_loaded_once_mxnet_is_imported(site, monkeypatch):
    monkeypatch.setitem(sys.modules, "mxnet", mx)
    assert cuda.preload() == []


def test_the_plain_build_over_the_cuda_build_is_the_plain_build(site, monkeypatch):
    assert cuda.is_installed(site / "mxnet")
    (site / "mxnet/libmxnet.so").write_bytes(b"plain")
    assert not cuda.is_installed(site / "mxnet")
    monkeypatch.setattr(cuda, "DRIVER", "libabsent.so.1")
    assert cuda.preload() == []


def test_a_removed_mxnet_is_not_installed(site):
    (site / "mxnet/libmxnet.so").unlink()
    assert not cuda.is_installed(site / "mxnet")


def test_without_a_driver_one_line_names_the_remedy(site, monkeypatch):
    monkeypatch.setattr(cuda, "DRIVER", "libabsent.so.1")
    with pytest.raises(ImportError) as caught:
        cuda.preload()
    english, vietnamese = str(caught.value).split(" | ")
    assert "needs the NVIDIA driver (libabsent.so.1: cannot open shared object file" in english
    assert "cần trình điều khiển NVIDIA" in vietnamese
    assert english.count(f"mxnet=={mx.__version__}") == vietnamese.count("mxnet==") == 1
    assert "\n" not in str(caught.value)


def test_without_a_library_one_line_names_the_remedy(site, monkeypatch):
    monkeypatch.setattr(cuda, "LIBRARIES", ("libabsent.so.8",))
    with pytest.raises(ImportError) as caught:
        cuda.preload()
    english, vietnamese = str(caught.value).split(" | ")
    assert "lacks a library (libabsent.so.8: cannot open shared object file" in english
    assert "thiếu một thư viện" in vietnamese
    assert english.count("requirements-gpu.txt") == vietnamese.count("requirements-gpu.txt") == 1


def test_a_library_outside_pip_is_left_to_the_loader(site, monkeypatch):
    monkeypatch.setattr(cuda, "LIBRARIES", ("libc.so.6",))
    assert cuda.preload() == ["libc.so.6"]


def test_no_driver_knows_no_cuda(monkeypatch):
    monkeypatch.setattr(cuda, "DRIVER", "libabsent.so.1")
    assert cuda.driver_version() == 0


def test_every_library_has_a_pinned_package():
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+) ", REQUIREMENTS, re.MULTILINE))
    assert pins.pop("mxnet-cu117") == mx.__version__
    assert all(re.fullmatch(r"[\d.]+", pin) for pin in pins.values())
    packages = {"cudart": "cuda-runtime", "nvrtc": "cuda-nvrtc", "nvToolsExt": "nvtx"}
    stems = [re.match(r"lib(\w+?)(Lt)?\.", name)[1] for name in cuda.LIBRARIES]
    assert {f"nvidia-{packages.get(stem, stem)}-cu11" for stem in stems} == set(pins)
