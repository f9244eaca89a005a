"""The one table of figures: every number that the product shows or reports, as the apps hand them in."""

from __future__ import annotations

from shangliang.figures.declaration import Figures, gathered

FIGURES: Figures = gathered()
