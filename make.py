"""One command per task, from a clone:

    python make.py book | lab | print | test | lint | bench | oldest | tomorrow | frontends | wheel

It makes a virtual environment in .venv (unless one is active already), installs what the task needs,
and runs it.  Whatever follows the task's name is passed on:  python make.py book --port 8123
The task "oldest" has an environment of its own, .venv-oldest, with the versions in tests/oldest.txt; it runs
the tests that need neither a browser nor the book.  The task "tomorrow", in .venv-tomorrow, builds the book with plain
Sphinx and the newest themes.  The task "frontends", in .venv-frontends, tries the explorers in the newest notebook
programs.  The task "wheel" builds what is published, and tries it.
Only the standard library is used, and only syntax that an older Python 3 reads, to say that it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
OLDEST = (3, 11)
NEWEST_FOR_OLDEST = (3, 12)  # the oldest numpy was never built for a later Python
VERSION = os.path.join(ROOT, "lmmteach", "version.py")  # what the installed metadata says comes from there
#: what tests need beside it; those of the book's pages are not run on the oldest versions
OF_TESTS = (
    "pytest",
    "pytest-xdist",
    "hypothesis",
    "beautifulsoup4",
    "hatchling",
    "markdown-it-py",
    "nbformat",
    "pyyaml",
    "text2qti",
)
PINNED = os.path.join(ROOT, "tests", "oldest.txt")
COMING = os.path.join(ROOT, "tests", "tomorrow", "versions.txt")
FRONTENDS = os.path.join(ROOT, "tests", "browser", "frontends", "requirements.txt")
BENCHMARKS = ("fit_speed", "bootstrap", "slider_frame", "import_time", "interact_ratio")
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
#: side by side, one process more than there are cores, for half of the tests wait for a browser's frames; the tests of
#: a file share one, for what the file makes once
PYTEST = ["-m", "pytest", "-n", str(CORES + 1), "--dist", "loadfile", "--durations", "30"]
TASKS = {
    # task: (extras it needs, the commands it runs with the environment's Python)
    "book": ("book", [["-m", "lmmteach", "book"]]),
    "lab": ("lab", [["-m", "jupyterlab"]]),
    "print": ("book,print", [["-m", "lmmteach", "print"]]),
    "test": ("book,dev", [PYTEST]),
    "lint": ("book,dev", [["-m", "ruff", "check", "."], ["-m", "ruff", "format", "--check", "."], ["-m", "mypy"]]),
    "bench": (
        "book,dev,bench",
        [["-m", f"tests.benchmarks.{name}"] for name in BENCHMARKS]
        + [["-m", "lmmteach", "book", "--no-serve"], ["tests/benchmarks/page_weight.py"]],
    ),
    "wheel": ("release", [["-m", "tests.wheel.build"], ["-m", "tests.wheel.fresh"]]),
    "tomorrow": ("", [["-m", "tests.tomorrow.build"]]),
    "oldest": ("", [[*PYTEST, "lmmteach", "tests", "--ignore=tests/browser"]]),
    "frontends": ("", [["-m", "tests.browser.frontends"]]),
}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        print(__doc__)
        return 0 if len(sys.argv) > 1 and sys.argv[1] in ("-h", "--help") else 2
    check_python()
    extras, commands = TASKS[sys.argv[1]]
    if sys.argv[1] in ("test", "oldest"):
        # One process a core and more already: matrices this small are computed many times slower by threads that wait
        # for each other.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1] == "oldest":
        os.environ["LMMTEACH_OLDEST"] = "1"
        python = make_environment(".venv-oldest")
        install(python, ["-c", PINNED, "-e", ROOT, *OF_TESTS], "oldest")
    elif sys.argv[1] == "tomorrow":
        python = make_environment(".venv-tomorrow")
        install(python, ["--upgrade", "-r", COMING, "-e", ROOT], "tomorrow")
    elif sys.argv[1] == "frontends":
        python = make_environment(".venv-frontends")
        install(python, ["--upgrade", "-r", FRONTENDS, "-e", ROOT], "frontends")
    else:
        python = sys.executable if sys.prefix != sys.base_prefix else make_environment(".venv")
        install(python, ["-e", f"{ROOT}[{extras}]"], extras)
    worst = 0
    for position, command in enumerate(commands):
        rest = sys.argv[2:] if position == 0 else []
        worst = max(worst, abs(run([python, *command, *rest])))
        if worst and sys.argv[1] != "lint":  # the linters know nothing of each other: both are heard
            break
    return worst


def check_python():
    """Stop with advice if this Python is too old, or too new for the oldest versions."""
    task = " ".join(sys.argv[1:])
    if sys.argv[1] == "oldest" and sys.version_info[:2] > NEWEST_FOR_OLDEST:
        older = [name for name in ("python3.12", "python3.11") if shutil.which(name)] or ["python3.12"]
        stop(f"The oldest versions need Python 3.11 or 3.12.\nRun instead:  {older[0]} make.py {task}")
    if sys.version_info >= OLDEST:
        return
    newer = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
    advice = (
        f"Run instead:  {newer[0]} make.py {task}"
        if newer
        else "Install a newer Python (python.org, or your system's package manager) and run make.py with it."
    )
    this = f"{sys.version_info[0]}.{sys.version_info[1]}"
    stop(f"lmmteach needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is Python {this}.\n{advice}")


def make_environment(name):
    """The Python of the virtual environment in the folder of that name, made if need be."""
    folder = os.path.join(ROOT, name)
    python = os.path.join(folder, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    if os.path.exists(python) and works(python, f"import sys; sys.exit(sys.version_info < {OLDEST})"):
        return python
    try:
        import ensurepip  # noqa: F401  (Debian ships Python without it)
    except ImportError:
        stop(
            "This Python cannot make virtual environments.\n"
            "On Debian or Ubuntu run:  sudo apt install python3-venv\n"
            "then run make.py again."
        )
    say("Making a virtual environment in " + name)
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "venv", folder]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        stop("The virtual environment could not be made:\n" + made.stdout.decode(errors="replace"))
    return python


def install(python, what, named):
    """Install the project and what the task needs, unless that has been done for these requirements."""
    digest = requirements(named)
    prefix = subprocess.check_output([python, "-c", "import sys; print(sys.prefix)"]).decode().strip()
    stamp = os.path.join(prefix, "lmmteach-installed.txt")
    there = installed(read(stamp), digest)
    if there >= set(named.split(",")):
        return
    if not works(python, "import pip") and subprocess.call([python, "-m", "ensurepip"]):
        stop(f"{python} has no pip. Leave this virtual environment (deactivate) and run make.py again.")
    say("Installing what this needs, once (several minutes on a slow line)")
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", *what]
    lines = follow(command)
    if lines is not None:
        said = "".join(lines[-30:])
        stop(f"The installation failed. pip said:\n\n{said}\nIs this machine on-line?")
    with open(stamp, "w") as file:
        file.write(digest + " " + ",".join(sorted(there.union(named.split(",")))) + "\n")


def installed(told, digest):
    """The extras that a stamp names, if it was written for these requirements."""
    was, _, extras = told.strip().partition(" ")
    return set(extras.split(",")) if was == digest else set()


def requirements(named):
    """A digest of all that an installation depends on: whatever changes it makes the next task install anew."""
    told = read(os.path.join(ROOT, "pyproject.toml")) + read(VERSION) + ROOT
    told += read({"oldest": PINNED, "tomorrow": COMING, "frontends": FRONTENDS}.get(named, ""))
    return hashlib.sha256(told.encode()).hexdigest()


def follow(command):
    """Run pip, telling every few seconds how far it is; returns its lines if it failed, else None."""
    started = time.time()
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT) as process:
        reader = threading.Thread(target=read_lines, args=(process.stdout, lines), daemon=True)
        reader.start()
        while reader.is_alive():
            reader.join(5)
            seen = len({line.split()[1] for line in lines if line.startswith("Collecting ")})
            installing = any(line.startswith("Installing collected packages") for line in lines)
            what = "installing them" if installing else "fetching more"
            if reader.is_alive():
                say(f"{time.time() - started:5.0f} s  {seen} packages, {what}")
    if process.returncode:
        return lines
    say(f"{time.time() - started:5.0f} s  done")
    return None


def read_lines(stream, lines):
    """Collect a stream's lines as they come; pip writes UTF-8, an index may write anything."""
    for raw in stream:
        lines.append(raw.decode("utf-8", "replace"))


def run(command):
    """Run a command to its end; Ctrl-C goes to the command, which stops in its own way."""
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def works(python, code):
    """Whether `python` runs `code` without an error."""
    null = subprocess.DEVNULL
    try:
        return subprocess.call([python, "-c", code], stdout=null, stderr=null) == 0
    except OSError:
        return False


def read(path):
    """A file's text, or nothing if there is no such file."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def say(text):
    """Print at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def stop(text):
    """End with a message and a failure."""
    sys.exit("\n" + text + "\n")


if __name__ == "__main__":
    sys.exit(main())
