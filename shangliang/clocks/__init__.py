"""Every deadline: started, due, reminded, amber, red, stopped, by working days. Knows nothing of what it times."""
