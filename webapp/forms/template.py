"""An XLSForm to begin with: a row of each kind, and what each column is for. Pure."""

from typing import Any

from webapp.forms.xlsform_out import write

Json = dict[str, Any]


def _words(chinese: str, english: str) -> dict[str, str]:
    return {"zh-Hans": chinese, "en": english}


def _asked(name: str, kind: str, chinese: str, english: str, **more: Any) -> Json:
    return {"name": name, "type": kind, "label": _words(chinese, english), **more}


def _choices(*rows: tuple[str, str, str]) -> list[Json]:
    return [{"name": name, "label": _words(chinese, english)} for name, chinese, english in rows]


YES_NO = _choices(("yes", "是", "Yes"), ("no", "否", "No"))
SHOWN = _choices(
    ("licence", "许可证", "The licence"),
    ("fees", "收费标准", "The fees"),
    ("phone", "监督电话", "The telephone number"),
)
DISTRICTS = [
    {"name": "east", "label": _words("东区", "East")}, {"name": "west", "label": _words("西区", "West")},
]  # fmt: skip
STREETS = [
    {"name": "zhonglou", "label": _words("钟楼街道", "Zhonglou"), "more": {"district": "east"}},
    {"name": "fengxue", "label": _words("风穴路街道", "Fengxuelu"), "more": {"district": "west"}},
]

EXAMPLE: Json = {
    "name": "example", "version": "1", "item": None, "title": _words("示例检查表", "An example"),
    "questions": [
        _asked("about", "group", "一、基本情况", "1. The employer", children=[
            _asked("intro", "note", "请先出示执法证。", "Show your credential first."),
            _asked("met", "text", "接待人员姓名", "Name of the person met", required=True),
            _asked("district", "select_one", "所在区", "District", choices=DISTRICTS),
            _asked("street", "select_one", "所在街道", "Street", choices=STREETS,
                   choice_filter=["=", ["c", "district"], ["q", "district"]]),
            _asked("visited", "date", "上次检查日期", "Last inspection"),
        ]),
        _asked("staff", "group", "二、用工情况", "2. Staff", children=[
            _asked("workers", "integer", "职工人数", "How many workers", required=True,
                   constraint=["and", [">=", ["."], ["n", "0"]], ["<", ["."], ["n", "100000"]]],
                   constraint_message=_words("请填 0 到 99999。", "From 0 to 99999.")),
            _asked("contracts", "verdict", "是否都签订了书面劳动合同", "Does everyone have a written contract",
                   required=True, law="《中华人民共和国劳动合同法》第十条", severity="重",
                   guidance="抽看花名册和合同各 5 份。", photo="required_when_failed"),
            _asked("licence", "select_one", "是否持有“人力资源服务许可证”", "Is there a licence", choices=YES_NO,
                   verdict=["no"], photo="required"),
            _asked("why", "text", "没有的原因", "Why not", relevant=["=", ["q", "licence"], ["s", "no"]],
                   hint=_words("上一题选“否”才显示", "Asked where the answer above is no")),
            _asked("shown", "select_multiple", "公示了哪些内容", "What is on display", choices=SHOWN),
        ]),
        _asked("persons", "repeat", "询问的职工", "Workers who were asked", children=[
            _asked("person", "text", "姓名", "Name"),
            _asked("wage", "decimal", "月工资（元）", "Wage of a month (yuan)"),
        ]),
        _asked("paid", "calculate", "工资合计", "Wages together", calculate=["sum", ["q", "wage"]]),
        _asked("mood", "range", "配合程度", "How they co-operated", range={"start": "1", "end": "5", "step": "1"}),
        _asked("read", "acknowledge", "已向对方宣读权利和义务", "Rights and duties were read out"),
    ],
}  # fmt: skip

NOTES = [
    ("列", "写什么"),
    ("type", "题型：select_one verdict 合格/不合格/不适用，text 文字，integer 整数，decimal 小数，date 日期，time 时间，"
     "dateTime 日期和时间，select_one 列表名 单选，select_multiple 列表名 多选，rank 列表名 排序，range 刻度，"
     "acknowledge 确认，note 说明，calculate 计算，begin_group 与 end_group 分组，"
     "begin_repeat 与 end_repeat 可以重复的组。"),
    ("name", "题目的名字，别的题用它来指这道题：不要有空格，不要重复，公布以后不要改。"),
    ("label", "题目的文字，每种语言一列：label::中文 (zh)、label::English (en)。可以写 ${name}，显示那道题的回答。"),
    ("hint", "题目下面的提示，每种语言一列。"),
    ("required", "必须回答写 yes；也可以写表达式。"),
    ("required_message", "必须回答而没有回答时显示的话，每种语言一列。"),
    ("relevant", "什么时候显示，例如 ${licence} = 'no'。不显示的题不作数。多选题用 selected(${shown}, 'fees')。"),
    ("constraint", "回答要合什么条件，用 . 代表这道题的回答，例如 . >= 0 and . < 100。"),
    ("constraint_message", "不合条件时显示的话，每种语言一列。"),
    ("calculation", "算出来的值，例如 sum(${wage})。"),
    ("default", "一开始的回答。"),
    ("read_only", "只给人看、不能改的写 yes；也可以写表达式。"),
    ("choice_filter", "只显示一部分选项：choices 工作表里的一列与前面的回答相比，例如 district = ${district}。"),
    ("repeat_count", "重复几次，写一道数字题，例如 ${workers}。不写就由检查人员增减。"),
    ("parameters", "刻度题的起点、终点和步长：start=1 end=5 step=1。"),
    ("appearance", "题目在手机上的样子：multiline 文字框高一些，numbers 用数字键盘，"
     "minimal 选项收起来选，likert 选项排成一行。"),
    ("law", "本系统的列：法律依据。"),
    ("severity", "本系统的列：严重程度。"),
    ("guidance", "本系统的列：检查方法，给检查人员看。"),
    ("photo", "本系统的列：none 不要照片，allowed 可以拍，required 必须拍，"
     "required_when_failed 有问题时必须拍。"),
    ("verdict", "本系统的列：选了哪些选项算发现问题，用空格隔开。"),
    ("choices 工作表", "选项列表：list_name 列表名，name 选项的名字（没有空格），label 选项的文字；"
     "其余的列给 choice_filter 用。"),
    ("settings 工作表", "form_title 标题，form_title_en 英文标题，form_id 检查表的名字，version 版本，"
     "default_language 没有写明语言的列用哪种语言，例如 中文 (zh)。"),
    ("其他工具", "ODK、KoboToolbox、Survey123 也能打开这个文件；它们不认识的列会跳过。"
     "位置、录音、文件题在这里不能用，照片用 photo 列。"),
]  # fmt: skip


def template() -> bytes:
    """The file that a clerk changes into a form of the bureau."""
    return write(EXAMPLE, NOTES)
