"""The shape of the package: which module may know which, what is public, what an import does."""

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import sip_grouping

PACKAGE = Path(sip_grouping.__file__).parent
MODULES = {
    ".".join(("sip_grouping", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def names_of_stubs() -> dict[str, str]:
    """Return the module of each name that a package loads only when it is asked for; the root's too."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("__init__.pyi")):
        package = ".".join(("sip_grouping", *path.parent.relative_to(PACKAGE).parts))
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                found |= {f"{package}.{one.name}": f"{package}.{node.module}" for one in node.names}
    return found


FROM_STUBS = names_of_stubs()
LONGEST_FILE = 400
# What stands above the data: the engine, what reads and shows, the command.
ABOVE_DATA = {
    *("problem", "solve", "reading", "template", "report", "verification", "by_hand", "command"),
    *("export", "rounds", "explain", "ledger", "season"),
    *("comparison", "demo"),
}


# A result draws its own map, which is a report: loaded where it is asked for, and by nothing else.
LATE_DOORS = {
    "sip_grouping.solve.result": {
        *("sip_grouping.report.map.picture", "sip_grouping.report.map.scene"),
        "sip_grouping.report.speech",
    },
}


def imports_of(module: str, *, only_at_import: bool = False) -> set[str]:
    """Return the modules of the package that a module imports, anywhere or when it is imported."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    nodes = _run_at_import(tree) if only_at_import else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            names = [str(node.module)]
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {FROM_STUBS.get(name, name) for name in names} & set(MODULES)
    # `from sip_grouping import x` of a name, not of a module, is the package itself.
    return found - {module}


def _run_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _run_at_import(node)


def within(package: str) -> list[str]:
    full = f"sip_grouping.{package}"
    return [module for module in MODULES if module == full or module.startswith(f"{full}.")]


def short(modules: set[str]) -> set[str]:
    return {module.removeprefix("sip_grouping.").split(".")[0] for module in modules}


def test_the_verifier_shares_nothing_with_the_model() -> None:
    data = {"edition", "grouping", "rules", "errors", "findings", "units"}
    data |= {"cards", "catalogue", "notebook", "plan", "frozen"}
    own = {module for module in MODULES if module.startswith("sip_grouping.verification")}
    assert own
    for module in own:
        outside = short(imports_of(module)) - data
        assert all(name.startswith("verification") for name in outside), module


@pytest.mark.parametrize(
    ("importers", "forbidden"),
    [
        (
            (
                "cards",
                "catalogue",
                "colours",
                "errors",
                "findings",
                "frozen",
                "notebook",
                "rules",
                "units",
            ),
            ABOVE_DATA | {"edition", "grouping", "files", "geography"},
        ),
        (("files", "geography"), ABOVE_DATA | {"edition", "grouping"}),
        (("edition",), ABOVE_DATA | {"grouping", "files"}),
        (("grouping",), ABOVE_DATA | {"geography", "plan"}),
        (("plan",), ABOVE_DATA | {"geography"}),
        (
            ("season",),
            {"problem", "verification", "by_hand", "export", "rounds", "ledger", "command", "demo"},
        ),
        (("problem",), ABOVE_DATA - {"problem"}),
        (("plots",), ABOVE_DATA | {"files", "geography"}),
        (("comparison",), ABOVE_DATA - {"comparison"} | {"files"}),
        (
            ("solve",),
            {
                *("comparison", "reading", "report", "by_hand", "ledger", "explain"),
                *("command", "demo", "files"),
            },
        ),
        (("explain",), {"template", "by_hand", "export", "rounds", "command", "demo"}),
        (
            ("reading", "template"),
            {"solve", "problem", "report", "verification", "by_hand", "command", "demo", "explain"},
        ),
        (("reading",), {"template"}),
        (("by_hand",), {"solve", "problem", "report", "template", "command", "demo", "explain"}),
        (("export",), {"problem", "solve", "by_hand", "rounds", "ledger", "command", "demo"}),
        (
            ("rounds",),
            {"problem", "report", "export", "ledger", "template", "command", "demo", "explain"},
        ),
        (("ledger",), {"problem", "reading", "by_hand", "rounds", "export", "command", "demo"}),
        (("report",), {"problem", "reading", "verification", "by_hand", "command", "demo"}),
    ],
)
def test_arrows_point_one_way(importers: tuple[str, ...], forbidden: set[str]) -> None:
    modules = [module for importer in importers for module in within(importer)]
    assert modules
    for module in modules:
        late = LATE_DOORS.get(module, set())
        assert not late & imports_of(module, only_at_import=True), module
        assert not short(imports_of(module) - late) & forbidden, module


def test_only_the_entry_points_know_the_command_line() -> None:
    knowing = {module for module in MODULES if "sip_grouping.command.app" in imports_of(module)}
    assert knowing == {"sip_grouping.__main__"}
    knowing = {module for module in MODULES if "sip_grouping.command.outcome" in imports_of(module)}
    assert all(name.startswith("sip_grouping.command.") for name in knowing)


def test_importing_goes_in_no_circle() -> None:
    graph = {module: imports_of(module, only_at_import=True) for module in MODULES}
    # A package runs before what is in it, whoever asks.
    order = list(TopologicalSorter(graph).static_order())
    assert set(order) == set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_only_the_command_line_writes_to_the_console(module: str) -> None:
    if module in {"sip_grouping.command.app", "sip_grouping.command.outcome"}:
        return
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"print", "input"}, f"{module}, line {node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            console = node.value.id == "sys" and node.attr in {"stdout", "stderr", "stdin"}
            assert not console, f"{module}, line {node.lineno}"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_and_stays_readable(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), module
    assert len(text.splitlines()) <= LONGEST_FILE, module


def test_the_public_names_are_few_sorted_and_documented() -> None:
    names = sip_grouping.__all__
    assert names == sorted(names)
    # Every type that a public signature names is one of them; see test_public_api.
    assert 15 <= len(names) <= 85
    assert set(names) <= set(dir(sip_grouping))
    for name in names:
        assert inspect.getdoc(getattr(sip_grouping, name)), name


def test_no_public_name_is_also_a_module() -> None:
    """Importing such a module would put itself in the place of the name."""
    assert not set(FROM_STUBS) & set(MODULES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="solve_everything"):
        _ = sip_grouping.solve_everything  # type: ignore[attr-defined]


PROBE = """
import json, logging, sys
before = set(logging.Logger.manager.loggerDict)
import sip_grouping
heavy = sorted({"numpy", "ortools", "pandas", "pydantic", "scipy", "typer"} & set(sys.modules))
loggers = [logging.getLogger(), logging.getLogger("sip_grouping")]
handlers = [type(handler).__name__ for one in loggers for handler in one.handlers]
print(json.dumps({"heavy": heavy, "handlers": handlers}))
"""


def test_importing_the_package_does_nothing_else() -> None:
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert json.loads(run.stdout) == {"heavy": [], "handlers": ["NullHandler"]}


def test_importing_every_name_prints_nothing_and_adds_no_handler() -> None:
    probe = (
        "import logging, sip_grouping\n"
        "for name in sip_grouping.__all__: getattr(sip_grouping, name)\n"
        "assert not logging.getLogger().handlers\n"
    )
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert run.stdout == run.stderr == ""


def test_reading_verifying_and_explaining_load_no_solver_and_no_tables() -> None:
    probe = (
        "import sys\n"
        "import sip_grouping.explain.explainer, sip_grouping.grouping.files\n"
        "from sip_grouping.reading import load_edition\n"
        "from sip_grouping.verification import verify\n"
        "unwanted = {'highspy', 'ortools', 'pandas', 'scipy', 'matplotlib', 'geopy', 'pyproj'}\n"
        "assert not unwanted & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)


def test_help_loads_no_solver_and_no_tables() -> None:
    probe = (
        "import sys\n"
        "from sip_grouping.command.app import run\n"
        "assert run(['--help']) == 0\n"
        "assert not {'numpy', 'ortools', 'pandas', 'scipy', 'rich'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
