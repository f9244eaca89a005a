"""Messages to people: recipients, an outbox claimed before it is sent, digests. Knows no topic and no office."""
