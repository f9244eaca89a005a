"""Members, doers, conveners, party groups and appointments: who holds which office in which room."""
