"""Recipients, the messages to them, and the digests that carry several at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangliang.inbox.labels import CHANNELS, HAND_WAYS, MESSAGE_STATES
from shangliang.inbox.states import ChannelKind, HandWay, MessageState
from shangliang.kit import clock, crypto

ADDRESS = "inbox.address"  # what addresses are sealed for
LINK = "inbox.link"


def account_ref(account_id: int) -> str:
    """The ref of somebody with an account; the same word as the key of their Actor."""
    return f"account:{account_id}"


def slip_ref(ref: str) -> str:
    """The ref of a slip's holder; the bare number of the submission will do."""
    return ref if ":" in ref else f"submission:{ref}"


class Recipient(models.Model):
    """Somebody by one channel: an account ("account:12") or the holder of a slip ("submission:2026-000123")."""

    ref = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=[(v.value, CHANNELS[v]) for v in ChannelKind])
    address_sealed = models.BinaryField(blank=True, default=b"")
    language = models.CharField(max_length=8, default="zh-hans", choices=settings.LANGUAGES)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref", "channel"], name="recipient_once")]

    def __str__(self) -> str:
        return f"{self.ref} {self.channel}"

    @property
    def address(self) -> str:
        """The address in clear; raises crypto.Unreadable."""
        return crypto.unseal(bytes(self.address_sealed), ADDRESS) if self.address_sealed else ""


class Outgoing(models.Model):
    """Columns of whatever is claimed, sent once and then known to be sent, failed or in doubt."""

    state = models.CharField(
        max_length=8,
        choices=[(v.value, MESSAGE_STATES[v]) for v in MessageState],
        default=MessageState.QUEUED.value,
    )
    created_at = models.DateTimeField(default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class Digest(Outgoing):
    """What is not urgent, once a day in one piece."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = _("每日汇总")
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="digest_once_a_day")]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="digest_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.day:%F}"


class Message(Outgoing):
    """One message to one recipient. Its words are msgids with params, so each reads it in their language."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    params = models.JSONField(default=dict)
    link_sealed = models.BinaryField(blank=True, default=b"")  # a link may hold a slip or a token
    is_urgent = models.BooleanField(default=False)
    dedupe = models.CharField(max_length=120)
    digest = models.ForeignKey(
        Digest, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("消息")
        constraints = [models.UniqueConstraint(fields=["recipient", "dedupe"], name="message_once")]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="message_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="message_unread"),
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="message_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"

    @property
    def link(self) -> str:
        """The path that the message leads to; raises crypto.Unreadable."""
        return crypto.unseal(bytes(self.link_sealed), LINK) if self.link_sealed else ""


class Telling(models.Model):
    """Somebody was told by a person what a message says: who did it, how and when. Written by whoever did it."""

    ref = models.CharField(max_length=80)  # as a recipient's; "participant:12" for who is known by name only
    about = models.CharField(max_length=120)  # `dedupe` of the message that it stands for
    way = models.CharField(max_length=10, choices=[(v.value, HAND_WAYS[v]) for v in HandWay])
    office = models.CharField(max_length=20, blank=True)  # the role of whoever told them
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("电话、信和当面告诉")
        constraints = [models.UniqueConstraint(fields=["ref", "about"], name="telling_once")]

    def __str__(self) -> str:
        return f"{self.ref} {self.way}"
