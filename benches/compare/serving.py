"""The built binary, run and served."""

import os
import subprocess
import time
from pathlib import Path

from tools import Processes, Unavailable, run


# The allocator gives memory back within ten seconds.
DECAY_S = 12


class Baulotse:
    def __init__(self, program: Path, processes: Processes):
        self.program = program
        self.processes = processes
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BAULOTSE_")}

    def run(self, *arguments, may_leave_rows=False) -> str:
        """A command; exit code 3 says that rows with problems were left out."""
        return run([self.program, *arguments], codes=(0, 3) if may_leave_rows else (0,), env=self.environment)

    def serve(self, store) -> "Serving":
        # The limits for a single client are for visitors, not for a load.
        unlimited = ["--costly-per-minute", "0", "--writes-per-minute", "0"]
        return Serving(self.processes, [self.program, "serve", "--store", store, "--listen", "127.0.0.1:0", *unlimited])


class Serving:
    """A server, from its start until it is ready: `ready_s`."""

    def __init__(self, processes: Processes, command):
        self.processes = processes
        begun = time.monotonic()
        self.process = self.processes.start("baulotse", command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.url = line.removeprefix("listening on ").strip()
                break
        else:
            raise Unavailable("baulotse ended before it listened")
        self.ready_s = time.monotonic() - begun

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.processes.stop(self.process)

    def processor_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def settle(self, limit_s=900.0) -> "Serving":
        """Waits until what it does in the background, such as compressing, is done."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            before = self.processor_s()
            time.sleep(1)
            if self.processor_s() - before < 0.05:
                return self
        raise Unavailable("baulotse does not come to rest")

    def settled_bytes(self) -> int:
        """Resident memory, once what was freed went back to the system."""
        time.sleep(DECAY_S)
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))
