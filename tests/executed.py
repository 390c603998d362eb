"""The notebooks in examples, run from top to bottom once for all tests, in a copy that is gone after."""

import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient

import sip_grouping

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
NOTEBOOKS = sorted(path.name for path in EXAMPLES.glob("*.ipynb"))
SECONDS = 60


@cache
def executed(name: str) -> Any:
    """Run a notebook with the package that is tested; return it with what its cells show."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, "examples")
        shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("groups"))
        shutil.copytree(ROOT / "data" / "demo-2020-2021", Path(temporary, "data", "demo-2020-2021"))
        notebook = nbformat.read(folder / name, as_version=4)  # type: ignore[no-untyped-call]
        client = NotebookClient(
            notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}
        )
        # The kernel runs elsewhere: a relative path would lead to another package.
        source = str(Path(sip_grouping.__file__).parents[1])
        client.execute(env=os.environ | {"PYTHONPATH": source})
    return notebook
