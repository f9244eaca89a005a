"""What can be done with a poll: keeping it, stating, voting."""
