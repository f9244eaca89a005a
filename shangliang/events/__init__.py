"""Durable events and who has handled them. An action writes its event in its own transaction; the worker reacts."""
