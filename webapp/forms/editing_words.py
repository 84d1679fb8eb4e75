"""What the editor of checklists says: of what is wrong or lacks, and on its page."""

from typing import Any

from webapp.forms.editing import Flaw
from webapp.words import _l

# Still to be filled in, which is no fault yet.
LACKS = {
    "lacks_title", "lacks_version", "lacks_name", "lacks_label", "lacks_choices", "lacks_calculation",
}  # fmt: skip
SAID = {
    "lacks_title": _l("还没有写检查表的标题。"),
    "lacks_version": _l("还没有写版本。"),
    "lacks_name": _l("还没有题目的名字。"),
    "lacks_label": _l("还没有写题目。"),
    "lacks_choices": _l("还没有选项，一行写一个。"),
    "lacks_calculation": _l("还没有写算式。"),
    "form_name": _l("检查表的名字要以字母开头，只用字母、数字、“_”和“-”，最多 64 个。"),
    "name": _l("“%(name)s”不能作名字：以文字或字母开头，不要有空格和符号。"),
    "name_twice": _l("同一组里已经有名字“%(name)s”了。"),
    "choice_name": _l("第 %(place)s 个选项的名字“%(name)s”不行：不能是空的，也不能有空格。"),
    "choice_twice": _l("选项的名字“%(name)s”写了两次。"),
    "long": _l("这里的文字太长：最多 5000 个字。"),
    "range": _l("起点、终点和步长要是数，步长大于 0，不超过起点到终点。"),
    "count": _l("重复的次数要指一道题，如 ${name}。要算出来的，先加一道“计算”题。"),
    "nested": _l("分组套得太深：最多 12 层。"),
    "many": _l("题目过多：一张表最多 5000 道。"),
    "circular": _l("题目互相依赖，绕成了圈：%(name)s"),
    "other": _l("这张表还不能用：%(name)s"),
    "sign": _l("第 %(place)s 个字“%(name)s”不认识。"),
    "unfinished": _l("式子没有写完。"),
    "expected": _l("第 %(place)s 个字“%(name)s”放在这里不对。"),
    "unknown_function": _l("没有 %(name)s() 这个函数。"),
    "refused_function": _l("不能用 %(name)s()：同一份回答不会总是同一个结果。"),
    "arguments": _l("%(name)s() 括号里的个数不对。"),
    "reference": _l("%(name)s() 括号里要先写一道题，如 ${name}。"),
    "unknown_reference": _l("没有叫“%(name)s”的题，或者不止一道。"),
    "pattern": _l("regex() 的第二项要直接写出式子，只用各种语言都一样的写法。"),
    "deep": _l("式子套得太深。"),
    "long_expression": _l("式子过长：最多 10000 个字符。"),
}


def of(flaw: Flaw) -> str:
    """One flaw in one sentence."""
    return str(SAID[flaw.code]) % {"name": flaw.name, "place": flaw.place}


def page() -> dict[str, Any]:
    """What the page of the editor says."""
    return {}
