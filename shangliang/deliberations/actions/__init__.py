"""The writers of deliberations and records, one module for each step."""
