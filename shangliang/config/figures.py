"""The one table of figures: every number that the product shows or reports, as the apps hand them in."""

from __future__ import annotations

from shangliang.deliberations import figures as deliberations
from shangliang.feedback import figures as feedback
from shangliang.figures.declaration import Figures, gathered
from shangliang.outcomes import figures as outcomes
from shangliang.places import figures as places
from shangliang.topics import figures as topics

FIGURES: Figures = gathered(
    places.FIGURES, topics.FIGURES, deliberations.FIGURES, outcomes.FIGURES, feedback.FIGURES
)
