"""The last four digits of a telephone are hashed in one way: of its first number, in half width, without an extension.

Whoever left theirs before in full width, or with an extension, could not open the slip by them.
"""

from typing import Any

from django.db import migrations

from shangliang.kit import crypto, phones

SEALED_SLIP, SEALED_PHONE, TAIL = "topics.slip", "topics.phone", "slip.tail"


def hash_anew(apps: Any, schema_editor: object) -> None:
    """What cannot be opened here stays as it is."""
    rows = apps.get_model("topics", "Submission").objects
    for row in rows.exclude(phone_tail_hash="").exclude(phone_sealed=b"").exclude(slip_sealed=b"").order_by("pk").iterator(chunk_size=500):
        try:
            slip = crypto.unseal(bytes(row.slip_sealed), SEALED_SLIP)
            phone = phones.read(crypto.unseal(bytes(row.phone_sealed), SEALED_PHONE))
        except crypto.Unreadable:
            continue
        found = crypto.fingerprint(f"{slip}:{phone.tail}", TAIL) if phone else row.phone_tail_hash
        if found != row.phone_tail_hash:
            rows.filter(pk=row.pk).update(phone_tail_hash=found)


class Migration(migrations.Migration):
    dependencies = [("topics", "0010_photo_for_doer")]
    operations = [migrations.RunPython(hash_anew, migrations.RunPython.noop)]
