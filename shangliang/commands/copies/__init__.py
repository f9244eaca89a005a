"""Copies of a whole installation: made while it runs, put back whole or not at all."""
