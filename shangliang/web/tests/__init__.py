"""Tests of the pages that combine apps."""
