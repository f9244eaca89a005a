"""The index: put, remove, query. Character 2-grams on both databases; its page is in web."""
