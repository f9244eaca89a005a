"""The fair draw (抽签): volunteers, quotas, a lottery of panels, and who sits at the table. Knows no deliberation."""
