"""What people say about the system itself: 意见建议, with a clock, an owner and an answer of its own."""
