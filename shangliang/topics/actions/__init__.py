"""The writers of submissions and topics, one module for each step."""
