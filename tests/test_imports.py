"""The house's one arrow, config → articles → statutes → Django, and the purity of pure modules."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PURE = [
    "statutes/alignment.py",
    "statutes/differences.py",
    "statutes/lines.py",
    "statutes/numerals.py",
    "statutes/texts.py",
    "statutes/names.py",
    "statutes/naming.py",
    "statutes/bare_numbers.py",
    "statutes/notes.py",
    "statutes/provisions.py",
    "statutes/references.py",
    "statutes/quotations.py",
    "statutes/quoting.py",
    "articles/ids.py",
    "articles/likeness.py",
    "articles/markup.py",
    "articles/rendering.py",
    "articles/slots.py",
    "articles/notices.py",
    "articles/tags.py",
    "articles/tidying.py",
    "articles/qr.py",
]
# What each package may import of the others.
BELOW = {"statutes": set(), "articles": {"statutes"}, "config": {"articles", "statutes"}}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module)
    return names


@pytest.mark.parametrize("package", BELOW)
def test_packages_import_only_what_is_below_them(package):
    modules = sorted((ROOT / package).rglob("*.py"))
    assert modules
    for path in modules:
        ours = {name.split(".")[0] for name in imported(path)} & set(BELOW)
        assert ours <= BELOW[package] | {package}, path


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_no_django(name):
    pure = {module.removesuffix(".py").replace("/", ".") for module in PURE}
    for module in imported(ROOT / name):
        assert not module.startswith(("django", "taggit", "ckeditor"))
        if module.split(".")[0] in BELOW:
            assert module in pure, f"{name} imports {module}"


def test_production_code_imports_no_tests():
    for package in BELOW:
        for path in (ROOT / package).rglob("*.py"):
            assert not {name.split(".")[0] for name in imported(path)} & {"tests", "pytest"}, path
