"""What can be done with a poll: the poll and its statements, voting."""
