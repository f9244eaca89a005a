"""The kit's one table: which keys this database was written with."""

from __future__ import annotations

from django.db import models

from shangliang.kit import clock


class KeyMark(models.Model):
    """A key that has been in use here, by a fingerprint from which it cannot be had."""

    name = models.CharField(
        max_length=40, primary_key=True
    )  # as in the key file: hashing, signing, sealing/1, secret
    mark = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
