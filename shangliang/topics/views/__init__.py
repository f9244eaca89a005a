"""Pages of submissions and topics: for residents, for the desk."""
