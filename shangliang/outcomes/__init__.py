"""What was agreed: outcomes, commitments, replies, ratings, look-backs."""
