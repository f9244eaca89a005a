"""Tests of submissions and topics."""
