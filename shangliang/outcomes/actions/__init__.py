"""The writers of outcomes and commitments, one module for each step."""
