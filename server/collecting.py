"""Memory, set for a server: Python's cycle collector, and one heap for all threads.

A response is made of thousands of small objects that form no cycles and go by their counts. With the usual threshold
the collector is called in the middle of each, and walks the whole graph, its plans and all modules now and then: up to
a third of the time of a long list (docs/decisions/028).
Documents come and go in pieces of a mebibyte, read by several threads, and glibc keeps what was freed for each thread
by itself: ten large documents at once left some 70 MiB behind, and 40 where the threads share one heap. To have such
pieces given back at once (M_MMAP_THRESHOLD) left 45, and halved the speed of reading them.
"""

import ctypes
import gc
import sys

YOUNG = 50_000
"""So many objects more than before are looked through for cycles."""
_ARENA_MAX = -8


def share_heap() -> None:
    """To be called before there is a second thread. Another C library than glibc has no such setting."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_ARENA_MAX, 1)


def settle() -> None:
    """To be called once everything is loaded: what there is now is never walked again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
