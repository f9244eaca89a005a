"""How a figure is declared, counted, opened and frozen; each app hands in its own."""
