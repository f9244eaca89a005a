"""Pages of a draw: the desk, the public, and each volunteer's own."""
