"""The CUDA build of MXNet, `mxnet-cu117`: its libraries are loaded before it is imported.

Its ``libmxnet.so`` names the libraries of CUDA 11 and cuDNN 8 that it needs, but not the folders
``site-packages/nvidia/NAME/lib`` in which pip puts them; so it loads only with their paths in
``LD_LIBRARY_PATH``, or after them: what is loaded already is not searched for (man dlopen).
With the plain build of MXNet nothing happens.
"""

from __future__ import annotations

import ctypes
import sys
from importlib.util import find_spec
from pathlib import Path

DRIVER = "libcuda.so.1"  # comes with the driver, never from pip

# What libmxnet.so needs (`readelf -d`), and cublasLt for cublas, which stands after it.
LIBRARIES = (
    "libcudart.so.11.0",
    "libnvrtc.so.11.2",
    "libnvToolsExt.so.1",
    "libcublasLt.so.11",
    "libcublas.so.11",
    "libcufft.so.10",
    "libcurand.so.10",
    "libcusparse.so.11",
    "libcusolver.so.11",
    "libnccl.so.2",
    "libcudnn.so.8",
)

# Both builds share their files, so either goes before the other comes.
PLAIN_BUILD = "pip uninstall --yes mxnet mxnet-cu117 && pip install --no-deps mxnet==1.9.1"


def is_installed(mxnet: Path) -> bool:
    """Return whether a folder holds the CUDA build of MXNet.

    Both builds install this folder.  If they did so one after the other, pip lists both, and only
    the size of the library tells which one is there.
    """
    library = mxnet / "libmxnet.so"
    size = library.stat().st_size if library.is_file() else None
    return any(
        line.startswith("mxnet/libmxnet.so,") and line.endswith(f",{size}")
        for record in mxnet.parent.glob("mxnet_cu117-*.dist-info/RECORD")
        for line in record.read_text("utf-8").splitlines()
    )


def preload() -> list[str]:
    """Load the libraries of the CUDA build, where it is installed, and return their paths.

    Raises
    ------
    ImportError
        If the NVIDIA driver or a library is missing, so that MXNet cannot be imported; the message
        is one line in both languages and names the remedy.
    """
    spec = "mxnet" not in sys.modules and find_spec("mxnet")
    if not spec or not spec.origin or not is_installed(Path(spec.origin).parent):
        return []
    try:
        ctypes.CDLL(DRIVER)
    except OSError as error:
        raise ImportError(
            f"mxnet-cu117 needs the NVIDIA driver ({error}): install it, or the plain build: "
            f"`{PLAIN_BUILD}` | mxnet-cu117 cần trình điều khiển NVIDIA ({error}): "
            f"hãy cài trình điều khiển, hoặc cài lại bản thường: `{PLAIN_BUILD}`"
        ) from None
    nvidia = find_spec("nvidia")
    folders = nvidia.submodule_search_locations or () if nvidia else ()
    loaded = []
    for name in LIBRARIES:
        found = (str(path) for folder in folders for path in Path(folder).glob(f"*/lib/{name}"))
        path = next(found, name)  # A bare name the loader looks up itself: CUDA without pip.
        try:
            ctypes.CDLL(path)
        except OSError as error:
            remedy = "`pip install -r requirements-gpu.txt`"
            raise ImportError(
                f"mxnet-cu117 lacks a library ({error}): {remedy} | "
                f"mxnet-cu117 thiếu một thư viện ({error}): {remedy}"
            ) from None
        loaded.append(path)
    return loaded


def driver_version() -> int:
    """Return the newest CUDA that the NVIDIA driver knows, 12020 for 12.2; 0 without a driver."""
    version = ctypes.c_int()
    try:
        ctypes.CDLL(DRIVER).cuDriverGetVersion(ctypes.byref(version))
    except OSError:
        return 0
    return version.value
