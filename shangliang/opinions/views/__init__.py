"""Pages of a poll: for who votes, for the wall, for the clerk."""
