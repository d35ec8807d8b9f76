"""Breaking the glass: opening a file in an emergency, ending that, reviewing it, and the alert to the owners."""
