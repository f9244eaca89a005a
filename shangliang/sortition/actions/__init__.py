"""What can be done with a draw: keeping it, drawing, volunteering."""
