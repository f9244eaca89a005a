"""What the demo city says: real place names, invented people, rooms, doers and matters. Pure; takes a seeded Random."""
