"""Memory, set for a server: Python's cycle collector, and when the C library gives large pieces back.

A response is made of thousands of small objects that form no cycles and go by their counts. With the usual threshold
the collector is called in the middle of each, and walks the whole graph, its plans and all modules now and then: up to
a third of the time of a long list (docs/decisions/028).
Documents come and go in pieces of a mebibyte, read by several threads. Once it has met one, glibc keeps what is as
large for the next, for each of its threads: ten documents at once left some 70 MiB behind, and leave 45 now. It costs
reading a large document a third of its speed; fewer heaps for the threads (M_ARENA_MAX) cost less and left 63.
"""

import ctypes
import gc
import sys

YOUNG = 50_000
"""So many objects more than before are looked through for cycles."""
LARGE = 256 * 1024
"""Pieces of memory from this size on go back to the system as soon as they are free."""
_MMAP_THRESHOLD = -3


def settle() -> None:
    """To be called once everything is loaded: what there is now is never walked again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
    give_back_large_pieces()


def give_back_large_pieces() -> None:
    """Keep glibc from raising the size that it gives back at once; another C library has no such setting."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_MMAP_THRESHOLD, LARGE)
