"""Append-only record of public acts, sealed in a Merkle log. Holds keyed hashes, no texts, no slips, no phones."""
