"""What the editor of checklists says: of what is wrong or lacks, and on its page."""

from typing import Any

from webapp.forms.editing import Flaw
from webapp.forms.naming import FIELDS, PHOTOS, TYPES
from webapp.words import _, _l

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
    "otherwise": _l("第 %(place)s 个字起的写法要改：%(name)s"),
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
    return {
        **_acts(), **_said(), "types": _named(TYPES), "fields": _named(FIELDS) | {"choices": _("选项")},
        "hints": _hints(), "states": _states(),
        "verdicts": {"pass": _("合格"), "fail": _("不合格"), "na": _("不适用")},
        "languages": {"zh-Hans": _("（中文）"), "en": _("（英文）")},
        "tongues": {"zh": _("中文"), "en": _("英文")},
        "required": {"no": _("可以不答"), "yes": _("必须回答"), "when": _("符合条件时必须回答")},
        "photos": {"unsaid": _("可以拍（一般）"), **_named(PHOTOS)},
        "range": {"start": _("起点"), "end": _("终点"), "step": _("步长")},
        "operators": {
            "is": _("是"), "isnt": _("不是"), "has": _("选了"), "hasnt": _("没有选"), "answered": _("答了"),
            "empty": _("没有答"), "more": _("大于"), "least": _("不小于"), "less": _("小于"), "most": _("不大于"),
        },
        "conditions": {
            "relevant": _("一直显示。加一个条件"), "constraint": _("怎么答都行。加一个要求"),
            "required": _("加一个条件"),
        },
        "marks": {"required": _("必答"), "relevant": _("有条件"), "constraint": _("有要求")},
    }  # fmt: skip


def _acts() -> dict[str, str]:
    return {
        "add_question": _("加一题"), "add_group": _("加一组"), "add_repeat": _("加可以重复的组"),
        "add_inside": _("在组里加一题"), "add_below": _("在下面加一题"), "add_group_below": _("在下面加一组"),
        "up": _("上移"), "down": _("下移"), "in": _("放进上面的组"), "out": _("移出这一组"),
        "duplicate": _("复制"), "remove": _("删除"), "tools": _("移动、复制、删除"),
        "more": _("更多：提示、依据、要求、名字"), "add_choice": _("加一个选项"), "drop_choice": _("去掉选项"),
        "choice_zh": _("选项"), "choice_en": _("选项（英文）"), "choice_name": _("名字"),
        "choice_more": _("筛选列，如 区=东; 类=甲"), "found": _("算发现问题"),
        "and": _("下面都符合"), "or": _("下面符合一个就行"), "join": _("条件怎么合在一起"), "one_more": _("再加一个条件"),
        "subject": _("哪道题"), "operator": _("怎么样"), "value": _("什么回答"), "choose": _("请选择"),
        "value_lacks": _("还没有写完，先不算"), "drop_row": _("去掉这个条件"),
        "as_text": _("写成式子"), "as_rows": _("用选的"),
        "undo": _("撤销"), "redo": _("重做"), "undo_done": _("已撤销一步。"), "redo_done": _("已重做一步。"),
        "finish": _("去提交"), "write": _("编辑"), "try": _("预览"), "sides": _("编辑或预览"),
        "again": _("再打开一次"), "save_again": _("再存一次"), "login": _("去登录"), "start_over": _("重新开始"),
        "theirs": _("看现在的草稿"), "mine": _("用我写的代替"), "see": _("看这一版"), "keep": _("不删"),
    }  # fmt: skip


def _said() -> dict[str, str]:
    return {
        "preview": _("手机上的样子"), "preview_language": _("显示哪种语言"),
        "title_zh": _("标题（中文）"), "title_en": _("标题（英文）"), "version": _("版本"),
        "form_name": _("名称（form_id）"), "untitled": _("还没有标题"), "unworded": _("还没有写题目"),
        "empty": _("还没有题目。先加一题，或者加一组再往里加。"),
        "flaws": _("还有 {n} 处，下一处"), "lacking": _("还差 {n} 处"), "wrong": _("{n} 处要改"),
        "moved": _("已移动：{label}"), "removed": _("已删除，可以撤销：{label}"),
        "sure": _("删除这道题？"), "sure_inside": _("里面的 {n} 道题一起删掉。"), "sure_users": _("这些题用到它："),
        "sure_more": _("删掉以后，这些题要改。可以撤销。"),
        "somebody": _("别人"), "conflict": _("{by} 刚才改了这份草稿。"),
        "conflict_more": _("您写的没有存上，都还在这一页。可以先看现在的草稿，再决定。"),
        "closed_more": _("您写的没有存上，都还在这一页。"),
        "unreachable": _("连不上机关的系统。"), "failed_more": _("您写的都还在这一页，会再试着存。"),
    }  # fmt: skip


def _states() -> dict[str, str]:
    return {
        "opening": _("正在打开"), "saved": _("已保存"), "unsaved": _("未保存"), "saving": _("正在保存"),
        "failed": _("没有存上"), "conflict": _("没有存上"), "closed": _("没有存上"),
    }  # fmt: skip


def _hints() -> dict[str, str]:
    return {
        "choices": _("按回车加下一个；多行文字可以一次贴进来。"),
        "count": _("指一道数字题，如 ${headcount}。空着，就由检查人员增减。"),
        "calculate": _("如 sum(${pay}) 或 ${a} + ${b}。"),
        "choice_filter": _("如 区 = ${district}：选项的“区”列与那道题的回答相同。"),
        "name": _("别的题和导出的表用它指这道题。公布以后不要改。"),
    }


def _named(names: dict[str, str]) -> dict[str, str]:
    return {name: _(word) for name, word in names.items()}
