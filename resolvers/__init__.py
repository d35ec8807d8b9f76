"""How the graph answers: batched reads, the one way to write, jobs and live feeds."""
