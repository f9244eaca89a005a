"""Pages of what is said about the system."""
