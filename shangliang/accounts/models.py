"""Who signs in, and which roles they hold where and until when."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import NAMES, Role
from shangliang.kit import clock


class User(AbstractUser):
    """Somebody with an account: staff, conveners, members, doers. Residents need none."""

    display_name = models.CharField(max_length=40, blank=True)
    phone_sealed = models.BinaryField(blank=True, default=b"")
    is_invented = models.BooleanField(default=False)  # a person of the demo city
    cast = models.CharField(max_length=20, blank=True)  # the part that the demo's sign-in page offers

    class Meta:
        verbose_name = verbose_name_plural = _("账号")
        constraints = [
            models.UniqueConstraint(fields=["cast"], condition=~Q(cast=""), name="user_one_a_part")
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class GrantQuerySet(models.QuerySet["Grant"]):
    """Chainable filters."""

    def in_force(self, day: date) -> GrantQuerySet:
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)


class Grant(models.Model):
    """One role over an area path, a room or a unit, with dates. Exactly one of the three is set."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, NAMES[role]) for role in Role])
    area_path = models.CharField(max_length=80, blank=True)
    room_no = models.CharField(max_length=20, blank=True)
    unit_code = models.CharField(max_length=20, blank=True)
    place_name = models.CharField(max_length=80, blank=True)  # as it was called when the role was given
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        constraints = [
            models.CheckConstraint(
                condition=(
                    (~Q(area_path="") & Q(room_no="") & Q(unit_code=""))
                    | (Q(area_path="") & ~Q(room_no="") & Q(unit_code=""))
                    | (Q(area_path="") & Q(room_no="") & ~Q(unit_code=""))
                ),
                name="grant_one_place",
            )
        ]
        indexes = [
            models.Index(fields=["role", "room_no"], name="grant_room"),
            models.Index(fields=["role", "area_path"], name="grant_area"),
            models.Index(fields=["role", "unit_code"], name="grant_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.place}"

    @property
    def place(self) -> str:
        """The path or code of where it is held."""
        return self.area_path or self.room_no or self.unit_code


class ResetCode(models.Model):
    """The one code by which an account sets a new password; kept as a keyed hash, gone once it is used."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="reset_code")
    code_hash = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("重设密码的验证码")

    def __str__(self) -> str:
        return str(self.user_id)


class Installation(models.Model):
    """What this database is; one row. Only one that is marked as a demo offers the demo's sign-in."""

    is_demo = models.BooleanField(default=False)
    seed = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("本系统")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="installation_one")]

    def __str__(self) -> str:
        return "demo" if self.is_demo else "installation"
