"""What the graph is: its types, inputs and root fields; printed to schema.graphql."""
