"""The bytes of documents over HTTP: sent, taken in by links, and what a browser may do with them."""
