"""Python's cycle collector, set for a server: it walks what it finds alive, and a server keeps much alive for ever.

A response is made of thousands of small objects that form no cycles and go by their counts. With the usual threshold
the collector is called in the middle of each, and walks the whole graph, its plans and all modules now and then: up to
a third of the time of a long list (docs/decisions/028).
"""

import gc

YOUNG = 50_000
"""So many objects more than before are looked through for cycles."""


def settle() -> None:
    """To be called once everything is loaded: what there is now is never walked again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
