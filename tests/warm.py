"""``recommender`` as a command of its own whose start costs next to nothing: a process that has imported all forks.

What holds of a process as a whole holds of it: it has its own standard files, working folder, environment, signals and
exit status. Tests of what a start loads, and of hash seeds, start Python itself.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from conftest import ROOT, environment

# Takes the arguments, the folder, the environment and the three files of whoever asks, says the number of the fork and
# then its exit status. If who asks is gone, the fork ends too.
_SERVER = """
import json, os, select, signal, socket, sys, traceback
from importlib import import_module
from pkgutil import walk_packages
import kiwipiepy, recommender
from recommender.cli import main
for found in walk_packages(recommender.__path__, "recommender."):
    if found.name.startswith(("recommender.cli.", "recommender.serving.", "recommender.jobs.", "recommender.readers.")):
        try:
            import_module(found.name)
        except ImportError:
            pass  # an extra is not installed
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(64)
print("ready", flush=True)

def handled(asker):
    told, files = b"", []
    while not told.endswith(b"\\n"):
        part, more, _, _ = socket.recv_fds(asker, 1 << 16, 3)
        if not part:
            os._exit(1)
        told, files = told + part, files + more
    asked = json.loads(told)
    child = os.fork()
    if not child:
        asker.close()
        for handle, file in enumerate(files):
            os.dup2(file, handle)
            os.close(file)
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.stdin = sys.__stdin__ = open(0, closefd=False)
        sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)
        sys.stderr = sys.__stderr__ = open(2, "w", 1, closefd=False)
        sys.argv = ["recommender", *asked["words"]]
        try:
            main()
        except SystemExit as end:
            os._exit(end.code or 0)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    for file in files:
        os.close(file)
    asker.sendall(b"%d\\n" % child)
    ended = os.pidfd_open(child)
    while ended not in (ready := select.select([asker, ended], [], [])[0]):
        if not asker.recv(1):
            os.kill(child, signal.SIGKILL)
            break
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        asker.sendall(b"%d\\n" % code)
    except OSError:
        pass
    os._exit(0)

while select.select([listener, sys.stdin], [], [])[0] != [sys.stdin]:
    asker, _ = listener.accept()
    if not os.fork():
        listener.close()
        handled(asker)
    asker.close()
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
"""
_CLIENT = """
import json, os, signal, socket, sys
asking = socket.socket(socket.AF_UNIX)
asking.connect(sys.argv[1])
told = {"words": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}
socket.send_fds(asking, [b" "], [0, 1, 2])
asking.sendall(json.dumps(told).encode() + b"\\n")
answers = asking.makefile()
child = int(answers.readline())
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda number, frame: os.kill(child, number))
code = int(answers.readline())
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
"""


@cache
def recommender() -> list[str]:
    """The words with which a command line begins in place of ``python -m recommender``."""
    folder = tempfile.TemporaryDirectory(prefix="warm-")  # gone with this process
    client, socket = Path(folder.name) / "client.py", Path(folder.name) / "socket"
    client.write_text(_CLIENT, encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(socket)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=ROOT, env=environment(), start_new_session=True,
    )  # fmt: skip

    def end() -> None:
        server.communicate()
        folder.cleanup()

    atexit.register(end)
    assert server.stdout
    assert server.stdout.readline() == "ready\n"
    return [sys.executable, "-I", "-S", str(client), str(socket)]
