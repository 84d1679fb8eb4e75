"""The four lists as they go in and out as tables: what each page of an import shows, the templates, who may."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from webapp.registry import inspector_views, item_views, subject_views, table_rules
from webapp.registry.imports import Import
from webapp.registry.list_imports import MOST, ExpertImport, InspectorImport, ItemImport
from webapp.registry.people_rules import masked_phone
from webapp.registry.subjects import Library
from webapp.words import _l

Cells = dict[str, str]
View = Callable[..., Any]
NOTE_LINES = "第一行是列名，从第二行起一行一个。列名可以用各平台自己的叫法，导入时对应一次，以后就记住了。多余的列不导入。"
NOTE_KNOWN = "已有的更新，空着的单元格不改；没有的新增。"


@dataclass(frozen=True)
class Listing:
    """`said` and `faults` are words by column and code; `columns` stand in the preview, the name first; `export` gives a
    row's cells, whole or with personal numbers masked."""

    model: type[Import]
    title: Any
    sheet: str
    back: str
    said: Mapping[str, Any]
    faults: Mapping[str, Any]
    shown: Callable[[str, Any], str]
    columns: tuple[str, ...]
    readers: tuple[str, ...]
    writers: tuple[str, ...]
    most: Any
    removes: Any
    widths: Mapping[str, int]
    notes: list[str]
    rows: Callable[[str], Iterable[Any]]
    export: Callable[[Any, bool], Cells]

    @property
    def head(self) -> list[tuple[str, int]]:
        """The columns of its template and its export: names and widths in characters."""
        return [(names[0], self.widths.get(name, 14)) for name, names in self.model.NAMES.items()]

    def lines(self, bureau_id: str, whole: bool) -> list[list[str]]:
        """The cells of its export."""
        cells = (self.export(row, whole) for row in self.rows(bureau_id))
        return [[row.get(name, "") for name in self.model.NAMES] for row in cells]


def _subject(row: Any, _whole: bool) -> Cells:
    return {name: subject_views.shown(name, getattr(row, name)) for name in subject_views.COLUMNS}


def _item(row: Any, _whole: bool) -> Cells:
    cells = {name: table_rules.typed(name, getattr(row, name, None)) for name in table_rules.ITEMS}
    return cells | {"ratio": table_rules.ratio(row.held())}


def _person(row: Any, whole: bool) -> Cells:
    cells = {name: table_rules.typed(name, getattr(row, name)) for name in row.COLUMNS}
    return cells if whole else cells | {"phone": masked_phone(row.phone)}


def _inspector(row: Any, whole: bool) -> Cells:
    return _person(row, whole) | {"name": row.user.name, "username": row.user.username}


FAULTS = {
    "twice": _l("在表里出现了不止一次。"),
    "name_differs": _l("表里的用户名或执法证号是另一个人的。"),
    "name_several": _l("有几个同名的人，请加上能分清他们的列。"),
    "account_none": _l("没有这个人的账号。账号由管理员在“人员”里建。"),
    "not_inspector": _l("这个人的账号没有检查人员的角色。"),
    "credential_taken": _l("这个执法证号与另一个人的相同。"),
    "number_cut": _l("表格软件把长号码变短了，请把这一列设为文本再填。"),
    "yes_no": _l("请填“是”或“否”。"),
    "category": _l("请填重点检查事项或一般检查事项。"),
    "method": _l("方式只能是：现场检查、书面检查、网上信息技术比对、检验检测、网络监测。"),
    "percent_or_whole": _l("看不出是 1% 还是全部，请写成 1% 或 100%。"),
}
SMALL = _l("XLSX 或 CSV，最多 %(n)s 行。只读第一张工作表；上面有标题行、列名与模板不同都可以。", n=MOST)
PERSON = {"unit": 24, "items": 24, "specialties": 18, "credential": 22}
LISTINGS = {
    "subjects": Listing(
        model=Import,
        title=_l("检查对象名录库"),
        sheet="检查对象",
        back="subjects.listed",
        said=subject_views.SAID,
        faults=subject_views.FAULTS,
        shown=lambda column, value: subject_views.shown(column, value),
        columns=("name", "code", "district", "state"),
        readers=subject_views.READERS,
        writers=subject_views.WRITERS,
        most=_l("XLSX 或 CSV，最多约一百万行。只读第一张工作表；上面有标题行、列名与模板不同都可以。"),
        removes=_l("移出名录库（状态改为移出，历史保留）"),
        widths=subject_views.WIDTHS,
        notes=subject_views.NOTES,
        rows=lambda bureau_id: Library().rows(bureau_id),
        export=_subject,
    ),
    "items": Listing(
        model=ItemImport,
        title=_l("抽查事项清单"),
        sheet="抽查事项",
        back="items.listed",
        said=item_views.SAID | {"ratio": item_views.SAID["ratio_bp"]},
        faults=FAULTS | item_views.FAULTS,
        shown=item_views.shown,
        columns=("name", "code", "subject_kind", "ratio"),
        readers=item_views.READERS,
        writers=item_views.WRITERS,
        most=SMALL,
        removes=_l("移出清单（今后不能再按它检查，历史保留）"),
        widths=item_views.WIDTHS,
        notes=[
            NOTE_LINES,
            "编号用来认出同一个事项，以字母开头；没有编号的按名称认，新的自动编号。",
            "抽查比例写成 5%，或者“至少 200 个”。事项类别：重点检查事项、一般检查事项。",
            "抽查方式：现场检查、书面检查、网上信息技术比对、检验检测、网络监测，有几种的用顿号隔开。",
            "抽查依据、抽查内容有几条的用分号隔开；检查机构、类别有几个的用顿号隔开。",
            NOTE_KNOWN,
        ],
        rows=ItemImport.there,
        export=_item,
    ),
    "inspectors": Listing(
        model=InspectorImport,
        title=_l("执法检查人员名录库"),
        sheet="检查人员",
        back="inspectors.listed",
        said=inspector_views.SAID | {"username": _l("用户名")},
        faults=FAULTS | inspector_views.FAULTS,
        shown=inspector_views.shown,
        columns=("name", "credential", "valid_until", "unit"),
        readers=inspector_views.READERS,
        writers=inspector_views.WRITERS,
        most=SMALL,
        removes="",
        widths=PERSON,
        notes=[
            NOTE_LINES,
            "这里只更新名录，不建账号：表里的人都要先有检查人员的账号，由管理员在“人员”里建。",
            "按用户名认人；没有用户名的按执法证号，再没有的按姓名。同名的人要有用户名或执法证号。",
            "有效期如 2027-06-30。可查事项填事项编号，空着表示不限；有几个的用顿号隔开。可任组长填“是”或“否”。",
            NOTE_KNOWN,
        ],
        rows=InspectorImport.there,
        export=_inspector,
    ),
    "experts": Listing(
        model=ExpertImport,
        title=_l("专家库"),
        sheet="专家",
        back="inspectors.experts",
        said=inspector_views.SAID,
        faults=FAULTS | inspector_views.FAULTS,
        shown=inspector_views.shown,
        columns=("name", "unit", "title", "specialties"),
        readers=inspector_views.READERS,
        writers=inspector_views.WRITERS,
        most=SMALL,
        removes=_l("移出专家库（历史保留）"),
        widths=PERSON,
        notes=[
            NOTE_LINES,
            "按姓名和单位认人。专业必须填；专业、可查事项有几个的用顿号隔开。",
            NOTE_KNOWN,
        ],
        rows=ExpertImport.there,
        export=_person,
    ),
}  # fmt: skip


def for_each(blueprint: Blueprint, kinds: tuple[str, ...]) -> Callable[[str, str], Callable[[View], View]]:
    """A route of its own for each list, written out: beside `/office/items/<item_id>` a pattern would not be found."""

    def routes(method: str, place: str) -> Callable[[View], View]:
        def declare(view: View) -> View:
            for kind in kinds:
                address, given = f"/office/{kind}/{place}", {"kind": kind}
                blueprint.add_url_rule(address, view.__name__, view, methods=[method], defaults=given)
            return view

        return declare

    return routes
