"""What everything with an id has in common."""

import strawberry


@strawberry.interface(description="Anything with an id of its own.")
class Node:
    """Anything with an id of its own."""

    id: strawberry.ID = strawberry.field(description="The id: its kind, and 32 hexadecimal digits.")
