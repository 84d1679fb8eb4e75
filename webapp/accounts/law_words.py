"""What each setting is called, what it decides, and how its values and faults are said."""

from typing import Any

from webapp.accounts.law_rules import SETTINGS, Law, Setting, held, typed
from webapp.words import _, _l

GROUPS_SAID = {
    "publication": _l("公示"),
    "feedback": _l("告知检查对象"),
    "objection": _l("异议、撤回和提醒"),
    "plan": _l("计划和比例"),
    "draw": _l("抽取和检查组"),
    "history": _l("以往的情况怎样影响抽取"),
    "visit": _l("到场和签字"),
    "signs": _l("要问一句的疑点"),
    "keeping": _l("保管和照片"),
    "validity": _l("文件的效力"),
}
NAMES = {
    "publication_days": _l("公示期限"),
    "publication_day_kind": _l("公示期限按什么日子算"),
    "publication_start": _l("公示期限从哪天起算"),
    "publication_exception": _l("可以依法不公示"),
    "publicity_days": _l("公示期"),
    "publicity_day_kind": _l("公示期按什么日子算"),
    "feedback_days": _l("告知期限"),
    "feedback_day_kind": _l("告知期限按什么日子算"),
    "feedback_start": _l("告知期限从哪天起算"),
    "feedback_before_publish": _l("先告知、后公示"),
    "objection_days": _l("异议期限"),
    "objection_day_kind": _l("异议期限按什么日子算"),
    "objection_start": _l("异议期限从哪天起算"),
    "withdrawal_days": _l("撤回期限"),
    "withdrawal_day_kind": _l("撤回期限按什么日子算"),
    "soon_days": _l("提前多少天提醒"),
    "plan_due": _l("年度计划的截止日"),
    "minimum_ratio_bp": _l("最低抽查比例"),
    "minimum_ratio_base": _l("比例以什么为基数"),
    "yearly_cap": _l("同一对象每年最多检查次数"),
    "risk_scale": _l("风险分类用哪一种"),
    "risk_share_bp": _l("按风险抽取的比例"),
    "pair_minimum": _l("检查组最少人数"),
    "lent_inspectors": _l("可以跨区调人"),
    "draw_witnesses": _l("抽取时要有见证人"),
    "names_before_visit": _l("检查以前公开抽中的名称"),
    "platform": _l("规定使用的平台"),
    "tickets": _l("一般对象的签数"),
    "tickets_complaints": _l("有投诉举报的加签"),
    "tickets_abnormal": _l("列入经营异常名录的加签"),
    "tickets_dishonest": _l("严重违法失信的加签"),
    "tickets_penalties": _l("受过行政处罚的加签"),
    "tickets_grade_c": _l("守法诚信 C 级的加签"),
    "tickets_found": _l("上年查出问题的加签"),
    "tickets_clean": _l("上年无处罚无问题的减签"),
    "tickets_grade_a": _l("守法诚信 A 级的减签"),
    "clean_cap": _l("上年无处罚无问题的，今年最多检查次数"),
    "cap_lifted_by_complaint": _l("有投诉举报的不受次数限制"),
    "approval_needed": _l("检查要先审批"),
    "unannounced_checks": _l("可以不事先告知"),
    "scan_needed": _l("检查前要扫检查对象的码"),
    "signing_photo": _l("签字时要拍照"),
    "training_needed": _l("检查以前要完成练习"),
    "training_months": _l("练习多久以内算数"),
    "sign_far_metres": _l("离登记地址多远算远"),
    "sign_answer_seconds": _l("每题至少要用多久"),
    "sign_run_answers": _l("一口气答了多少题"),
    "sign_run_seconds": _l("两题相隔多久以内算一口气"),
    "sign_same_answers": _l("多少题全答成一样"),
    "sign_late_hours": _l("到场以后多久才填算补填"),
    "sign_photo_likeness": _l("两张照片多像算同一张"),
    "sign_photos_placeless": _l("多少张照片没有定位"),
    "sign_overlap_minutes": _l("同一人两处检查重叠多久"),
    "retention_years": _l("档案保管年限"),
    "photo": _l("照片"),
    "photo.max_edge": _l("照片长边"),
    "photo.quality": _l("照片质量"),
    "photo.max_bytes": _l("照片大小上限"),
    "valid_from": _l("文件施行日期"),
    "valid_until": _l("文件失效日期"),
    "validity_years": _l("文件有效期"),
}
MEANINGS = {
    "publication_days": _l("检查结果最迟在多少天内向社会公示。"),
    "publication_day_kind": _l("工作日不含周末和法定节假日。"),
    "publication_start": _l("一次检查结束，还是整个抽查任务结束。"),
    "publication_exception": _l("涉及国家秘密、商业秘密、个人隐私等依法不宜公开的，可以不公示。"),
    "publicity_days": _l("先公示、后反馈的，公示至少多少天，期满才反馈。先告知的不适用。"),
    "publicity_day_kind": _l("工作日不含周末和法定节假日。"),
    "feedback_days": _l("检查结果最迟在多少天内告知检查对象。先公示的，从公示期满起算。"),
    "feedback_day_kind": _l("工作日不含周末和法定节假日。"),
    "feedback_before_publish": _l("“是”：告知检查对象以后才公示。“否”：先公示，再反馈。"),
    "feedback_start": _l("一次检查结束，还是整个抽查任务结束。空着按检查结束。"),
    "objection_days": _l("检查对象最迟在多少天内可以提出异议。"),
    "objection_day_kind": _l("工作日不含周末和法定节假日。"),
    "objection_start": _l("告知之日，还是公示之日。"),
    "withdrawal_days": _l("公示的结果被撤销、变更以后，最迟在多少天内撤回。"),
    "withdrawal_day_kind": _l("工作日不含周末和法定节假日。"),
    "soon_days": _l("期限还有多少天（自然日）时列为快到期。空着是 7 天。"),
    "plan_due": _l("每年这一天以前，下一年度的抽查计划要制定好。"),
    "minimum_ratio_bp": _l("每年至少抽查多少。"),
    "minimum_ratio_base": _l("上面的比例是谁的百分之几。"),
    "yearly_cap": _l("一次上门查多个事项，只算一次。"),
    "risk_scale": _l("企业信用风险分类 A—D，或劳动保障守法诚信等级 A—C；两种都会保存。"),
    "risk_share_bp": _l("抽取的对象中，按风险分类抽取的至少占多少。"),
    "pair_minimum": _l("不得少于两人。"),
    "lent_inspectors": _l("检查人员可以从别的区调来，要有授权。"),
    "draw_witnesses": _l("抽取的过程要有人在场见证，并记录。"),
    "names_before_visit": _l(
        "“是”：抽取文件里直接写名称。“否”或没有规定：检查以前只公布加盐的指纹，检查以后逐户公开。"
    ),
    "platform": _l("文件规定抽取和录入必须使用的系统；没有规定就空着。"),
    "tickets": _l("签越多，抽到的机会越大。空着是 1；要给人减签，就写得大一些，如 4。"),
    "tickets_complaints": _l("名录库里有投诉举报的，多几签。"),
    "tickets_abnormal": _l("名录库里列入经营异常名录的，多几签。"),
    "tickets_dishonest": _l("名录库里列入严重违法失信名单的，多几签。"),
    "tickets_penalties": _l("名录库里有行政处罚的，多几签。"),
    "tickets_grade_c": _l("劳动保障守法诚信等级为 C 级的，多几签。"),
    "tickets_found": _l("本机构上一年检查、结果不是“未发现问题”的，多几签。"),
    "tickets_clean": _l("没有处罚、不在名单上、上一年也没有查出问题的，少几签；最少一签。"),
    "tickets_grade_a": _l("劳动保障守法诚信等级为 A 级的，少几签；最少一签。"),
    "clean_cap": _l("没有处罚、不在名单上、上一年也没有查出问题的对象，今年最多检查几次。"),
    "cap_lifted_by_complaint": _l("“是”：名录库里有投诉举报的，到了次数上限仍可以抽。"),
    "approval_needed": _l(
        "“是”：每次检查要有另一个人批准和送达的通知书，没有的列为档案缺项；检查组的手机不会因此停用。"
    ),
    "unannounced_checks": _l("“是”：可以到场时才送达通知书。没有规定或“否”的，每次要写明理由。"),
    "scan_needed": _l("“是”：没有扫码、也没有写明扫不了的原因的，不能签字（扫码入企）。"),
    "signing_photo": _l("“是”：检查对象在手机上签字以后，要拍下签字人和手机，才能封存。"),
    "training_needed": _l("“是”：没有完成练习的，在本人的手机上和督导员的名单里注明；不妨碍检查。"),
    "training_months": _l("完成练习以后多少个月算数；没有规定的，一直算数。"),
    "sign_far_metres": _l(
        "到场和照片的定位，减去误差，都比这远，就列为疑点。空着是 1000 米；填 0 不看这一项。"
    ),
    "sign_answer_seconds": _l("两个人分着答的，时间加倍算。空着是 8 秒；填 0 不看这一项。"),
    "sign_run_answers": _l("同一个人连着答了这么多题，中间没有停。空着是 15 题；填 0 不看这一项。"),
    "sign_run_seconds": _l("空着是 3 秒；填 0 不看这一项。"),
    "sign_same_answers": _l(
        "合格、不合格、不适用全是同一个，也没有一句备注。空着是 20 题；填 0 不看这一项。"
    ),
    "sign_late_hours": _l("八成以上的题目在到场这么久以后才填。空着是 24 小时；填 0 不看这一项。"),
    "sign_photo_likeness": _l(
        "缩小、压缩、调亮的也能认出来；在同一次检查的两道题里、在本机构的另一次检查里都看。空着是 97%；填 0 不看这一项。"
    ),
    "sign_photos_placeless": _l("一次检查里这么多张照片没有定位，就列为疑点。空着是 3 张；填 0 不看这一项。"),
    "sign_overlap_minutes": _l(
        "同一个人在两处检查的时间重叠这么久，就列为疑点。空着是 10 分钟；填 0 不看这一项。"
    ),
    "retention_years": _l("归档以后保管多少年，按机构的档案保管期限表。"),
    "photo.max_edge": _l("拍照时缩小到的长边；越大越清楚，上传越慢。"),
    "photo.quality": _l("JPEG 的质量，85 已看不出差别。"),
    "photo.max_bytes": _l("一张照片最大多少字节，4194304 是 4 MB。"),
    "valid_from": _l("本机构的实施细则或方案从哪天起施行。"),
    "valid_until": _l("文件写明到哪天为止；没有写明就空着。"),
    "validity_years": _l("文件写明有效几年；没有写明就空着。"),
}
UNITS = {
    "publication_days": _l("天"),
    "publicity_days": _l("天"),
    "feedback_days": _l("天"),
    "objection_days": _l("天"),
    "withdrawal_days": _l("天"),
    "soon_days": _l("天"),
    "minimum_ratio_bp": "%",
    "risk_share_bp": "%",
    "yearly_cap": _l("次"),
    "pair_minimum": _l("人"),
    **{name: _l("签") for name in SETTINGS if name.startswith("tickets")},
    "clean_cap": _l("次"),
    "sign_far_metres": _l("米"),
    "sign_answer_seconds": _l("秒"),
    "sign_run_answers": _l("题"),
    "sign_run_seconds": _l("秒"),
    "sign_same_answers": _l("题"),
    "sign_late_hours": _l("小时"),
    "sign_photo_likeness": "%",
    "sign_photos_placeless": _l("张"),
    "sign_overlap_minutes": _l("分钟"),
    "retention_years": _l("年"),
    "training_months": _l("个月"),
    "photo.max_edge": _l("像素"),
    "photo.max_bytes": _l("字节"),
    "validity_years": _l("年"),
}
CHOICES = {
    "working": _l("工作日"),
    "calendar": _l("自然日"),
    "inspection_end": _l("检查结束"),
    "task_end": _l("抽查任务结束"),
    "told": _l("告知之日"),
    "published": _l("公示之日"),
    "item_subjects": _l("该事项的检查对象"),
    "market_subjects": _l("全部市场主体"),
    "enterprises": _l("企业"),
    "credit": _l("企业信用风险分类（A—D）"),
    "labour": _l("劳动保障守法诚信等级（A—C）"),
    "yes": _l("是"),
    "no": _l("否"),
}
FAULTS = {
    "needed": _l("没有填写。这一项不能空着。"),
    "whole": _l("要填 %(minimum)s 到 %(maximum)s 之间的整数。"),
    "percent": _l("要填 0 到 100 之间的数，最多两位小数。"),
    "choice": _l("请从列出的选项中选择。"),
    "yes_no": _l("请选择“是”或“否”。"),
    "date": _l("要填日期，例如 2026-11-28。"),
    "month_day": _l("要填每年都有的月和日，例如 11-30。"),
    "text": _l("太长，请写 200 个字以内。"),
    "long": _l("太长，请缩短。"),
    "partner": _l("填了期限或比例，这一项也要填。"),
    "order": _l("失效日期不能早于施行日期。"),
    "unfounded": _l("改了内容，请写明依据的条款，或在说明里写明理由。"),
}


def said(name: str, law: Law) -> str:
    """A setting's value in words, with its unit."""
    setting = SETTINGS[name]
    text = typed(setting, law)
    if not text:
        return str(_("未规定"))
    if setting.kind in ("choice", "yes_no"):
        return str(CHOICES.get(text, text))
    unit = str(UNITS.get(name, ""))
    return text + (unit if unit == "%" else f" {unit}").rstrip()


def fault(setting: Setting | None, code: str) -> str:
    """A fault in words; `setting` is None for a clause or a note."""
    limits = {"minimum": setting.minimum, "maximum": setting.maximum} if setting else {}
    text = str(FAULTS[code])
    return text % limits if "%(" in text else text


def parts(name: str, law: Law) -> list[str]:
    """What a setting with several values says, each with its name; of an ordinary one its only value."""
    own = [part for part in SETTINGS if part == name or part.startswith(f"{name}.")]
    if own == [name]:
        return [said(name, law)]
    return [f"{NAMES[part]} {said(part, law)}" for part in own]


def differences(old: Law, new: Law, names: list[str]) -> list[dict[str, Any]]:
    """What changed from one version to the next, setting by setting, in words."""
    return [
        {
            "name": NAMES[name],
            "before": parts(name, old),
            "after": parts(name, new),
            "same": _values(name, old) == _values(name, new),
        }
        for name in names
        if name in NAMES
    ]


def _values(name: str, law: Law) -> Any:
    return held(law, name)
