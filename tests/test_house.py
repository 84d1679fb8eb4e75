"""The law of the house: imports only to the left, pure rules, an audience for every route, migrations as the models."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOPS = [
    "qr",
    "canonical",
    "config",
    "errors",
    "db",
    "added",
    "words",
    "workdays",
    "security",
    "api",
    "sheets",
    "tables",
    "typed",
    "ids",
    "typesetting",
    "public",
    "apart",
    "apart_inside",
    "paging",
    "grams",
]
DOMAINS = [
    "accounts",
    "registry",
    "forms",
    "plan",
    "draw",
    "evidence",
    "field",
    "archive",
    "followup",
    "publish",
    "oversight",
]
LAST = ["demo", "upkeep", "cli", "__init__"]
ORDER = [*DOMAINS, *LAST]
PURE = [
    "grams",
    "static_rules",
    "typed",
    "ids",
    "rules",
    "law_rules",
    "people_rules",
    "subject_rules",
    "item_rules",
    "column_rules",
    "table_rules",
    "elsewhere_rules",
    "inspector_rules",
    "task_rules",
    "chances",
    "batches",
    "fold",
    "expressions",
    "evaluate",
    "live",
    "writing",
    "compare",
    "rows",
    "checking",
    "naming",
    "conditions",
    "blank",
    "workbook",
    "patterns",
    "xlsform",
    "xlsform_out",
    "template",
    "editing",
    "release_rules",
    "document",
    "facts",
    "catalogue",
    "answers",
    "answers_filled",
    "answers_xlsx",
    "answers_xml",
    "package",
    "record_document",
    "paper_document",
    "entries",
    "changes",
    "comments",
    "sections",
    "wording",
    "contract",
    "shape",
    "terms",
    "seed",
    "freeze",
    "strata",
    "pairs",
    "layout",
    "swaps",
    "succession",
    "proof",
    "asking",
    "certificate",
    "by_hand",
    "notices",
    "witness_rules",
    "qr",
    "paper_sections",
    "merge_rules",
    "clocks",
    "choosing",
    "redaction_rules",
    "platform_rules",
    "figure_rules",
    "report_text",
    "appraisal_rules",
    "happened",
    "turn",
    "result_rules",
    "result_paper",
    "feed",
    "said",
    "objections",
    "orders",
    "handing",
    "consequences",
    "follow_papers",
    "after_sections",
    "steps",
    "upload_rules",
    "rescue_rules",
    "rating_rules",
    "mine",
    "signs_rules",
    "signs_prints",
    "picture_rules",
    "code_rules",
    "redaction",
    "signs_drawings",
    "returns_rules",
    "merkle",
    "timestamp_rules",
]
IMPURE = {
    "flask",
    "sqlalchemy",
    "webapp.db",
    "flask_sqlalchemy",
    "flask_login",
    "time",
    "random",
    "secrets",
    "requests",
}
LAYERS = ["rules", "models", "views"]


def modules() -> list[Path]:
    return sorted((ROOT / "webapp").rglob("*.py"))


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: a relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def home(path: Path) -> str:
    parts = path.relative_to(ROOT / "webapp").with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_domain_imports_only_what_stands_to_its_left(path: Path) -> None:
    own = home(path)
    for name in imports(path):
        if not name.startswith("webapp."):
            continue
        other = name.split(".")[1]
        if other in DOMAINS and own in TOPS:
            raise AssertionError(f"{path} is a top module and imports the domain {other}")
        if other in ORDER and own in ORDER:
            assert ORDER.index(other) <= ORDER.index(own), f"{path} imports {name}, which stands to its right"
        assert own in ORDER or own in TOPS, f"{path} has no place in the house"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_inside_a_domain_views_import_models_and_models_import_rules(path: Path) -> None:
    own, role = home(path), path.stem
    if role not in LAYERS:
        return
    for name in imports(path):
        match = re.match(rf"webapp\.{own}\.(\w+)", name)
        if match and match[1] in LAYERS:
            assert LAYERS.index(match[1]) <= LAYERS.index(role), f"{path} imports {name}"


def says_pure(path: Path) -> bool:
    return bool(re.search(r"\bPure\b", ast.get_docstring(ast.parse(path.read_text())) or ""))


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if path.stem in PURE or says_pure(path)],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_what_decides_is_pure(path: Path) -> None:
    found = {name for name in imports(path) if name.split(".")[0] in IMPURE or name in IMPURE}
    assert not found, f"{path} is pure and imports {found}"
    assert not re.search(r"\b(datetime\.now|date\.today|time\.time)\(", path.read_text())


# ---- the phone app

FIELD = ROOT / "static" / "field"
PURE_JS = [
    "bytes.js",
    "canonical.js",
    "trusted.js",
    "ids.js",
    "idle.js",
    "install.js",
    "trust.js",
    "rescue.js",
    "ready.js",
    "fold.js",
    "log.js",
    "form.js",
    "rows.js",
    "patterns.js",
    "evaluate.js",
    "live.js",
    "agenda.js",
    "scale.js",
    "shapes.js",
    "parts.js",
    "door.js",
    "remarks.js",
    "pages.js",
]
PURE_JS += ["lessons.js"]
PURE_JS += ["envelope.js", "parcel.js", "courier.js", "sdp.js", "codes.js", "cosign.js"]
JS_LAYERS = [
    PURE_JS,
    ["words.js", "mode.js", "vault.js"],
    ["browser.js"],
    ["db.js"],
    ["keys.js"],
    ["session.js"],
    ["sync.js"],
    ["picture.js", "decoder.js", "direct.js", "salvage.js"],
    ["visit.js"],
    ["handover.js", "practice.js"],
]


def js_imports(path: Path) -> list[str]:
    return re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", path.read_text())


def test_the_phones_pure_modules_import_only_each_other_and_the_hash() -> None:
    for name in PURE_JS:
        for other in js_imports(FIELD / name):
            assert other.removeprefix("./") in PURE_JS or other == "../vendor/noble-hashes/sha2.js", (
                f"{name}: {other}"
            )


def test_the_phones_modules_import_only_downwards() -> None:
    place = {name: level for level, names in enumerate(JS_LAYERS) for name in names}
    for name, level in place.items():
        for other in js_imports(FIELD / name):
            if other.startswith("./"):
                assert place[other[2:]] <= level, f"{name} imports {other}"


# ---- the page on which anyone repeats a draw

VERIFY = ROOT / "static" / "verify"
VERIFY_LAYERS = [
    ["shape.js"],
    ["terms.js", "layout.js"],
    ["seed.js", "freeze.js", "strata.js"],
    ["pairs.js"],
    ["swaps.js"],
    ["draw.js"],
]


def test_a_draw_is_repeated_by_pure_modules_that_import_only_downwards_and_the_hash() -> None:
    place = {name: level for level, names in enumerate(VERIFY_LAYERS) for name in names}
    for name, level in place.items():
        for other in js_imports(VERIFY / name):
            if other in ("../vendor/noble-hashes/sha2.js", "../field/canonical.js"):
                continue
            assert place[other.removeprefix("./")] < level, f"{name} imports {other}"
        found = re.search(
            r"\bfetch\(|\bDate\b|Math\.random|Storage\b|querySelector|getElement", (VERIFY / name).read_text()
        )
        assert not found, f"{name} is pure and says {found}"


def test_what_a_witness_seals_how_a_result_appears_and_the_sheet_of_a_checklist_is_pure() -> None:
    allowed = {"witness/sealing.js": ["../verify/seed.js"], "pace.js": []}
    allowed |= {"forms/sheet.js": [], "forms/conditions.js": []}
    for name, imported in allowed.items():
        path = ROOT / "static" / name
        assert js_imports(path) == imported
        found = re.search(
            r"\bfetch\(|\bDate\b|Math\.random|Storage\b|querySelector|getElement", path.read_text()
        )
        assert not found, f"{name} is pure and says {found}"


def test_only_db_names_indexeddb_and_only_sync_calls_fetch() -> None:
    for path in FIELD.rglob("*.js"):
        text = re.sub(r"//.*", "", path.read_text())
        if path.name != "db.js":
            assert not re.search(r"indexedDB|vendor/idb", text), f"{path} names IndexedDB"
        if path.name != "sync.js":
            assert not re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon", text), f"{path} calls the network"


def test_what_a_features_sheet_styles_on_every_page_no_pages_own_sheet_styles_again() -> None:
    everywhere = re.findall(r'sheet\("([\w/-]+\.css)"\)', (ROOT / "templates/base.html").read_text("utf-8"))
    common = {"base.css", "desk.css", "nav.css", "print.css"}
    assert common < set(everywhere)
    features = set(everywhere) - common
    # Pages of their own frame: they load none of the desk's sheets.
    apart = {"site.css", "mine.css"}
    sheets = features | {path.name for path in (ROOT / "static").glob("*.css")} - apart - common
    owners: dict[str, set[str]] = {}
    for sheet in sheets:
        rules = re.sub(r"/\*.*?\*/", "", (ROOT / "static" / sheet).read_text("utf-8"), flags=re.S)
        for name in re.findall(r"(?:^|[},])\s*\.([\w-]+)\s*(?=[,{])", rules):
            owners.setdefault(name, set()).add(sheet)
    assert {name: sheets for name, sheets in owners.items() if len(sheets) > 1 and sheets & features} == {}


def test_nothing_goes_through_a_shell_or_past_a_certificate() -> None:
    for path in modules():
        found = re.search(
            r"shell=True|os\.(system|popen)\(|verify=False|CERT_NONE|_create_unverified|check_hostname = False",
            path.read_text(),
        )
        assert not found, f"{path}: {found}"


def test_no_page_listens_to_another_window() -> None:
    # Workers, the service worker and two phones' own line are the only ones that are listened to.
    heard = re.compile(r"(\w*)\.?addEventListener\(\"message\"|\b(?:window\.)?onmessage\s*=")
    listeners = {
        path.relative_to(ROOT / "static").as_posix(): match[0]
        for path in (ROOT / "static").rglob("*.js")
        if "vendor" not in path.parts
        for match in heard.finditer(path.read_text())
    }
    own = {
        "field/app.js": 'serviceWorker.addEventListener("message"',
        "field/direct.js": 'channel.addEventListener("message"',
    }
    workers = {"field/picture.js", "field/decoder.js", "verify/page.js", "witness/own.js"}
    inside = {"field/picture_worker.js", "field/decoder_worker.js", "verify/worker.js"}
    assert {name: said for name, said in listeners.items() if name not in workers | inside} == own
    for name in workers:
        assert listeners[name] == "onmessage =" and "worker.onmessage" in (ROOT / "static" / name).read_text()
