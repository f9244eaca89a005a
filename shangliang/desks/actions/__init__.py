"""What every later app does with a thing on a desk."""
