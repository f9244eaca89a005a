"""The filled demo city: real place names, invented people and matters, shown as invented."""
