"""Settings, addresses, servers, and the one table of what follows from what."""
