"""Pages of deliberations: for the desk, for everybody, behind a signing link."""
