"""`/verify`: everybody can keep a checkpoint and hold the log against it, with the standard library alone."""

from __future__ import annotations

import base64
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.actor import SYSTEM
from shangliang.events.kinds import Kind, Subject
from shangliang.kit import clock
from shangliang.ledger import stranger
from shangliang.ledger.actions import act
from shangliang.ledger.models import Checkpoint, Entry, Seal
from shangliang.ledger.tasks import seal
from shangliang.ledger.tests.tampering import unlocked

pytestmark = pytest.mark.django_db
TOPIC = Subject("topic", "2026-000001")


def acts(count: int) -> None:
    for number in range(count):
        act(Kind.TOPIC_OPENED, TOPIC, actor=SYSTEM, at=clock.now(), content={"n": number})
    seal(clock.now())


def test_before_anything_is_sealed_the_page_says_so(client: Client) -> None:
    assert "还没有封存过" in client.get("/verify").content.decode()
    for address in ("/verify/checkpoint", "/verify/checkpoint/1"):
        assert client.get(address).status_code == 404
    assert client.get("/verify/leaves/0").content == b""
    assert client.get("/verify/feed").status_code == 200


def test_the_page_tells_the_newest_checkpoint_in_plain_words(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    acts(3)
    acts(4)
    with django_assert_num_queries(2):
        page = client.get("/verify").content.decode()
    newest = Checkpoint.objects.latest("size")
    assert newest.root[:16] in page
    assert "<dd>7</dd>" in page
    assert 'href="/verify/checkpoint/3"' in page
    client.cookies["language"] = "en"
    assert "<h1>Check the record</h1>" in client.get("/verify").content.decode()


def test_any_checkpoint_is_a_text_and_stands_in_the_feed(client: Client) -> None:
    acts(3)
    acts(4)
    old, new = Checkpoint.objects.order_by("size").values_list("note", flat=True)
    assert client.get("/verify/checkpoint").content.decode() == new
    assert client.get("/verify/checkpoint/3").content.decode() == old
    assert client.get("/verify/checkpoint/4").status_code == 404
    answer = client.get("/verify/feed")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert all(line in answer.content.decode() for line in (old + new).splitlines() if line)


def test_the_public_log_is_hashes_and_nothing_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stranger, "PIECE", 2)
    acts(5)
    pieces = [client.get(f"/verify/leaves/{number}").content.decode().split() for number in range(3)]
    assert [len(piece) for piece in pieces] == [2, 2, 1]
    assert client.get("/verify/leaves/3").status_code == 404
    monkeypatch.setattr(stranger, "PIECE", 5)
    assert client.get("/verify/leaves/1").content == b"", "whoever has had a full piece asks for the next"
    assert sum(pieces, []) == list(Seal.objects.order_by("leaf_index").values_list("leaf", flat=True))


@pytest.fixture
def site(client: Client) -> Iterator[str]:
    """What the pages answer, on a port, for a program of its own."""
    answers: dict[str, bytes] = {}

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answers[self.path])

        def log_message(self, *_given: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/verify"

    class Site(str):
        def refresh(self) -> None:
            answers["/verify/leaves/0"] = client.get("/verify/leaves/0").content

    yield Site(address)
    server.shutdown()
    server.server_close()


def run(folder: Path, client: Client, *given: str) -> subprocess.CompletedProcess[str]:
    program = folder / "check_ledger.py"
    program.write_bytes(client.get("/verify/program").content)
    command = [sys.executable, "-I", "-S", str(program), *given]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_stranger_holds_the_log_against_what_was_kept(tmp_path: Path, client: Client, site: str) -> None:
    acts(3)
    kept = tmp_path / "kept.txt"
    kept.write_text(f"您好：\n\n{client.get('/verify/checkpoint').content.decode()}\n谢谢。\n")
    acts(10)
    site.refresh()  # type: ignore[attr-defined]  # a Site
    whole = run(tmp_path, client, site, "kept.txt")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "检查点 3：相符" in whole.stdout
    assert "日志现有 13 条" in whole.stdout
    leaf = Seal.objects.get(leaf_index=7).leaf
    assert "it is number 7" in run(tmp_path, client, site, "kept.txt", "--leaf", leaf).stdout
    assert run(tmp_path, client, site, "kept.txt", "--leaf", "00" * 32).returncode == 1
    with unlocked():
        Entry.objects.filter(pk=Entry.objects.earliest("pk").pk).update(office="clerk@1")
        Seal.objects.all().delete()
        Checkpoint.objects.all().delete()
        seal(clock.now())
    site.refresh()  # type: ignore[attr-defined]
    changed = run(tmp_path, client, site, "kept.txt")
    assert changed.returncode == 1
    assert "检查点 3：不相符" in changed.stdout


def test_a_stranger_sees_that_the_log_is_shorter_and_reads_a_file(tmp_path: Path, client: Client) -> None:
    acts(5)
    (tmp_path / "kept.txt").write_bytes(client.get("/verify/checkpoint").content)
    lines = client.get("/verify/leaves/0").content
    (tmp_path / "leaves.txt").write_bytes(lines)
    assert run(tmp_path, client, "leaves.txt", "kept.txt").returncode == 0
    (tmp_path / "leaves.txt").write_bytes(b"".join(lines.splitlines(keepends=True)[:4]))
    short = run(tmp_path, client, "leaves.txt", "kept.txt")
    assert short.returncode == 1
    assert "检查点 5：日志没有这么长" in short.stdout
    (tmp_path / "none.txt").write_text("nothing")
    assert run(tmp_path, client, "leaves.txt", "none.txt").returncode == 2
    assert run(tmp_path, client).returncode == 2


def test_the_printed_command_checks_the_signature(tmp_path: Path, client: Client) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here")
    acts(2)
    (tmp_path / "kept.txt").write_bytes(client.get("/verify/checkpoint").content)
    (tmp_path / "leaves.txt").write_bytes(client.get("/verify/leaves/0").content)
    (tmp_path / "key.pem").write_bytes(client.get("/verify/key").content)
    told = run(tmp_path, client, "leaves.txt", "kept.txt").stdout
    (command,) = (line for line in told.splitlines() if line.startswith("openssl "))
    checked = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout.strip()) == (0, "Signature Verified Successfully")
    text = tmp_path / "checkpoint-2.txt"
    text.write_text(text.read_text().replace("\n2\n", "\n3\n"))
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 1
    assert len(base64.b64decode((tmp_path / "key.pem").read_text().split("\n")[1])) == 44
