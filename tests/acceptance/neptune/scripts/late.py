"""A job that starts while the server is down. Argument: a file whose existence says that the server is back.

neptune-scale's uploader ends when its very first connection fails; the file stays on disk for ``neptune sync``.
"""

import json
import pathlib
import sys
import threading
import time

from neptune_scale import Run


def main() -> None:
    stopped = threading.Event()
    run = Run(run_id="late", enable_console_log_capture=False, on_error_callback=lambda error, seen: stopped.set())
    run.assign_files({"model/card": b"# late"})
    run.log_metrics({"train/loss": 1.0}, step=0)
    assert stopped.wait(timeout=120)
    print("stopped", flush=True)
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.05)
    run.close()
    print(json.dumps([str(path) for path in pathlib.Path(".neptune").rglob("*.sqlite3") if "late" in str(path)]))


if __name__ == "__main__":
    main()
