"""The jobs of uploads, by the kinds that they are asked for under."""

CHECK = "upload-check"
"""Looks at the bytes of one upload, named by `upload` in its payload and by its key."""
SWEEP = "upload-sweep"
"""Finishes or removes what was abandoned, in the whole practice."""
