"""What is wrong in a form that somebody wrote, in words: what it is, and what to do."""

from collections.abc import Callable

from webapp.forms.workbook import Fault

Say = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extraction looks for
    """Marks a sentence for extraction; `say` translates it when it is used."""
    return text


FAULTS = {
    "kind": N_("不是 XLSX 文件。请用电子表格软件另存为 .xlsx。"),
    "old": N_("是旧格式 .xls。请用电子表格软件另存为 .xlsx。"),
    "locked": N_("文件有密码保护。请去掉密码后重新保存。"),
    "large": N_("文件过大：最多 5 MB，展开后最多 40 MB；或者格式过多。请把内容复制到新工作簿。"),
    "heavy": N_(
        "读这个文件要的时间或内存太多，没有读完。请另存为新的工作簿，删去空行空列和多余的工作表，再上传。"
    ),
    "unreadable": N_("文件损坏，读不出来。请用电子表格软件打开后重新保存。"),
    "no_survey": N_("没有 survey 工作表。请把题目所在的工作表命名为 survey。"),
    "head_missing": N_("第一行缺少列名：{name}。"),
    "head_twice": N_("两列说的是同一件事：{name}。请删去一列。"),
    "pyxform": N_("pyxform 的说明：{said}"),
    "many": N_("题目、选项或引用过多：一张表最多 5000 道题、20000 个选项、40000 处引用。"),
    "long": N_("“{name}”的文字过长：最多 5000 个字。"),
    "name": N_("名称“{name}”不合格：要以字母或汉字开头，只用字母、汉字、数字和 _ - .。"),
    "nameless": N_("这一行没有名称。"),
    "typeless": N_("这一行没有题型。"),
    "labelless": N_("“{name}”没有题目文字，也没有提示。"),
    "twice": N_("名称“{name}”已经用过。请改名。"),
    "reserved": N_("“{name}”是保留的名称。请改名。"),
    "choice_twice": N_("选项名称“{name}”在同一列表里重复。请改名。"),
    "blank": N_("选项名称“{name}”是空的或含有空格。请改用不含空格的名称。"),
    "begun": N_("“{name}”的 begin 没有对应的 end。"),
    "ended": N_("end {name} 没有对应的 begin。"),
    "nested": N_("分组套得太深。"),
    "uncalculated": N_("“{name}”没有写算式。"),
    "no_question": N_("引用的题目“{name}”不存在。"),
    "ambiguous": N_("有几道题都叫“{name}”，不知道引用的是哪一道。请改名。"),
    "braces": N_("引用的写法不对：应为 ${{名称}}，用半角符号。"),
    "type": N_("“{name}”的题型 {said} 不支持。"),
    "external": N_("“{name}”（{said}）要用表格以外的数据，检查表不支持。请把选项写进 choices 工作表。"),
    "last_saved": N_("“{name}”要用上一份回答（last-saved），检查表不支持。"),
    "search": N_("“{name}”的 search() 要用表格以外的数据，检查表不支持。请把选项写进 choices 工作表。"),
    "repeat_choices": N_("“{name}”的选项取自重复组里的回答，检查表不支持。请把选项写进 choices 工作表。"),
    "trigger": N_("“{name}”：不支持 trigger。请改用 calculate（随时重算）或 default。"),
    "geometry": N_("“{name}”（{said}）要记录位置或计算图形，检查表不支持。到场位置由手机另行记录。"),
    "media": N_("“{name}”（{said}）要拍照、录音或收文件，检查表不支持。照片请用 photo 列。"),
    "entities": N_("不支持 entities 工作表。"),
    "choices": N_("选项列表“{name}”是空的，或者没有。"),
    "photo": N_("photo 列不认识“{name}”：只能是 none、allowed、required、required_when_failed。"),
    "verdict": N_("verdict 列的“{name}”不是这道题的选项。"),
    "circular": N_("题目互相依赖，绕成了圈：{name}"),
    "otherwise": N_("表达式里的写法要改（{name}）：{said}"),
    "empty": N_("survey 工作表里没有题目。"),
    "gap": N_("前面空了 60 多行，从这一行起读不到。请删去空行。"),
    "sign": N_("表达式里有不认识的符号“{name}”：{said}"),
    "unfinished": N_("表达式没有写完：{said}"),
    "expected": N_("表达式在“{name}”处不合格式：{said}"),
    "unknown_function": N_("没有 {name}() 这个函数：{said}"),
    "refused_function": N_("不支持 {name}()：它要用外部数据、随机数或图形，同一份回答不会总是同一个结果。"),
    "arguments": N_("{name}() 的参数个数不对：{said}"),
    "reference": N_("{name}() 里要写题目的引用：{said}"),
    "unknown_reference": N_("没有题目“{name}”（如果是文字，请加引号）：{said}"),
    "pattern": N_("regex() 的式子要直接写出，只用各种语言都一样的写法：{said}"),
    "deep": N_("表达式套得太深：{said}"),
    "long_expression": N_("表达式过长：最多 10000 个字符。"),
}


def words(fault: Fault, say: Say) -> str:
    """One fault in one sentence, with its place."""
    told = sentence(fault, say)
    return (
        say(N_("{place}：{sentence}")).format(place=place(fault, say), sentence=told) if fault.sheet else told
    )


def sentence(fault: Fault, say: Say) -> str:
    """What is wrong and what to do, without its place."""
    return say(FAULTS[fault.code]).format(name=fault.name, said=fault.said)


def place(fault: Fault, say: Say) -> str:
    """Where it stands: the sheet, the row as the spreadsheet counts, the column."""
    row = say(N_("第 {row} 行")).format(row=fault.row) if fault.row else ""
    return " ".join(part for part in (fault.sheet, row, fault.column) if part)
