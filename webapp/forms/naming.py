"""What the parts of a question are called where people write them and where they compare two versions. Pure."""

from webapp.forms.wording import N_, Say

FIELDS = {
    "title": N_("名称"),
    "name": N_("名字"),
    "item": N_("抽查事项"),
    "type": N_("题型"),
    "label": N_("题目"),
    "hint": N_("提示"),
    "law": N_("法律依据"),
    "guidance": N_("检查方法"),
    "severity": N_("严重程度"),
    "required": N_("必答"),
    "required_message": N_("未填时的提示"),
    "relevant": N_("什么时候显示"),
    "constraint": N_("对回答的要求"),
    "constraint_message": N_("不合要求时说什么"),
    "calculate": N_("算式"),
    "default": N_("一开始的回答"),
    "read_only": N_("只读"),
    "range": N_("刻度"),
    "choice_filter": N_("只显示哪些选项"),
    "verdict": N_("算发现问题的选项"),
    "photo": N_("照片"),
    "count": N_("重复几次"),
    "appearance": N_("样式"),
}
TYPES = {
    "verdict": N_("合格、不合格、不适用"),
    "text": N_("文字"),
    "integer": N_("整数"),
    "decimal": N_("小数"),
    "date": N_("日期"),
    "time": N_("时间"),
    "datetime": N_("日期和时间"),
    "select_one": N_("单选"),
    "select_multiple": N_("多选"),
    "rank": N_("排序"),
    "range": N_("刻度"),
    "acknowledge": N_("确认"),
    "calculate": N_("计算"),
    "note": N_("说明"),
    "group": N_("组"),
    "repeat": N_("可以重复的组"),
}
PHOTOS = {
    "none": N_("不要照片"),
    "allowed": N_("可以拍"),
    "required": N_("必须拍"),
    "required_when_failed": N_("有问题时必须拍"),
}
TRUTHS = {"yes": N_("是"), "no": N_("否")}
CODES = {"type": TYPES, "photo": PHOTOS, "required": TRUTHS, "read_only": TRUTHS}


def code(field: str, value: str | None, say: Say) -> str | None:
    """A name of ours in words; another value as it is."""
    word = CODES.get(field, {}).get(value or "")
    return say(word) if word else value
