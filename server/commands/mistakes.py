"""What the person at the keyboard asked for and cannot have as it stands."""


class Mistaken(Exception):
    """The command cannot do what was asked; the message says why, and how to mend it."""
