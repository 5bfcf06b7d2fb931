"""The client's files fit together, run in old browsers, name no county and load nothing from elsewhere."""

import json
import re
from pathlib import Path

import pytest

from web.pages import CLIENT

INDEX = (CLIENT / "index.html").read_text(encoding="utf-8")
FIRST = sorted(path for path in CLIENT.glob("*.js") if path.name != "boot.js")
"""What may be part of the first view; the modules in folders come later."""
MODULES = [*FIRST, *sorted(CLIENT.glob("imports/*.js"))]
FIRST_STYLES = sorted(CLIENT.glob("styles/*.css"))
STYLES = [*FIRST_STYLES, *sorted(CLIENT.glob("imports/*.css"))]
OURS = [*MODULES, CLIENT / "boot.js", *STYLES, CLIENT / "index.html", *sorted(CLIENT.glob("operations/*.graphql"))]

# Chrome 86 and Safari 14 are the floor. What they lack, by how it is written.
TOO_NEW_SCRIPT = {
    "private members": r"this\.#\w",
    "static blocks": r"\bstatic\s*\{",
    "top-level await": r"^(?:const .*= )?await\b",
    "look-behind": r"\(\?<[=!]",
    "array from the end": r"\.(?:at|findLast|findLastIndex|toSorted|toReversed|toSpliced)\(",
    "newer objects": r"\b(?:structuredClone|Object\.(?:hasOwn|groupBy)|AbortSignal\.(?:timeout|any)|"
    r"Promise\.(?:any|try)|Intl\.Segmenter|crypto\.randomUUID|ResizeObserver|requestIdleCallback|URL\.(?:canParse|parse)|WeakRef)\b",
    "assertions on imports": r"import .*\b(?:with|assert)\s*\{",
}
TOO_NEW_STYLE = {
    "newer selectors": r":(?:has|is|where)\(",
    "nesting": r"^\s*&|\{[^{}]*\{[^{}]*\{",
    "newer functions": r"\b(?:color-mix|oklch|light-dark|lab|lch)\(",
    "newer units": r"\d(?:dvh|svh|lvh|dvw|cqw|cqi)\b",
    "newer rules": r"@(?:layer|container|scope|starting-style|property)\b",
    "newer properties": r"(?<![-\w])(?:inset|aspect-ratio|gap|translate|scale|accent-color|text-wrap)\s*:",
}


def too_new(text: str, forms: dict[str, str]) -> list[str]:
    return [name for name, form in forms.items() if re.search(form, text, re.M)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_written_for_old_engines(path: Path) -> None:
    assert too_new(path.read_text(encoding="utf-8"), TOO_NEW_SCRIPT) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_is_written_for_old_engines(path: Path) -> None:
    assert too_new(path.read_text(encoding="utf-8"), TOO_NEW_STYLE) == []


@pytest.mark.parametrize(
    ("text", "forms", "found"),
    [
        ("class A { f() { return this.#x } }", TOO_NEW_SCRIPT, "private members"),
        ("const a = await import('x')", TOO_NEW_SCRIPT, "top-level await"),
        ("list.at(-1)", TOO_NEW_SCRIPT, "array from the end"),
        ("fetch(a, { signal: AbortSignal.timeout(9) })", TOO_NEW_SCRIPT, "newer objects"),
        ("/(?<=a)b/", TOO_NEW_SCRIPT, "look-behind"),
        ("a:has(b) { color: red }", TOO_NEW_STYLE, "newer selectors"),
        ("@media (x) { a { b { color: red } } }", TOO_NEW_STYLE, "nesting"),
        ("a { height: 100dvh }", TOO_NEW_STYLE, "newer units"),
        ("a { display: flex; gap: 4px }", TOO_NEW_STYLE, "newer properties"),
    ],
)
def test_what_is_too_new_is_found(text: str, forms: dict[str, str], found: str) -> None:
    assert too_new(text, forms) == [found]


def test_the_starter_runs_in_any_browser() -> None:
    text = (CLIENT / "boot.js").read_text(encoding="utf-8")
    assert re.findall(r"=>|`|\b(?:let|const|class|async)\b|\?\.|\?\?", re.sub(r"/\*.*?\*/", "", text, flags=re.S)) == []


def test_the_page_names_every_file_that_the_first_view_needs() -> None:
    imported = {name for path in FIRST for name in re.findall(r"^import .*'\./(.+)';", path.read_text("utf-8"), re.M)}
    assert set(re.findall(r'rel="modulepreload" href="/client/(.+?)"', INDEX)) == imported
    (prepared,) = re.findall(r"^prepare\((.+)\);", (CLIENT / "app.js").read_text("utf-8"), re.M)
    operations = {f"operations/{name}.graphql" for name in re.findall(r"\w+", prepared)}
    assert set(re.findall(r'rel="preload" as="fetch" crossorigin href="/client/(.+?)"', INDEX)) == operations
    assert set(re.findall(r'rel="stylesheet" href="/client/(.+?)"', INDEX)) == {
        f"styles/{path.name}" for path in FIRST_STYLES
    }


def test_the_page_has_no_inline_script_or_style() -> None:
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", INDEX) == []


def test_no_county_is_named_and_no_other_host() -> None:
    text = {path.name: path.read_text(encoding="utf-8") for path in OURS}
    assert [
        (name, word) for name in text for word in ("科尔沁", "科右中旗", "兴安盟", "152222") if word in text[name]
    ] == []
    assert [(name, found) for name in text for found in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text[name])] == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_a_file_opens_with_what_it_is_for(path: Path) -> None:
    first = path.read_text(encoding="utf-8").removeprefix("<!doctype html>\n").splitlines()[0]
    assert re.match(r"(/\*\*?|<!--|#) ?\S?", first), first


def test_the_vendored_file_comes_with_versions_and_licences() -> None:
    vendor = CLIENT / "vendor"
    versions = json.loads((vendor / "versions.json").read_text())
    assert set(versions) == {"preact", "htm", "@preact/signals", "@preact/signals-core"}
    licences, readme = (vendor / "LICENSES.txt").read_text(), (vendor / "README.md").read_text()
    assert [name for name in versions if f"{name} {versions[name]} (" not in licences] == []
    assert [
        name for name in versions if name != "@preact/signals-core" and f"{name}@{versions[name]}" not in readme
    ] == []
    exported = set(re.findall(r"\w+", " ".join(re.findall(r"export \{(.+?)\}", (vendor / "entry.js").read_text()))))
    used = re.findall(r"import \{ (.+) \} from '\.+/vendor/preact.js'", "\n".join(path.read_text() for path in MODULES))
    assert {name for names in used for name in names.split(", ")} <= exported
