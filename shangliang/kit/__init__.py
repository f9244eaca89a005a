"""What every app stands on and no app owns: time, ids, secrets, forms, components. Knows nothing of the field."""
