"""What a check of a draw found, in words; for the command and, as data, for the page that checks in the browser."""

from collections.abc import Callable
from typing import Any

from webapp.draw.terms import Fault

Say = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extraction looks for
    """Marks a sentence for extraction; `say` translates it when it is used."""
    return text


_BAD_LIST = N_("名单不合格式：{at}")
_LIST_ORDER = N_("名单没有按编号排列：{at}")
_LIST_TWICE = N_("名单中有人重复：{at}")
_LIST_HASH = N_("名单与规则中写明的指纹不符")
_EARLY = N_("种子还没有公布，文件里却已经有抽取结果")

FAULTS = {
    "file json": N_("读不出来：不是抽取文件，或者没有下载完"),
    "file version": N_("不是 yidang-draw-1 格式的抽取文件"),
    "file shape": N_("内容不全或不合格式：{at}"),
    "file layout": N_("文件被改写过：字节与写出时不同"),
    "file hash": N_("文件的内容与它自己的指纹不符"),
    "rules shape": N_("规则不全或不合格式：{at}"),
    "rules value": N_("规则不成立：{at}"),
    "rules differs": N_("文件开头写的与规则里的不同：{at}"),
    "rules hash": N_("规则与冻结时的指纹不符"),
    "pool empty": N_("名录是空的"),
    "pool line": N_("名录第 {at} 行不合格式"),
    "pool order": N_("名录第 {at} 行没有按编号排列"),
    "pool twice": N_("名录第 {at} 行的对象重复"),
    "pool nfc": N_("名录里的文字不是规范的写法（NFC）"),
    "pool weight": N_("名录第 {at} 行的签数超出规则"),
    "pool blind": N_("名录第 {at} 行应当隐去编号"),
    "pool hash": N_("名录与冻结时的指纹不符"),
    "inspectors shape": _BAD_LIST,
    "inspectors order": _LIST_ORDER,
    "inspectors twice": _LIST_TWICE,
    "inspectors hash": _LIST_HASH,
    "experts shape": _BAD_LIST,
    "experts order": _LIST_ORDER,
    "experts twice": _LIST_TWICE,
    "experts hash": _LIST_HASH,
    "sources named": N_("来源与冻结前写明的不同"),
    "sources text": N_("来源的数字写法不对：{at}"),
    "sources sealed": N_("公开的数字与事先封存的不符，或者没有公开：{at}"),
    "sources empty": N_("所有来源都没有数字"),
    "sources seed": N_("种子不是由各来源的数字连成的"),
    "key differs": N_("抽签钥与重新计算的不同"),
    "strata differs": N_("「{at}」的结果与重新抽取的不同"),
    "strata order": N_("各层的顺序与重新抽取的不同"),
    "strata short": N_("不足的数量与重新计算的不同"),
    "strata early": _EARLY,
    "pairs differs": N_("{at} 的检查组与重新抽取的不同"),
    "pairs order": N_("检查组的顺序与重新抽取的不同"),
    "pairs early": _EARLY,
    "refusals differs": N_("{at} 无法成组的说明与重新计算的不同"),
    "refusals order": N_("无法成组的对象的顺序与重新计算的不同"),
    "refusals early": _EARLY,
    "swaps differs": N_("第 {at} 次更换与重新计算的不同"),
    "swaps unknown": N_("第 {at} 次更换的对象或人员不在抽取结果中"),
    "swaps exhausted": N_("第 {at} 次更换时，这一层已经没有下一个对象"),
    "swaps nobody": N_("第 {at} 次更换时，没有人可以接替"),
    "swaps approver": N_("更换或取消没有第二人批准"),
    "swaps early": _EARLY,
    "openings differs": N_("公开的编号与抽取时的不符：{at}"),
    "openings early": _EARLY,
    "announced differs": N_("与冻结时公布的不同：{at}"),
}

STEPS = {
    "file": N_("文件"),
    "rules": N_("规则"),
    "pool": N_("名录"),
    "inspectors": N_("检查人员名单"),
    "experts": N_("专家名单"),
    "sources": N_("种子"),
    "key": N_("抽签钥"),
    "strata": N_("抽取对象"),
    "pairs": N_("检查组"),
    "refusals": N_("无法成组"),
    "swaps": N_("更换"),
    "openings": N_("公开编号"),
    "announced": N_("公布"),
}

# What the page says where a step came out as it stands in the file, and the labels of what it shows.
RIGHT = {
    "file": N_("文件与写出时一字不差。"),
    "rules": N_("规则的指纹与文件开头写的相同。"),
    "pool": N_("{size} 个对象按编号排列，没有重复；名录的指纹与文件开头写的相同。"),
    "inspectors": N_("{size} 人，与规则中写明的指纹相同。"),
    "experts": N_("{size} 人，与规则中写明的指纹相同。"),
    "sources": N_("{size} 个来源都与冻结前写明的相同；它们的数字依次连成种子。"),
    "key": N_("由抽取编号、名录指纹、规则指纹和种子重新算出，与文件相同。"),
    "strata": N_("{size} 个对象的签全部重新算过，{strata} 层共抽出 {drawn} 个，与文件相同。"),
    "pairs": N_("{size} 个检查组按已有任务数和签号重新配过，与文件相同。"),
    "refusals": N_("{size} 个对象无法成组，原因与文件相同。"),
    "swaps": N_("{size} 次更换都由下一顺位接替，与文件相同。"),
    "openings": N_("{size} 个编号与抽取时隐去的相符。"),
}
PAGE = {
    "right": N_("与抽取时一致"),
    "right_more": N_("每一步都重复了一遍，结果与文件完全相同。"),
    "wrong": N_("与抽取时不一致"),
    "wrong_more": N_("有 {size} 处不对，见下面打叉的步骤。请向机构索取原来的文件再核验。"),
    "announced": N_("已冻结，尚未抽取"),
    "announced_more": N_("名录和规则已经固定，种子还没有公布。抽取以后用新的文件再核验。"),
    "cancelled": N_("这次抽取已经取消：{reason}（{asked}提出，{approved}批准，{time}）"),
    "compare": N_("这两个指纹要与冻结时公布的一致，种子的数字要与开奖公告一致：那就说明抽取前后都没有换过。"),
    "busy": N_("正在重复：{step}…"),
    "unreadable": N_("文件打不开。请重新选择。"),
    "unreachable": N_("取不到这个文件。请下载以后再选择。"),
    "passed": N_("一致"),
    "found": N_("不一致"),
    "skipped": N_("未核验"),
    "skipped_more": N_("前面的步骤不对，这一步没有重复。"),
    "id": N_("抽取编号"),
    "bureau": N_("机构"),
    "items": N_("抽查事项"),
    "frozen": N_("冻结时间"),
    "window": N_("检查期间"),
    "pool_hash": N_("名录指纹"),
    "rules_hash": N_("规则指纹"),
    "seed": N_("种子"),
    "key": N_("抽签钥"),
    "whole_rules": N_("全部规则"),
    "stratum": N_("层"),
    "size": N_("对象"),
    "quota": N_("抽取"),
    "drawn": N_("抽中的对象"),
    "ticket": N_("签号"),
    "subject": N_("检查对象"),
    "team": N_("检查人员（当时已有的任务数）"),
    "reason": N_("原因"),
    "out": N_("换下"),
    "in": N_("接替"),
    "asked": N_("提出"),
    "approved": N_("批准"),
    "fit": N_("合适的 {size} 人"),
    "more": N_("另有 {size} 行，见文件。"),
    "not_opened": N_("没有公开"),
}
UNFIT = {
    "inactive": N_("停用 {size} 人"),
    "credential": N_("执法证不在有效期 {size} 人"),
    "scope": N_("不在事项范围 {size} 人"),
    "region": N_("不在本区域、没有借调文书 {size} 人"),
    "recused": N_("回避 {size} 人"),
    "full": N_("任务已满 {size} 人"),
}


def said(fault: Fault, say: Say = str) -> str:
    """One fault in words, with its step before it."""
    words = FAULTS[f"{fault['step']} {fault['code']}"]
    # What stands in a file of somebody's making is shown, never run by a terminal.
    at = "".join(letter if letter.isprintable() else "\ufffd" for letter in fault["at"][:120])
    return f"{say(STEPS[fault['step']])}：{say(words).format(at=at)}"


def words_of_page(say: Say) -> dict[str, Any]:
    """Every sentence of the page in the language of `say`."""
    parts = {"faults": FAULTS, "steps": STEPS, "right": RIGHT, "page": PAGE, "unfit": UNFIT}
    return {part: {name: say(text) for name, text in texts.items()} for part, texts in parts.items()}
