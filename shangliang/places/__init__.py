"""Areas, sectors, rooms and their premises. Who holds which office in a room is an appointment in people."""
