"""What can be done with a draw: setting it up and ending it, drawing, volunteering."""
