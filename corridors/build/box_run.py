"""Run the chapter in this folder and compare what comes out with what the book shows.

    python run.py            where libraries are missing in an environment made from requirements.lock
    python run.py --here     with the libraries of this Python, whatever their versions

Exit status: 0 everything identical, 1 something differs or a cell failed, 2 the chapter could not be run.
Needs Python 3.11 or later. Nothing outside this folder is written.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.metadata
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

#: Below the box: the list of what was run and what it is compared with.
OUTPUTS = "expected/outputs.json"
NUMBERS = "expected/numbers.json"
_WORK = ".run"
_RECORD = "application/papermill.record/"
_COLOUR = re.compile("\x1b" + r"\[[0-9;]*m")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(;[^\\]*)?", re.MULTILINE)


# what a cell gives ---------------------------------------------------------------------------------------


def _digest(value: object) -> str:
    """SHA-256 of a text, or of a JSON value in its one form."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _payload(data: dict[str, Any]) -> dict[str, Any]:
    """The JSON object that an exhibit or a number hands to the book; empty for other outputs."""
    return next((value for value in data.values() if isinstance(value, dict)), {})


def parts(data: dict[str, Any]) -> dict[str, str]:
    """The parts of one output with their digests: media types, of an exhibit's JSON each key for itself."""
    found = {}
    for form, value in data.items():
        name = form.removeprefix(_RECORD)
        if isinstance(value, dict):
            found.update({f"{name} {key}": _digest(one) for key, one in value.items()})
        else:
            found[name] = _digest(value)
    return dict(sorted(found.items()))


def described(number: int, shown: Sequence[dict[str, Any]], printed: str) -> dict[str, Any]:
    """What the ``number``-th code cell gave: ``shown`` are the data of its outputs, ``printed`` its text."""
    outputs = []
    for data in shown:
        payload = _payload(data)
        outputs.append({"name": str(payload.get("label") or payload.get("id") or ""), "parts": parts(data)})
    return {"cell": number, "printed": _digest(printed) if printed else "", "outputs": outputs}


def exhibits(shown: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The data of the exhibits among the outputs, by file name: ``fig-x.csv``."""
    found = {}
    for data in shown:
        payload = _payload(data)
        if {"label", "data", "data_format"} <= payload.keys():
            found[f"{payload['label']}.{payload['data_format']}"] = str(payload["data"])
    return found


def numbers(shown: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The numbers among the outputs that are glued for the prose, by id."""
    found = {}
    for data in shown:
        payload = _payload(data)
        if {"id", "value", "shown"} <= payload.keys() and any(form.startswith(_RECORD) for form in data):
            found[str(payload["id"])] = payload
    return found


# running -------------------------------------------------------------------------------------------------


def _shell(shown: list[dict[str, Any]]) -> Any:
    """An IPython shell without a terminal, whose cells show into ``shown``."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Hook(DisplayHook):  # type: ignore[misc, unused-ignore]
        def __call__(self, result: Any = None) -> None:
            hook: Any = self
            if result is not None and not hook.quiet():
                data, _ = hook.compute_format_data(result)
                hook.update_user_ns(result)
                shown.append(json.loads(json.dumps(data)))

    class Publisher(DisplayPublisher):  # type: ignore[misc, unused-ignore]
        def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
            shown.append(json.loads(json.dumps(data)))

    config = Config()
    config.HistoryManager.enabled = False
    return InteractiveShell.instance(displayhook_class=Hook, display_pub_class=Publisher, config=config)


def run(root: Path, notebook: Path) -> Iterator[tuple[int, list[dict[str, Any]], str, str]]:
    """Run the cells: (number among code cells, outputs, printed text, error or "") each; ends at an error."""
    sys.path.insert(0, str(root))
    os.chdir(notebook.parent)
    shown: list[dict[str, Any]] = []
    shell = _shell(shown)
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for number, source in enumerate(sources, start=1):
        shown.clear()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        yield number, list(shown), printed.getvalue(), f"{type(error).__name__}: {error}" if error else ""
        if error:
            return


# comparing -----------------------------------------------------------------------------------------------


def _first_line(old: str, new: str) -> str:
    """Where two texts part."""
    before, after = old.splitlines(), new.splitlines()
    for number, (one, other) in enumerate(zip(before, after, strict=False), start=1):
        if one != other:
            return f"line {number}: expected {one[:100]!r}, found {other[:100]!r}"
    return f"expected {len(before)} lines, found {len(after)}"


def _data_faults(folder: Path, shown: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """What differs in the files of ``expected/``, by label or id."""
    found: dict[str, list[str]] = {}
    for name, text in exhibits(shown).items():
        path = folder / "expected" / name
        old = path.read_bytes().decode("utf-8") if path.is_file() else ""
        if old != text:
            found.setdefault(name.rpartition(".")[0], []).append(f"data ({_first_line(old, text)})")
    glued = numbers(shown)
    known = {one["id"]: one for one in json.loads((folder / NUMBERS).read_text("utf-8"))} if glued else {}
    for name, number in glued.items():
        old_number = known.get(name, {})
        if old_number != number:
            words = f"expected {old_number.get('shown')!r}, found {number['shown']!r}"
            found.setdefault(name, []).append(f"number ({words})")
    return found


def differences(
    expected: dict[str, Any], found: dict[str, Any], data: dict[str, list[str]], said: str = ""
) -> list[str]:
    """What differs in one cell, one line each with cell and label; empty if nothing does.

    ``said`` is the printed text: the end of it tells of an error that was met while an output was shown.
    """
    cell, lines = f"cell {found['cell']}", []
    data = dict(data)
    if expected["printed"] != found["printed"]:
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
        end = f"; it ends: {_COLOUR.sub('', last)}" if last else ""
        lines.append(f"{cell}: the printed text differs{end}")
    if len(expected["outputs"]) != len(found["outputs"]):
        lines.append(f"{cell}: {len(expected['outputs'])} outputs expected, {len(found['outputs'])} found")
    for number, (old, new) in enumerate(zip(expected["outputs"], found["outputs"], strict=False), start=1):
        names = sorted(old["parts"].keys() | new["parts"].keys())
        parted = [name for name in names if old["parts"].get(name) != new["parts"].get(name)]
        parted += data.pop(new["name"], [])
        if parted or old["name"] != new["name"]:
            what = new["name"] or f"output {number}"
            lines.append(f"{cell}, {what}: {', '.join(parted) or 'expected ' + old['name']}")
    return [*lines, *(f"{cell}, {name}: {', '.join(words)}" for name, words in data.items())]


def compare(root: Path) -> int:
    """Run the chapter and say for each cell whether it gives what the book shows; the exit status."""
    kept = json.loads((root / OUTPUTS).read_text("utf-8"))
    faults: list[str] = []
    ran = 0
    labels: set[str] = set()
    for number, shown, printed, error in run(root, root / kept["notebook"]):
        ran = number
        found = described(number, shown, printed)
        labels |= {one["name"] for one in found["outputs"] if one["name"]}
        if error:
            faults.append(f"cell {number} failed: {error}")
            break
        lines = differences(kept["cells"][number - 1], found, _data_faults(root, shown), printed)
        print("\n".join(lines) if lines else f"cell {number}: identical", flush=True)
        faults += lines
    whole = {one["name"] for cell in kept["cells"] for one in cell["outputs"] if one["name"]}
    faults += [f"{name}: expected, not found" for name in sorted(whole - labels)] if not faults else []
    strangers = sorted(
        name
        for name, module in sys.modules.copy().items()
        if name.partition(".")[0] == kept["package"]
        and not Path(getattr(module, "__file__", None) or root).resolve().is_relative_to(root)
    )
    if strangers:
        faults.append(f"not from this folder: {', '.join(strangers)}")
    if faults:
        print(f"\n{kept['chapter']}: DIFFERENT\n" + "\n".join(f"  {line}" for line in faults))
        return 1
    print(f"\n{kept['chapter']}: identical ({ran} cells, {len(whole)} exhibits and numbers)")
    return 0


# the environment -----------------------------------------------------------------------------------------


def missing(lock: Path) -> list[str]:
    """What this Python lacks of the lock, as ``name==version``; lines for other systems do not count."""
    wanted: dict[str, list[str]] = {}
    elsewhere = set()
    for name, version, marker in _PIN.findall(lock.read_text("utf-8")):
        wanted.setdefault(name, []).append(version)
        if marker:
            elsewhere.add(name)
    found = []
    for name, versions in wanted.items():
        try:
            present = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            present = ""
        if present not in versions and (present or name not in elsewhere):
            found.append(f"{name}=={' or '.join(versions)}" + (f" (here {present})" if present else ""))
    return found


def _own_python(root: Path) -> Path:
    """The Python of the box's own environment, made if it is not there."""
    folder = root / _WORK / "venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = root / "requirements.lock"
    ready = folder / "ready"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not ready.is_file() or ready.read_text("utf-8") != digest:
        print(
            "Making an environment from requirements.lock (a minute or two, needs the network) ...",
            flush=True,
        )
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "-r", str(lock)], check=True,
        )  # fmt: skip
        ready.write_text(digest, "utf-8")
    return python


def environment(root: Path) -> dict[str, str]:
    """The environment in which the book was made: the same language, time zone and settings everywhere."""
    dropped = ("PYTHON", "MPL", "IPYTHON", "JUPYTER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    work = root / _WORK
    return kept | {
        "IPYTHONDIR": str(work / "ipython"),
        "MPLCONFIGDIR": str(work / "matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose the Python, run the chapter there, hand on the exit status."""
    root = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(
        prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--here", action="store_true", help="use this Python, whatever its libraries")
    parser.add_argument("--now", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.now:
        return compare(root)
    python = Path(sys.executable)
    lacking = missing(root / "requirements.lock")
    if lacking and options.here:
        print(f"Other libraries than those of the book: {', '.join(lacking)}", flush=True)
    try:
        if lacking and not options.here:
            python = _own_python(root)
        (root / _WORK).mkdir(exist_ok=True)
        command = [str(python), str(root / "run.py"), "--now"]
        return subprocess.run(command, env=environment(root), check=False).returncode
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The chapter could not be run: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
