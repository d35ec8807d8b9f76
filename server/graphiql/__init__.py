"""The GraphiQL page: a place to read the graph and try it, served whole from this machine."""
