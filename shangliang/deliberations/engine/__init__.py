"""The record as a Word file: plain for rooms, GB/T 9704 for organs of city and district. Only tasks import it."""
