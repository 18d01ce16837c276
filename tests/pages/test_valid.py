"""Pages are valid HTML, as the Nu Html Checker sees it where there is one."""

import json
import os
import shutil
import subprocess

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def checker() -> list[str]:
    """Return the command of the checker: a program, or the jar that VNU_JAR names."""
    if path := shutil.which("vnu"):
        return [path]
    jar, java = os.environ.get("VNU_JAR"), shutil.which("java")
    if not (jar and java):
        pytest.skip("no Nu Html Checker: install Java and name the file vnu.jar in VNU_JAR")
    return [java, "-jar", jar]


def test_every_page_is_valid(checker, sample):
    folders = [str(path) for path in (sample, ROOT / "_build" / "html") if path.is_dir()]
    command = [*checker, "--skip-non-html", "--errors-only", "--format", "json", *folders]
    checked = subprocess.run(command, capture_output=True, text=True)
    found = json.loads(checked.stderr)["messages"]
    assert [(m["url"], m.get("lastLine"), m["message"]) for m in found] == []


def test_the_checker_sees_what_is_wrong(checker, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><html lang=vi><title>a</title><p><mo><mrow></mrow></mo></p>")
    checked = subprocess.run([*checker, "--format", "json", str(page)], capture_output=True)
    assert json.loads(checked.stderr)["messages"] and checked.returncode != 0
