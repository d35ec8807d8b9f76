"""The rules of a practice: pure functions over plain values, standard library only."""
