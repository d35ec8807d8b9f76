"""How the graph is reached: HTTP, WebSocket, the command line, settings."""
