"""What every part of the comparison needs: commands, processes that end, numbers."""

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


class Unavailable(Exception):
    """Something cannot be measured here; the reason is for the table."""


def say(text: str):
    print(f"compare: {text}", file=sys.stderr, flush=True)


def run(command, codes=(0,), **options) -> str:
    """Runs a command to its end and returns what it printed; its last words are the error."""
    command = [str(part) for part in command]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, **options)
    except FileNotFoundError:
        raise Unavailable(f"{command[0]} is not installed") from None
    if done.returncode not in codes:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{Path(command[0]).name}: {words[-1] if words else done.returncode}")
    return done.stdout


def seconds(command, **options) -> float:
    """How long a command takes."""
    begun = time.monotonic()
    run(command, **options)
    return time.monotonic() - begun


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, limit: float = 60.0):
    """Waits until somebody answers, whatever the answer."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise Unavailable(f"{url} does not answer")


class Processes:
    """Processes of ours: exactly those that were started are ended."""

    def __init__(self, logs: Path):
        self.logs = logs
        self.running = []
        # Of processes that were started through another program and keep nothing.
        self.pids = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command, env=None, **options) -> subprocess.Popen:
        log = open(self.logs / f"{name}.log", "w")
        environment = {**os.environ, **(env or {})}
        options = {"stdout": log, "stderr": log, **options}
        try:
            process = subprocess.Popen([str(part) for part in command], env=environment, **options)
        except FileNotFoundError:
            raise Unavailable(f"{command[0]} is not installed") from None
        self.running.append(process)
        return process

    def stop(self, process: subprocess.Popen):
        self.running.remove(process)
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop_all(self):
        for process in reversed(list(self.running)):
            self.stop(process)
        for pid in self.pids:
            try:
                # A FastCGI program that waits for a request hears of SIGTERM only with the next one.
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


class Driver:
    """The Rust program `benches`: data, probes, load."""

    def __init__(self, program: Path, folder: Path, span: float):
        self.program = program
        self.folder = folder
        self.span = span

    def call(self, *arguments):
        return json.loads(run([self.program, *arguments]))

    def write(self, file: Path, *arguments):
        run([self.program, *arguments, file])

    def lines(self, name: str, lines) -> Path:
        path = self.folder / f"{name}.requests"
        path.write_text("".join(line + "\n" for line in lines))
        return path

    def probe(self, url: str, lines: Path, headers=(), save=None):
        more = [part for header in headers for part in ("--header", header)]
        more += ["--save", save] if save else []
        return self.call("probe", "--url", url, "--requests", lines, *more)

    def load(self, url: str, lines: Path, headers=(), connections=8):
        more = [part for header in headers for part in ("--header", header)]
        warm_up = min(1.0, self.span / 3)
        more += ["--seconds", self.span, "--warm-up", warm_up, "--connections", connections]
        return self.call("load", "--url", url, "--requests", lines, *more)

    def once(self, url: str, lines: Path):
        return self.call("load", "--url", url, "--requests", lines, "--once")


def alternate(rounds: int, *measures):
    """Calls each measure once a round, in turn forwards and backwards; returns the median of each."""
    found = [[] for _ in measures]
    for number in range(rounds):
        order = range(len(measures)) if number % 2 == 0 else reversed(range(len(measures)))
        for index in order:
            found[index].append(measures[index]())
    return [statistics.median(numbers) for numbers in found]


def first_line(command, pattern=r"(\S.*)") -> str:
    """The version a program says it has."""
    done = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True)
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1).strip() if found else "?"
