"""The fair draw: from a pool of volunteers and quotas to a lottery of panels. Numbers only, no Django.

Read in the order of the work: pool, polytope, relaxed, splitting, hull, lottery. Source: Flanigan, Gölz,
Gupta, Hennig, Procaccia, "Fair algorithms for selecting citizens' assemblies", Nature 596 (2021).
"""
