"""What people think: statements, votes and the opinion map. Keyed by an opaque poll; knows no deliberation."""
