"""The kernel that executes a notebook: Jupyter's for Python, which ends with the build.

A build may be killed without a chance to end its kernels, and a training that nobody waits for
would go on.  ipykernel asks once a second whether its parent is there, but cannot while compiled
code holds Python's lock, and does not notice a parent that ended while the kernel started.  Linux
is asked instead to kill the kernel together with the thread that started it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>


def end_with_parent() -> None:
    """Let the system end this process when its parent ends; end if it has ended already."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(os.environ["JPY_PARENT_PID"]):
        sys.exit("the build that started this kernel has ended")


if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules are not the notebook's
    end_with_parent()
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
