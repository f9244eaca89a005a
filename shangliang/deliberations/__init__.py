"""One consultation: preparation, invitation, agenda, attendance, record. Online voting and maps are not here."""
