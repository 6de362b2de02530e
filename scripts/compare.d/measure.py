"""Runs a pipeline of commands and tells how long it took, its processor time and its peak memory."""
import os
import subprocess
import threading
import time
from dataclasses import dataclass

INTERVAL = 0.05
TICK = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A tool that didn't do its work; the message says which file has its words."""


@dataclass
class Measured:
    """One run: seconds of wall time, seconds of processor time, bytes of peak memory."""

    seconds: float
    cpu: float
    memory: int


def memory(pid):
    """Bytes that a process and all below it hold now, and the most that one of them held since it began.

    Pages that processes share count for each. getrusage's peak won't do: a child's includes its parent's.
    """
    held = most = 0
    children = []
    try:
        with open(f"/proc/{pid}/status") as file:
            sizes = dict(line.split(":", 1) for line in file if line.startswith(("VmRSS", "VmHWM")))
        held, most = (int(sizes.get(name, "0 kB").split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                children += file.read().split()
    except (FileNotFoundError, ProcessLookupError):
        pass
    for child in children:
        below, peak = memory(child)
        held, most = held + below, max(most, peak)
    return held, most


class Peak(threading.Thread):
    """Looks at the memory of some process trees, often at first, then twenty times a second, until it is told to stop."""

    def __init__(self, pids):
        super().__init__(daemon=True)
        self.pids, self.bytes, self.ended = pids, 0, threading.Event()
        self.start()

    def run(self):
        interval = INTERVAL / 16
        while not self.ended.wait(interval):
            interval = min(2 * interval, INTERVAL)
            looks = [memory(pid) for pid in self.pids]
            self.bytes = max(self.bytes, sum(held for held, _ in looks), *(most for _, most in looks))

    def stop(self):
        self.ended.set()
        self.join()
        return self.bytes


def pipeline(commands, log, env=None, cwd=None, output=None):
    """Runs commands joined by pipes, from the start of the first to the end of the last, and fails if one of them does.

    What they say goes to the file `log`; the last one's standard output to the file `output`, when given.
    """
    with open(log, "wb") as words:
        last = open(output, "wb") if output else words
        begin = time.monotonic()
        processes, previous = [], subprocess.DEVNULL
        for number, command in enumerate(commands):
            ends = number == len(commands) - 1
            process = subprocess.Popen(command, stdin=previous, stdout=last if ends else subprocess.PIPE, stderr=words,
                                       env={**os.environ, **(env or {})}, cwd=cwd)
            if previous is not subprocess.DEVNULL:
                previous.close()
            previous = process.stdout
            processes.append(process)
        peak = Peak([process.pid for process in processes])
        cpu, codes = 0.0, []
        for process in processes:
            # Also counts what the process started and waited for.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            codes.append(process.returncode)
            cpu += usage.ru_utime + usage.ru_stime
        seconds = time.monotonic() - begin
        if output:
            last.close()
        most = peak.stop()
    if any(codes):
        raise Failed(f"{os.path.basename(commands[0][0])} ended with {codes}; see {log}")
    return Measured(seconds, cpu, most)


class Server:
    """What a running process uses between `begin` and `end`: for servers, which are there before and after."""

    def __init__(self, pid):
        self.pid = pid

    def processor(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def begin(self):
        # Sets the peak back to what is held now (proc(5), clear_refs).
        with open(f"/proc/{self.pid}/clear_refs", "w") as file:
            file.write("5")
        self.cpu, self.since = self.processor(), time.monotonic()

    def end(self):
        seconds = time.monotonic() - self.since
        with open(f"/proc/{self.pid}/status") as file:
            peak = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
        return Measured(seconds, self.processor() - self.cpu, peak)
