"""`shangliang backup FOLDER`: a whole copy in a new folder there, while everything runs; the keys sealed, apart."""

from __future__ import annotations

import argparse
from pathlib import Path

from shangliang.commands import Failed


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("folder", type=Path, help="where copies lie; this one gets a folder of its own in it")
    parser.add_argument("--passphrase-file", type=Path, help="file whose first line seals the keys")
    parser.add_argument(
        "--without-keys", action="store_true", help="leave the keys out: you keep them elsewhere"
    )


def run(args: argparse.Namespace) -> int:
    """Make it, and say where it lies, what it holds and where the keys are."""
    import django

    django.setup()
    from shangliang.commands.copies import making, manifest, passphrases

    passphrase = None
    if not args.without_keys:
        passphrase = making.fit(passphrases.given(args.passphrase_file, twice=True))
    elif args.passphrase_file is not None:
        raise Failed(
            "--passphrase-file 和 --without-keys 只能写一个。\nEither --passphrase-file or --without-keys, not both."
        )
    done, keys = making.make(args.folder.resolve(), passphrase)
    sheet = manifest.read(done)
    rows, uploads = sum(sheet.counts.values()), len(sheet.files) - 1
    print(f"备份好了：{done}（{rows:,} 行，{uploads:,} 个文件，留痕 {sheet.ledger['entries']:,} 条）")
    print(
        f"Done: {done} ({rows:,} rows, {uploads:,} uploads, {sheet.ledger['entries']:,} entries of the ledger)"
    )
    if keys is None:
        print("密钥不在里面。没有密钥，电话、回执永远打不开：请确认 keys.json、secret_key 另有一份。")
        print(
            "The keys are not in it. Without them no telephone and no slip can be opened: keep both files elsewhere."
        )
    else:
        print(
            f"密钥用您的口令封在：{keys}。请把它移到另一处，不要和数据库的备份放在一起；口令忘了谁也打不开。"
        )
        print(
            f"The keys lie sealed in {keys}. Move it elsewhere, apart from this copy; nobody can open it without"
        )
        print("the passphrase.")
    return 0
