"""Who may do what where: Actor, the role table, area-path matching, Denied. No tables of its own."""
