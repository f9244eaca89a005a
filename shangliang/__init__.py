"""Shangliang (有事好商量): from a problem on the doorstep to an outcome that those who raised it confirm."""

__version__ = "0.1.0"
