"""Builds .venv from the locked requirements, and notices when it is missing, half built, moved or out of date.

Runs on the bare system Python, so it imports nothing but the standard library.
Usage: environment.py [runtime] [dev] [mutants] [node] [lock]   — the parts of requirements/ that are wanted.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from say import FULL_DISK, CannotGoOn, Sentence, run, say

ROOT = Path(__file__).resolve().parent.parent
LEAST_FREE_MB = 600

# What pip prints, and what to do about it; the first that matches is told.
FAILURES: list[tuple[str, Sentence]] = [
    (r"No space left on device|Errno 28", FULL_DISK),
    (
        r"DO NOT MATCH THE HASHES",
        Sentence(
            "下载到的文件与锁定的校验值不符，为安全起见没有安装。多半是本机的 wheel 目录或镜像里的文件被换过：请用 pip config list 看看 find-links 和 index-url，换一个镜像再试。",
            "A file does not match its locked hash and was not installed. Most likely a local wheel folder or a mirror serves a changed file: look at `pip config list` (find-links, index-url) and try another mirror.",
        ),
    ),
    (
        r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|Name or service not known"
        r"|ConnectTimeoutError|ReadTimeoutError|ProxyError|Network is unreachable|Connection refused"
        r"|Connection aborted|SSLError|CERTIFICATE_VERIFY_FAILED|HTTP error 5\d\d|IncompleteRead",
        Sentence(
            "连不上 Python 软件源。请检查网络或代理；在国内可用 pip config set global.index-url <镜像地址> 换成就近的镜像，再运行同一条命令。",
            "The Python package index cannot be reached. Check the network or proxy, or set a nearby mirror with `pip config set global.index-url <address>`, then run the same command again.",
        ),
    ),
    (
        r"command '[^']*(gcc|cc|clang|cargo|rustc|cl\.exe)[^']*' failed|[Cc]annot find (gcc|cc)|compiler not found"
        r"|C compiler cannot create executables|no acceptable C compiler|Python\.h|[Rr]ust.*not (found|installed)"
        r"|cargo.*not installed|Unknown compiler|Failed building wheel|Failed to build",
        Sentence(
            "这台机器没有现成的安装包，要现场编译，但缺少编译工具。Debian/Ubuntu 请运行：sudo apt install build-essential python3-dev libffi-dev cargo，然后再来一次。",
            "There is no ready-made package for this machine, and the compiler that could build it is missing. On Debian or Ubuntu: sudo apt install build-essential python3-dev libffi-dev cargo, then try again.",
        ),
    ),
    (
        r"No matching distribution found|Could not find a version",
        Sentence(
            "软件源里没有所需的版本。镜像可能还没同步：请稍后再试，或用 pip config set global.index-url <镜像地址> 换一个镜像。",
            "The package index lacks a version that is needed. A mirror may lag behind: try later, or choose another with `pip config set global.index-url <address>`.",
        ),
    ),
]
UNKNOWN = Sentence(
    "安装没有成功，原因见上面几行。请处理后再运行同一条命令；仍不行，先运行 make clean。",
    "The installation failed for the reason above. Mend it and run the same command again; if that does not help, run `make clean` first.",
)


class Environment:
    """One virtual environment and its mark: what was installed when the last build went through to its end."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.mark = self.folder / "complete.json"
        self.building = self.folder / "building"

    def lock(self, part: str) -> Path:
        return self.root / "requirements" / f"{part}.txt"

    def wanted(self, part: str) -> str:
        return hashlib.sha256(self.lock(part).read_bytes()).hexdigest()

    def installed(self) -> dict[str, str]:
        """Part -> hash of the lock that was installed; empty when the environment cannot be trusted."""
        if self.building.exists():
            return {}
        try:
            mark: dict[str, Any] = json.loads(self.mark.read_text())
        except (OSError, ValueError):
            return {}
        there = (
            {path.name for path in self.site().glob("*")} if mark.get("python") == self.identity() else set()
        )
        return dict(mark["parts"]) if set(mark["entries"]) <= there else {}

    def identity(self) -> str:
        """Which Python this is and where it lies: a moved folder or an upgraded system breaks the scripts inside."""
        question = "import sys; print(sys.version, sys.prefix)"
        try:
            answer = subprocess.run([self.python, "-c", question], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return ""
        return answer.stdout.strip()

    def site(self) -> Path:
        return next(iter(self.folder.glob("lib/python3*/site-packages")), self.folder / "no-site-packages")

    def provide(self, parts: list[str]) -> list[str]:
        """Install what is missing of `parts`; answers which parts that was."""
        done = self.installed()
        missing = [part for part in parts if done.get(part) != self.wanted(part)]
        if not missing:
            return []
        self.refuse_full_disk()
        if not done:
            self.create()
        self.building.touch()
        for part in missing:
            self.install(part)
            done[part] = self.wanted(part)
        self.link_package()
        self.finish(done)
        return missing

    def refuse_full_disk(self) -> None:
        if shutil.disk_usage(self.root).free < LEAST_FREE_MB * 1024 * 1024:
            raise CannotGoOn(*FULL_DISK)

    def create(self) -> None:
        if self.folder.exists():
            say("环境不完整，重新建立。", "The environment is incomplete or out of place: building it anew.")
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.building.touch()
        say(
            f"建立 Python 环境 .venv（Python {sys.version.split()[0]}）",
            "Creating the Python environment .venv",
        )
        made = subprocess.run([sys.executable, "-m", "venv", self.folder], capture_output=True, text=True)
        if made.returncode:
            self.explain_venv(made.stdout + made.stderr)

    def explain_venv(self, output: str) -> None:
        if "No space left" in output:
            raise CannotGoOn(*FULL_DISK)
        print(output, file=sys.stderr)
        version = "{}.{}".format(*sys.version_info[:2])
        raise CannotGoOn(
            f"建立 Python 环境没有成功。Debian/Ubuntu 请运行：sudo apt install python{version}-venv，然后再来一次。",
            f"Python could not create its environment. On Debian or Ubuntu: sudo apt install python{version}-venv, then try again.",
        )

    def install(self, part: str) -> None:
        count = len(re.findall(r"(?m)^\S+==", self.lock(part).read_text()))
        say(f"安装 {part} 部分的依赖，{count} 个", f"Installing {count} packages ({part})")
        # The user's own pip settings (a mirror, a proxy, a folder of wheels) hold; the hashes make any of them safe.
        code, output = self.pip(part)
        if code:
            lines = [line for line in output.strip().splitlines() if not line.startswith("WARNING: Location")]
            print("\n".join(lines[-15:]), file=sys.stderr)
            raise CannotGoOn(*explain(output))

    def pip(self, part: str) -> tuple[int, str]:
        command = [
            str(self.python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
        ]
        command += ["--require-hashes", "-r", str(self.lock(part))]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=self.root)
        return ended.returncode, ended.stdout + ended.stderr

    def link_package(self) -> None:
        """Put `shangliang` on the path and into bin/: two small files, so nothing has to be built."""
        (self.site() / "shangliang.pth").write_text(f"{self.root}\n")
        script = self.folder / "bin" / "shangliang"
        # As pip writes its own scripts: /bin/sh starts Python, for a path with spaces or too long for a `#!` line.
        script.write_text(
            f"#!/bin/sh\n'''exec' \"{self.python}\" \"$0\" \"$@\"\n' '''\n"
            "import sys\n\nfrom shangliang.commands import main\n\nsys.exit(main())\n"
        )
        script.chmod(0o755)

    def finish(self, parts: dict[str, str]) -> None:
        entries = sorted(path.name for path in self.site().glob("*") if path.name != "__pycache__")
        mark = {"python": self.identity(), "parts": parts, "entries": entries}
        self.mark.write_text(json.dumps(mark, indent=1))
        self.building.unlink()


def explain(output: str) -> Sentence:
    """What pip's output means and what to do."""
    for pattern, sentence in FAILURES:
        if re.search(pattern, output):
            return sentence
    return UNKNOWN


def main() -> None:
    Environment().provide(sys.argv[1:] or ["runtime"])


if __name__ == "__main__":
    run(main)
