"""Identity, sign-in, and grants of roles over an area path, a room or a unit; builds Actors."""
