"""Sizes in bytes."""

from typing import NewType

# So that inputs and the graph can name it; GraphQL's own Int ends at 2 GiB.
ByteCount = NewType("ByteCount", int)
MEBIBYTE, GIBIBYTE = 1 << 20, 1 << 30
MOST_BYTES = 1 << 53
"""The largest whole number that every JSON reader takes exactly (RFC 8259, section 6)."""
