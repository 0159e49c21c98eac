"""Real training processes: what they print is kept and still printed, whatever dies."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import IO

import psutil
import pytest

from tests.support.ingest_server import IngestServer
from trireme.client.capture.redirect import readable

PRELUDE = """
import functools, os, subprocess, sys, threading
import trireme
print = functools.partial(print, flush=True)
run = trireme.init_run("a/b", capture={**dict.fromkeys(["git", "packages", "hardware"], False), **OPTIONS}, **ARGUMENTS)
"""
TIMEOUT = 60


class Training:
    """Starts scripts that log into *url*."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {**os.environ, "TRIREME_URL": url, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self.environment.pop("PYTHONUNBUFFERED", None)  # each print then is several writes, which children's may part

    def start(self, script: str, *, stdout: int | IO[bytes] = subprocess.PIPE, **arguments: object) -> subprocess.Popen[bytes]:
        options = arguments.pop("capture", {})
        prelude = PRELUDE.replace("OPTIONS", repr(options)).replace("ARGUMENTS", repr(arguments))
        path = self.folder / "script.py"
        path.write_text(prelude + textwrap.dedent(script))
        stderr = stdout if stdout != subprocess.PIPE else subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, str(path)],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            env=self.environment,
            cwd=self.folder,
        )

    def run(self, script: str, **arguments: object) -> tuple[str, str, int]:
        process = self.start(script, **arguments)
        out, err = process.communicate(timeout=TIMEOUT)
        return out.decode(errors="replace"), err.decode(), process.returncode


@pytest.fixture
def training(folder: Path, tmp_path: Path, server: IngestServer) -> Training:
    return Training(tmp_path, server.url)


def recorder_of(process: subprocess.Popen[bytes]) -> psutil.Process:
    """The training's newest recorder; the one of a run that was stopped may still be about to leave."""
    for child in sorted(psutil.Process(process.pid).children(), key=psutil.Process.create_time, reverse=True):
        with contextlib.suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if any("capture.recorder" in word for word in child.cmdline()):
                return child
    raise AssertionError("no recorder runs")


MIXED = r"""
print("from Python")
print("a warning", file=sys.stderr)
sys.stdout.flush()
os.write(1, b"raw \xff\n")
subprocess.run(["sh", "-c", "echo from a child; echo its error >&2"])
threading.Thread(target=print, args=("from a thread",)).start()
for i in range(3):
    print(f"\r{i}/2", end="", flush=True)
print()
print("no end", end="")
"""


def test_everything_printed_is_kept_and_still_printed(training: Training, server: IngestServer) -> None:
    out, err, code = training.run(MIXED)
    assert code == 0
    assert out == "from Python\nraw �\nfrom a child\nfrom a thread\n\r0/2\r1/2\r2/2\nno end"
    assert err.startswith("a warning\nits error\n")
    assert server.strings("runtime/stdout") == ["from Python", "raw �", "from a child", "from a thread", "2/2", "no end"]
    assert server.strings("runtime/stderr")[:2] == ["a warning", "its error"]
    steps = [record.step for path, record in server.records() if path == "runtime/stdout"]
    assert steps == [i * 1_000_000 for i in range(6)]
    assert server.wait_for(lambda: not any((training.folder / "data" / "spool").iterdir()))


def test_output_into_a_file_stays_whole(training: Training, server: IngestServer) -> None:
    path = training.folder / "log"
    with path.open("wb") as log:
        log.write(b"before\n")
        log.flush()
        process = training.start("for i in range(20_000): print(i)\nrun.stop()\nprint('after')", stdout=log)
        assert process.wait(TIMEOUT) == 0
    lines = [line for line in path.read_text().splitlines() if not line.startswith("trireme:")]
    assert lines == ["before", *map(str, range(20_000)), "after"]
    assert server.strings("runtime/stdout") == list(map(str, range(20_000)))


def test_on_a_terminal_it_stays_a_terminal(training: Training, server: IngestServer) -> None:
    master, slave = os.openpty()
    os.set_inheritable(slave, True)
    import fcntl
    import struct
    import termios

    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
    script = r"""
        print(sys.stdout.isatty(), os.get_terminal_size(), "\x1b[32mgreen\x1b[0m")
        subprocess.run([sys.executable, "-c", "import os; print(os.isatty(1), os.isatty(2))"])
        """
    process = training.start(script, stdout=slave)
    os.close(slave)
    shown = b""
    while readable([master], TIMEOUT):
        try:
            shown += os.read(master, 65536)
        except OSError:
            break  # the last one closed it
    os.close(master)
    assert process.wait(TIMEOUT) == 0
    expected = "True os.terminal_size(columns=77, lines=33) \x1b[32mgreen\x1b[0m"
    assert shown.decode().startswith(f"{expected}\r\nTrue True\r\n")
    assert server.strings("runtime/stdout") == [expected, "True True"]


def test_lines_survive_kill_9(training: Training, server: IngestServer) -> None:
    process = training.start("""
        for i in range(5000): print("line", i)
        sys.stdout.flush()
        os.kill(os.getpid(), 9)
        """)
    out, _ = process.communicate(timeout=TIMEOUT)
    expected = [f"line {i}" for i in range(5000)]
    assert process.returncode == -signal.SIGKILL
    assert out.decode().splitlines() == expected
    assert server.wait_for(lambda: len(server.strings("runtime/stdout")) == 5000)
    assert server.wait_for(lambda: server.value("sys/state") == "aborted")
    assert server.strings("runtime/stdout") == expected


def test_training_prints_on_when_the_recorder_dies(training: Training, server: IngestServer) -> None:
    process = training.start("""
        print("ready", flush=True)
        sys.stdin.readline()
        for i in range(50_000): print("line", i)
        subprocess.run(["echo", "child"])
        run["x"] = 1
        """)
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == b"ready\n"
    recorder_of(process).kill()
    out, _ = process.communicate(b"go\n", timeout=TIMEOUT)
    assert process.returncode == 0
    assert out.decode().splitlines() == [*(f"line {i}" for i in range(50_000)), "child"]
    assert server.value("x") == 1
    assert server.wait_for(lambda: server.value("sys/state") == "finished")


def test_training_with_thousands_of_open_files(training: Training, server: IngestServer) -> None:
    process = training.start("""
        run.stop()
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (2000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        files = [open(os.devnull) for _ in range(1100)]
        run = trireme.init_run("a/b", capture={"git": False, "packages": False, "hardware": False})
        print("ready")
        sys.stdin.readline()
        print("after")
        """)
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == b"ready\n"
    recorder_of(process).kill()
    out, _ = process.communicate(b"go\n", timeout=TIMEOUT)
    assert (out, process.returncode) == (b"after\n", 0)


def test_after_stop_nothing_is_kept(training: Training, server: IngestServer) -> None:
    out, _, _ = training.run("print('kept')\nrun.stop()\nprint('not kept')\nsubprocess.run(['echo', 'nor this'])")
    assert out == "kept\nnot kept\nnor this\n"
    assert server.strings("runtime/stdout") == ["kept"]


def test_two_runs_at_once_both_see_the_output(training: Training, server: IngestServer) -> None:
    out, _, code = training.run("""
        print("one")
        second = trireme.init_run("a/b", custom_run_id="second", capture={"git": False, "packages": False, "hardware": False})
        print("both")
        run.stop()
        print("second")
        second.stop()
        print("none")
        """)
    assert (out, code) == ("one\nboth\nsecond\nnone\n", 0)
    lines: dict[str, list[str]] = {}
    for run in {run for _, run in server.runs}:
        lines[run] = [record.payload.decode() for path, record in server.records(run) if path == "runtime/stdout"]
    assert lines.pop("second") == ["both", "second"]
    assert list(lines.values()) == [["one", "both"]]


def test_forked_children_print_into_the_run(training: Training, server: IngestServer) -> None:
    out, _, code = training.run("""
        print("parent", flush=True)
        pid = os.fork()
        if not pid:
            print("child", flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        """)
    assert (out, code) == ("parent\nchild\n", 0)
    assert server.strings("runtime/stdout") == ["parent", "child"]


def test_a_child_that_outlives_the_run_keeps_its_terminal(training: Training, server: IngestServer) -> None:
    out, _, code = training.run("""
        child = subprocess.Popen(["sh", "-c", "echo early; read x; echo late"], stdin=subprocess.PIPE)
        run.stop()
        child.communicate(b"go\\n")
        print("end")
        """)
    assert code == 0
    assert sorted(out.splitlines()) == ["early", "end", "late"]
    assert server.strings("runtime/stdout") in ([], ["early"])


def test_streams_that_are_no_descriptors_are_watched(training: Training, server: IngestServer) -> None:
    training.folder.joinpath("notebook.py").write_text("import io, sys\nclass Cell(io.StringIO): pass\nsys.stdout = Cell()\n")
    script = "print('in a cell')\nprint('more')\nrun.stop()\nprint('after')\nsys.stderr.write(sys.stdout.getvalue())"
    process_script = "import notebook\n" + PRELUDE.replace(
        "OPTIONS", "{'git': False, 'packages': False, 'hardware': False}"
    ).replace("ARGUMENTS", "{}")
    path = training.folder / "cell.py"
    path.write_text(process_script + script)
    process = subprocess.run(
        [sys.executable, str(path)], env=training.environment, capture_output=True, text=True, timeout=TIMEOUT
    )
    assert process.stderr.endswith("in a cell\nmore\nafter\n")
    assert server.strings("runtime/stdout") == ["in a cell", "more"]


@pytest.mark.parametrize(
    ("statement", "state", "traceback"),
    [
        ("raise ValueError('wrong')", "failed", "ValueError: wrong\n"),
        ("raise KeyboardInterrupt", "aborted", "KeyboardInterrupt\n"),
        ("with run: raise ValueError('inside')", "failed", "ValueError: inside\n"),
        ("sys.exit(0)", "finished", None),
    ],
)
def test_how_a_run_ends(training: Training, server: IngestServer, statement: str, state: str, traceback: str | None) -> None:
    _, err, code = training.run(statement)
    assert (code == 0) == (state == "finished")
    assert server.value("sys/state") == state
    found = server.value("runtime/traceback")
    assert (found is None) if traceback is None else found.endswith(traceback)
    assert (traceback or "").strip() in err
    if traceback and "inside" not in traceback:
        assert traceback.strip() in server.strings("runtime/stderr")


def test_a_thread_that_fails_leaves_its_traceback(training: Training, server: IngestServer) -> None:
    _, err, code = training.run("""
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        """)
    assert code == 0
    assert "ZeroDivisionError" in err
    assert server.value("runtime/traceback").endswith("ZeroDivisionError: division by zero\n")
    assert server.value("sys/state") == "finished"


def test_source_is_recorded(training: Training, server: IngestServer) -> None:
    subprocess.run(["git", "init", "-q", "-b", "trunk", str(training.folder)], check=True)
    training.run("", capture={"git": True, "packages": True})
    assert server.value("source/command") == f"{sys.executable} {training.folder / 'script.py'}"
    assert server.value("source/working_directory") == str(training.folder)
    assert server.blobs[server.value("source/entry_point").sha256] == (training.folder / "script.py").read_bytes()
    assert server.value("source/python") == ".".join(map(str, sys.version_info[:3]))
    assert b"\npytest==" in server.blobs[server.value("source/packages").sha256]
    assert (server.value("source/git/branch"), server.value("source/git/dirty")) == ("trunk", False)


def test_nothing_is_recorded_when_all_is_off(training: Training, server: IngestServer) -> None:
    training.environment["TRIREME_CAPTURE"] = "none"
    script = training.folder / "bare.py"
    script.write_text("import trireme\nwith trireme.init_run('a/b') as run: print('x'); run['y'] = 1\n")
    subprocess.run([sys.executable, str(script)], env=training.environment, check=True, capture_output=True, timeout=TIMEOUT)
    assert {path for path, _ in server.records()} == {"sys/state", "y"}


def test_offline_everything_waits_for_sync(training: Training, server: IngestServer) -> None:
    out, _, code = training.run("print('kept')", mode="offline", capture={"packages": True})
    assert (out, code) == ("kept\n", 0)
    assert not server.runs
    command = [sys.executable, "-m", "trireme.cli", "sync", str(training.folder / "data"), "--url", server.url]
    subprocess.run(command, env=training.environment, check=True, capture_output=True, timeout=TIMEOUT)
    assert server.strings("runtime/stdout") == ["kept"]
    assert server.value("source/packages") is not None
    assert server.wait_for(lambda: not any((training.folder / "data" / "spool").iterdir()))


def test_whoever_reads_the_output_is_not_kept_waiting_for_a_server(training: Training) -> None:
    training.environment["TRIREME_URL"] = "http://127.0.0.1:9"  # nobody listens there
    started = time.monotonic()
    out, _, code = training.run("print('done')\nrun.stop(timeout_seconds=1)")
    assert (out, code) == ("done\n", 0)
    assert time.monotonic() - started < 20
    waiting = list((training.folder / "data" / "spool").iterdir())
    assert len(waiting) == 2
    for process in psutil.process_iter(["cmdline"]):  # these would try for an hour
        if any(str(training.folder) in word for word in process.info["cmdline"] or ()):
            process.kill()


def test_lines_of_a_resumed_run_count_on(training: Training, server: IngestServer) -> None:
    training.run("print('one'); print('two')", custom_run_id="again")
    server.attributes = [{"path": "runtime/stdout", "type": "string_series", "summary": {"count": 2, "last_step": 1.0}}]
    training.run("print('three')", custom_run_id="again")
    found = [(record.step, record.payload) for path, record in server.records("again") if path == "runtime/stdout"]
    assert found == [(0, b"one"), (1_000_000, b"two"), (2_000_000, b"three")]


def test_a_run_that_may_not_be_leaves_nothing(training: Training, server: IngestServer) -> None:
    out, err, code = training.run("", custom_run_id="absent", resume="must", capture={"packages": True})
    assert (out, code) == ("", 1)
    assert "NotFound" in err
    assert not server.runs
    assert server.wait_for(lambda: not any((training.folder / "data" / "spool").iterdir()))
