"""English days, as the sentences of the product write them: 21 October 2026."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
