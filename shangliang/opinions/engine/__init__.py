"""The mathematics of the opinion map: arrays in, a map out. No Django, no clock, no files but those it is given."""
