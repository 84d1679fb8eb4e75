"""What is wrong in a form that somebody wrote, in words: what it is, and what to do."""

from collections.abc import Callable

from webapp.forms.xlsform import Fault

Say = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extraction looks for
    """Marks a sentence for extraction; `say` translates it when it is used."""
    return text


FAULTS = {
    "kind": N_("不是 XLSX 文件。请用电子表格软件另存为 .xlsx。"),
    "large": N_("文件过大：最多 5 MB，展开后最多 40 MB。"),
    "heavy": N_(
        "读这个文件要的时间或内存太多，没有读完。请另存为新的工作簿，删去空行空列和多余的工作表，再上传。"
    ),
    "unreadable": N_("文件损坏，读不出来。请用电子表格软件打开后重新保存。"),
    "pyxform": N_("pyxform 的说明：{said}"),
    "many": N_("题目过多：一张表最多 5000 道。"),
    "long": N_("“{name}”的文字过长：最多 5000 个字。"),
    "type": N_("“{name}”的题型 {said} 不支持。"),
    "external": N_("“{name}”（{said}）要用表格以外的数据，检查表不支持。请把选项写进 choices 工作表。"),
    "geometry": N_("“{name}”（{said}）要记录位置或计算图形，检查表不支持。到场位置由手机另行记录。"),
    "media": N_("“{name}”（{said}）要拍照、录音或收文件，检查表不支持。照片请用 photo 列。"),
    "audit": N_("不支持 audit：每次作答的时间和人已经记在日志里。"),
    "entities": N_("不支持 entities 工作表。"),
    "choices": N_("选项列表“{name}”是空的，或者没有。"),
    "photo": N_("photo 列不认识“{name}”：只能是 none、allowed、required、required_when_failed。"),
    "verdict": N_("verdict 列的“{name}”不是这道题的选项。"),
    "circular": N_("题目互相依赖，绕成了圈：{name}"),
    "sign": N_("表达式里有不认识的符号“{name}”：{said}"),
    "unfinished": N_("表达式没有写完：{said}"),
    "expected": N_("表达式在“{name}”处不合格式：{said}"),
    "unknown_function": N_("没有 {name}() 这个函数：{said}"),
    "refused_function": N_("不支持 {name}()：它要用外部数据、随机数或图形，同一份回答不会总是同一个结果。"),
    "arguments": N_("{name}() 的参数个数不对：{said}"),
    "reference": N_("{name}() 里要写题目的引用：{said}"),
    "unknown_reference": N_("没有题目“{name}”：{said}"),
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
