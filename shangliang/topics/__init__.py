"""Submissions by four channels, screening, merging, topics: from a problem on the doorstep to a matter for a table."""
