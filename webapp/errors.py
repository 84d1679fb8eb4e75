"""Every error that a person can meet: its code, its status, what happened and what to do next, in one place."""

import logging
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from webapp.db import db
from webapp.public import is_public

log = logging.getLogger(__name__)
RETRY_SECONDS = "5"
# In a request's environment: the code of the error that it ended with.
REFUSED = "yidang.refused"

CATALOGUE: dict[str, tuple[int, Any, Any]] = {
    # the door
    "login_failed": (401, _l("用户名或密码不对。"), _l("请再试一次；忘了密码，请找本机构的管理员。")),
    "desk_closed": (
        401,
        _l("在手机上打开的办公页面，过一段时间会自动关闭。"),
        _l("请再用密码登录一次；手机上的检查不受影响。"),
    ),
    "login_needed": (401, _l("登录已过期。"), _l("请重新登录；手机上的内容都在。")),
    "password_first": (
        403,
        _l("这是初始密码，要先换成自己的密码。"),
        _l("请用浏览器打开本站的登录页面，登录后按提示更换。"),
    ),
    "second_needed": (
        403,
        _l("还要验证一次。"),
        _l("请输入验证器上的 6 位数字，或者一个恢复码。"),
    ),
    "second_wrong": (
        401,
        _l("验证码不对，或者已经用过。"),
        _l("请等验证器上出现新的数字再输入；手机丢了，可以用一个恢复码。"),
    ),
    "totp_wrong": (
        422,
        _l("数字不对，或者已经过期。"),
        _l("请等应用里出现新的数字再输入；总是不对的，请把手机的时间设为自动。"),
    ),
    "second_first": (
        403,
        _l("您的角色要求二次验证，还没有设置。"),
        _l("请用电脑打开本站登录，按提示设置通行密钥或验证器，再登录手机。"),
    ),
    "second_late": (401, _l("时间过长，登录没有完成。"), _l("请重新输入用户名和密码。")),
    "second_last": (
        422,
        _l("本机构要求您的角色有二次验证，最后一样不能移除。"),
        _l("请先设置另一样，再移除这一样。"),
    ),
    "policy_idle_minutes": (422, _l("分钟数不对。"), _l("请写 5 到 480 之间的整数。")),
    "policy_hours": (422, _l("小时数不对。"), _l("请写 1 到 24 之间的整数。")),
    "passkey_failed": (
        422,
        _l("通行密钥没有设置成。"),
        _l("请再试一次；同一个通行密钥不能设置两次，一个人最多十个。"),
    ),
    "key_refused": (
        401,
        _l("这台手机不能自动登录。"),
        _l("请用密码登录一次；手机上的内容都在。"),
    ),
    "password_again": (403, _l("这一步要刚用密码登录过。"), _l("请用密码重新登录，再试一次。")),
    "not_allowed": (403, _l("您的账号不能做这件事。"), _l("需要时请找本机构的管理员。")),
    "csrf": (400, _l("页面已过期。"), _l("请刷新页面，再做一次。")),
    "host_unknown": (400, _l("这个网址不是本系统的。"), _l("请用单位公布的网址打开。")),
    "too_many": (429, _l("尝试太频繁。"), _l("请过几分钟再试。")),
    "device_revoked": (403, _l("这台手机已被停用。"), _l("未上传的内容都还在，请找本机构的管理员。")),
    "device_differs": (409, _l("这台手机的登记信息与原来不同。"), _l("请作为新手机重新登记。")),
    "device_unproved": (
        403,
        _l("这台手机没有用自己的密钥及时答复，登录没有完成。"),
        _l("请再登录一次；信号不好时，请换一个地方。"),
    ),
    "device_needed": (403, _l("这台手机还没有登记。"), _l("请在手机上重新登录。")),
    "key_lost": (
        422,
        _l("机关打不开这台手机的钥匙。"),
        _l("手机上的内容都还在，请不要清除数据，把手机交给本机构的管理员。"),
    ),
    # accounts
    "name_needed": (422, _l("没有填写姓名。"), _l("请填写执法证或身份证上的姓名。")),
    "name_wrong": (422, _l("姓名太长，或含有不能显示的字符。"), _l("请写 50 个字以内。")),
    "username_needed": (422, _l("没有填写用户名。"), _l("可以用姓名的拼音或工号。")),
    "username_wrong": (
        422,
        _l("用户名只能用小写字母、数字和 . _ -，2 到 64 个字符。"),
        _l("要以字母或数字开头。"),
    ),
    "username_taken": (409, _l("这个用户名已被使用。"), _l("请换一个，例如加上单位的缩写。")),
    "roles_needed": (422, _l("没有选择角色。"), _l("至少选一个。")),
    "roles_wrong": (422, _l("没有这样的角色。"), _l("请从列出的角色中选择。")),
    "roles_separate": (
        422,
        _l("系统管理员、安全管理员、审计管理员要由不同的人担任（三员分立）。"),
        _l("这三个角色，一个人只能有一个。"),
    ),
    "roles_own": (403, _l("不能给自己角色，也不能收回自己的角色。"), _l("请另一位安全管理员办。")),
    "own_account": (403, _l("不能在这里改自己的账号。"), _l("自己的密码和二次验证，在“我的账号”里改。")),
    "grants_none": (422, _l("没有选择要给角色的人。"), _l("请至少勾选一个人。")),
    "grants_changed": (
        409,
        _l("您看的时候，建议的角色有了变化。"),
        _l("请刷新页面，看一遍最新的名单，再办。"),
    ),
    "last_admin": (
        409,
        _l("这是本机构最后一个在用的系统管理员、安全管理员或审计管理员。"),
        _l("请先让另一个人担任，再停用这个账号或去掉它的角色。"),
    ),
    "password_wrong": (422, _l("现在的密码不对。"), _l("请再试一次；忘了密码，请找本机构的管理员重置。")),
    "password_short": (422, _l("密码不到 12 个字符。"), _l("可以用几个不相关的词连起来，好记也难猜。")),
    "password_long": (422, _l("密码超过 256 个字符。"), _l("请短一些。")),
    "password_is_name": (422, _l("密码不能是用户名。"), _l("请换一个别人猜不到的。")),
    "password_common": (
        422,
        _l("这个密码太常见，会最先被人试到。"),
        _l("可以用几个不相关的词连起来，好记也难猜。"),
    ),
    "password_plain": (
        422,
        _l("密码里要有大写、小写、数字、符号中的三类。"),
        _l("本机构按网络安全等级保护三级管理密码。"),
    ),
    "password_before": (422, _l("这个密码最近用过。"), _l("不能与最近五个密码相同，请换一个。")),
    "password_same": (422, _l("新密码与现在的密码相同。"), _l("请换一个。")),
    "password_differs": (422, _l("两次输入的新密码不一样。"), _l("请再输一次。")),
    "reset_reason": (
        422,
        _l("没有写怎样核实了是本人。"),
        _l("请当面或用单位登记的电话核实，写明办法；会记入变更记录和审计日志。"),
    ),
    "phone_reason": (422, _l("没有写明原因。"), _l("原因会记入账号的变更记录。")),
    "device_unknown": (404, _l("这个人没有登记过这台手机。"), _l("请刷新页面看最新的列表。")),
    # settings
    "law_changed": (
        409,
        _l("您填写的时候，设置已被别人改过。"),
        _l("您填的内容都在，请对照最新的版本看一遍，再保存。"),
    ),
    "law_same": (422, _l("没有改动。"), _l("改了内容再保存；不改就不必保存。")),
    "law_day": (422, _l("没有填写生效日期。"), _l("请选择今天或以后的日期。")),
    "law_past": (422, _l("生效日期不能早于今天。"), _l("已经办过的检查按当时的设置，不会改变。")),
    "law_order": (
        422,
        _l("已有一个更晚生效的版本，新的版本不能早于它。"),
        _l("请选择与它同一天或以后的日期。"),
    ),
    # what a subject sends on its own page
    "upload_large": (
        413,
        _l("文件太大。"),
        _l("一个文件最多 10 MB，一次最多 6 个、合计 30 MB。请把照片调小，或者分几次传。"),
    ),
    "upload_many": (422, _l("文件太多。"), _l("一次最多 6 个文件，其余的再传一次。")),
    "upload_full": (
        422,
        _l("这次检查收到的文件已经很多，不能再传。"),
        _l("请联系实施检查的机关，把其余的材料当面交或者邮寄。"),
    ),
    "upload_kind": (
        422,
        _l("只收照片（JPEG、PNG、WebP、HEIC）和 PDF。"),
        _l("Word、Excel 文件请另存为 PDF，也可以拍照或截图。"),
    ),
    "upload_broken": (422, _l("文件打不开。"), _l("可能已损坏或者没有传完整，请换一份，或者拍成照片再传。")),
    "upload_active": (
        422,
        _l("这份 PDF 里有脚本、附件或者会自动执行的内容，不能收。"),
        _l("请打印成不带附件的 PDF，或者拍成照片再传。"),
    ),
    "upload_locked": (422, _l("这份 PDF 加了密码。"), _l("请去掉密码，或者拍成照片再传。")),
    "upload_virus": (422, _l("文件没有通过病毒检查。"), _l("请换一份，或者拍成照片再传。")),
    "rating_empty": (422, _l("还没有评价。"), _l("请至少选一项，或者写几句话。")),
    "rating_many": (
        429,
        _l("这次检查收到的评价已经很多，不能再写。"),
        _l("还有要反映的，请直接联系实施检查的机关。"),
    ),
    "rating_note": (422, _l("没有写处理情况。"), _l("写明向谁了解、了解到什么、怎么处理的。")),
    "receive_name": (422, _l("没有写收件人的姓名。"), _l("请写您自己的姓名，100 个字以内。")),
    "receive_twice": (409, _l("这份文书已经确认收到，不用再确认。"), _l("请刷新页面看最新的情况。")),
    "strokes_wrong": (422, _l("签字没有传完整。"), _l("请重写一次；也可以不签，只写姓名。")),
    "proof_empty": (422, _l("没有写怎么改正的，也没有选文件。"), _l("写几句话，或者传照片，至少要有一样。")),
    "subject_only": (
        403,
        _l("您正登录着机关的账号，这里只有检查对象能办。"),
        _l("代检查对象登记的，请在机关的页面上办；要看检查对象看到的样子，可以只看不填。"),
    ),
    # tables of working days
    "year_needed": (422, _l("没有选择文件。"), _l("请选择一份工作日历文件（JSON）；可以先下载模板。")),
    "year_large": (413, _l("文件太大。"), _l("一年的工作日历不到 64 KB，请确认选对了文件。")),
    "year_json": (422, _l("文件不是 JSON，或者编码不是 UTF-8。"), _l("请下载模板，照样子填，另存为 UTF-8。")),
    "year_shape": (
        422,
        _l("文件里的项目不对。"),
        _l(
            "要有 year（年份）、source（通知的名称）、holidays（放假）和 workdays（调休上班）四项，不多不少。"
        ),
    ),
    "year_year": (422, _l("年份不对。"), _l("要写 2004 到 2100 之间的整数。")),
    "year_date": (
        422,
        _l("有一天写得不对，或者不在这一年。"),
        _l("要写成 2027-01-01；只能是这一年的日子，或者前一年 12 月的。"),
    ),
    "year_twice": (422, _l("有一天写了两次。"), _l("同一天只写一次。")),
    "year_both": (422, _l("有一天既写成放假，又写成上班。"), _l("请按通知只写在一处。")),
    "year_weekend": (
        422,
        _l("有一个调休上班的日子不在周末。"),
        _l("workdays 只写要上班的周六和周日；平常的工作日不用写。"),
    ),
    "year_fixed": (
        422,
        _l("少了一个法定节日。"),
        _l("1 月 1 日、5 月 1 日和 10 月 1 日每年都放假，请照通知补全。"),
    ),
    "year_reason": (
        422,
        _l("没有写明为什么替换。"),
        _l("这一年已经有工作日历，替换后期限会重算；原因会和这一版一起保存。"),
    ),
    "year_same": (422, _l("和现在用的一样，不用载入。"), _l("请确认选对了年份和文件。")),
    # tables that are read in
    "sheet_needed": (422, _l("没有选择文件。"), _l("请选择一个 XLSX 或 CSV 文件。")),
    "sheet_large": (413, _l("文件太大。"), _l("一次最多 2 MB、1000 行，请分成几个文件。")),
    "sheet_kind": (
        422,
        _l("这个文件不是能打开的 XLSX 或 CSV 表格。"),
        _l("请在表格软件中另存为 XLSX，再选一次。"),
    ),
    "sheet_empty": (422, _l("表格里没有内容。"), _l("请从模板开始，第一行是列名，从第二行起一人一行。")),
    "table_large": (
        413,
        _l("表格太大，或者有过长的行。"),
        _l("一次最多约一百万行、250 MB，请分成几个文件。"),
    ),
    "list_large": (413, _l("表格太大。"), _l("这份名录一次最多 5000 行，请分成几个文件。")),
    "columns_missing": (
        422,
        _l("还有必须的列没有说明。"),
        _l("请在下面选好它们的含义，再继续。"),
    ),
    "columns_twice": (422, _l("有两列选了同一个含义。"), _l("每个含义只能选一列；不要的列选“不导入”。")),
    "library_changed": (409, _l("您看预览以后，名录库有了变化。"), _l("已重新比对，请再看一遍预览。")),
    "import_failed": (
        500,
        _l("处理中出错，没有写入任何内容。"),
        _l("请重新开始；仍然出错时，请联系技术人员。"),
    ),
    "import_state": (409, _l("这次导入已经不在这一步。"), _l("请看页面上最新的状态。")),
    "sheet_columns": (422, _l("表格缺少必要的列。"), _l("请用模板的列名。")),
    "sheet_changed": (
        409,
        _l("您看预览的时候，账号有了变化。"),
        _l("下面是最新的预览，请再看一遍，再导入。"),
    ),
    # checklists
    "form_state": (409, _l("这一版检查表已经不在这一步。"), _l("请看页面上最新的状态。")),
    "form_changed": (409, _l("您打开以后，这份草稿又改过了。"), _l("请看一遍最新的内容，再办。")),
    "form_file": (422, _l("没有选择文件。"), _l("请选择一个 XLSForm 工作簿（.xlsx）。")),
    "form_faults": (422, _l("这份检查表有错，没有存入。"), _l("请按下面的说明在文件里改好，再上传。")),
    "form_why": (422, _l("没有写改了什么。"), _l("批准的人要看，以后查的人也要看。")),
    "form_empty": (422, _l("这一版还没有题目。"), _l("先写好题目，再提交。")),
    "form_unfinished": (
        422,
        _l("草稿里还有没改好的地方。"),
        _l("请打开编辑页，按题目旁边的说明改好，再提交。"),
    ),
    "form_wrong": (422, _l("检查表的内容不合格式。"), _l("请按说明改好，再存一次。")),
    "form_same": (409, _l("同样的检查表已经有了。"), _l("请打开那一版看；要改，先改内容和版本号。")),
    "form_version_taken": (
        409,
        _l("这个版本号已经公布过另一份内容。"),
        _l("公布过的不能改：请在 settings 工作表的 version 里换一个版本号。"),
    ),
    "form_name_taken": (
        409,
        _l("这个检查表名称已经用在别的事项上，两张表的回答会混在一起。"),
        _l("请在 settings 工作表的 form_id 里换一个名称。"),
    ),
    "form_own": (403, _l("自己上传或者改过的检查表，自己不能批准。"), _l("请另一个人批准。")),
    "paper_long": (
        422,
        _l("检查表太长，不能一次印出来。"),
        _l("请把它分成几张检查表；要看全部题目，请下载 XLSForm。"),
    ),
    "form_day": (422, _l("没有填好从哪一天起使用。"), _l("请选今天或者以后的日期，最晚两年以内。")),
    # the plan
    "plan_exists": (409, _l("这一年的计划已经有了。"), _l("请打开它修改。")),
    "plan_year": (422, _l("请填写年份。"), _l("如 2027。")),
    "plan_state": (409, _l("计划已经不在这一步。"), _l("请看页面上最新的状态。")),
    "draw_plan": (409, _l("这一版计划已经不是现在公布的一版。"), _l("请从现在公布的计划里选任务。")),
    "draw_year": (422, _l("检查期间不在计划的那一年。"), _l("请改检查开始的日期。")),
    "draw_times": (409, _l("这个任务今年的次数已经抽完。"), _l("要再抽，先按程序修改计划。")),
    "draw_over": (
        409,
        _l("这一批抽出的会超过计划。"),
        _l("请把“本批最多抽”写小，或者先按程序修改计划。"),
    ),
    "draw_pending": (
        409,
        _l("另一次抽取已经冻结，还没有抽。两次都抽到的对象会超过每年次数上限。"),
        _l("请先把那一次抽完，再冻结这一次。"),
    ),
    "draw_batches": (
        422,
        _l("批次没有填对。"),
        _l("批数和每批数量填一个。每批的检查期间一行一批，依次排列，不重叠，都在整个检查期间以内。"),
    ),
    "evidence_kind": (422, _l("证据文件打不开。"), _l("请选择平台给出的 PDF、图片或 XLSX 文件，原样上传。")),
    "list_begun": (
        409,
        _l("已有检查组开始检查，这份名单不能整批撤销。"),
        _l("还没有开始的，请在那次检查的页面上逐个取消，写明原因。"),
    ),
    "list_merged": (
        409,
        _l("名单里有检查已经与别的检查合并（综合查一次）。"),
        _l("请先在那次检查的页面上拆开，再撤销名单。"),
    ),
    "list_paired": (409, _l("这份名单的检查组已经冻结或抽取。"), _l("请先按程序取消那次抽取，再撤销名单。")),
    "list_row": (409, _l("这个对象已经有检查组，或者不在这份名单里。"), _l("请看页面上最新的状态。")),
    "list_pair": (
        422,
        _l("所选的人不能检查这个对象。"),
        _l("请看执法证的有效期、可查事项、区县、专业和回避，另选一组。"),
    ),
    "draw_batch_empty": (
        422,
        _l("有的批次会一个对象也没有。"),
        _l("每一层都按批数分：请减少批数，或者在计划里把层分得粗一些。"),
    ),
    "draw_most": (422, _l("“本批最多抽”要写整数。"), _l("不写，就按计划的比例或数量抽。")),
    "draw_window": (
        422,
        _l("检查期间没有填对。"),
        _l("请填开始和结束的日期，开始不早于今天，结束不早于开始。"),
    ),
    "draw_source": (
        422,
        _l("没有写明公开号码的来源和开奖时间。"),
        _l("例如“双色球 2026135 期”和它的开奖时间。"),
    ),
    "draw_source_early": (422, _l("开奖时间已经过了。"), _l("要用冻结以后才开奖的号码，请选下一期。")),
    "draw_witness": (
        422,
        _l("见证人没有写对。"),
        _l("一行一位：姓名，空格，封存号码的指纹（64 个字符）；姓名不能重复。"),
    ),
    "draw_witness_needed": (
        422,
        _l("本机构的设置要求有见证人，还没有填写。"),
        _l("请至少请一位见证人封存号码。"),
    ),
    "draw_strata": (
        422,
        _l("计划里有两层的名称写出来一样，比例却不同。"),
        _l("请看任务里另定比例的层，把区县或类别的名称写得不同，或者合成一层。"),
    ),
    "draw_empty_stratum": (
        409,
        _l("计划里有的层一个对象也没有。"),
        _l("请看名录库里的等级、区县和类别；确实没有的，勾选“这些层没有对象，照样冻结”。"),
    ),
    "draw_empty": (422, _l("没有可以抽取的对象。"), _l("请看任务的类别和区县，以及名录库里的状态。")),
    "draw_team": (422, _l("哪个区县都组不成检查组。"), _l("请看下面的原因，补充人员名录库或者抽调人员。")),
    "draw_refused": (
        422,
        _l("名录里有写法不能用的内容，不能冻结。"),
        _l("请按下面写的位置改好名录库，再冻结。"),
    ),
    "draw_state": (409, _l("这次抽取已经不在这一步。"), _l("请看页面上最新的状态。")),
    "draw_early": (409, _l("还没有到开奖时间。"), _l("公开号码开奖以后再录入。")),
    "draw_nothing_to_open": (
        409,
        _l("没有新的名称可以公开。"),
        _l("检查封存以后，或者对象被换下以后，才能公开它的名称。"),
    ),
    "draw_numbers": (422, _l("号码没有填对。"), _l("公开号码必须填；号码之间用空格隔开。")),
    "draw_sealed": (
        422,
        _l("见证人公开的号码与事先封存的不符。"),
        _l("请核对号码和暗码；见证人不公开的，号码留空。"),
    ),
    # the hall
    "gathering_closed": (
        410,
        _l("这个地址已经失效。"),
        _l("名单冻结以后不能再加入；请看大屏幕上现在的地址。"),
    ),
    "gathering_state": (409, _l("大厅里的抽取已经不在这一步。"), _l("下面是最新的状态。")),
    "gathering_changed": (
        409,
        _l("您看的时候，见证人的名单有变化。"),
        _l("下面是最新的名单，请再看一遍，再冻结。"),
    ),
    "witness_name": (
        422,
        _l("姓名没有填对。"),
        _l("请写 30 个字以内，不用括号、斜线和引号。"),
    ),
    "witness_capacity": (422, _l("没有选择身份。"), _l("请选一项。")),
    "witness_seal": (
        422,
        _l("封存指纹不对，或者已经用过。"),
        _l("指纹是 64 个 0–9、a–f 的字符；请重新封存一次。"),
    ),
    "witness_twice": (
        409,
        _l("已经有同名、同身份的见证人。"),
        _l("请在姓名后加一个字区别；冒名的，请计划员划去。"),
    ),
    "witness_full": (409, _l("见证人已满。"), _l("需要时请计划员划去不在场的人。")),
    "witness_struck": (403, _l("您已被从见证人名单中划去。"), _l("有疑问请当场向计划员提出。")),
    "opening_early": (409, _l("名单还没有冻结。"), _l("大屏幕上显示冻结以后再公开号码。")),
    "opening_late": (
        409,
        _l("公开号码的时间已过。"),
        _l("公共号码可能已经开出，没有公开的按“没有公开”计算。"),
    ),
    "opening_wrong": (
        422,
        _l("号码和暗码与封存的不符。"),
        _l("请核对；号码和暗码必须与封存时一字不差。"),
    ),
    "numbers_changed": (
        409,
        _l("号码在您确认以前被改过。"),
        _l("下面是现在录入的号码，请再核对一遍。"),
    ),
    "merge_subject": (409, _l("只有同一个检查对象的两次检查才能合并。"), _l("请刷新页面，再选一次。")),
    "merge_begun": (
        409,
        _l("检查组已经开始，或者检查已经取消，不能再合并或拆开。"),
        _l("写下的内容都在；请刷新页面看最新的状态。"),
    ),
    "merge_window": (409, _l("两次检查的期间没有重合的日子。"), _l("请分别检查。")),
    "merge_team": (409, _l("两个检查组都不能做合并后的检查。"), _l("请分别检查，或者先更换检查人员。")),
    "merge_undone": (409, _l("已经拆开了。"), _l("请刷新页面看最新的状态。")),
    "merge_later": (409, _l("后来又合并了别的检查。"), _l("请先拆开后来的一次。")),
    "merge_drawn": (
        409,
        _l("并入的那次抽取已经取消，或者已经换了检查对象，不用再单独检查。"),
        _l("请保留合并。"),
    ),
    "merge_cap": (
        409,
        _l("拆开以后，这个对象会超过每年次数上限。"),
        _l("请保留合并，或者等已冻结的抽取抽完再看。"),
    ),
    "plan_own": (403, _l("自己写的计划不能自己批准。"), _l("请另一名计划员或督导员批准。")),
    "plan_empty": (422, _l("计划里还没有任务。"), _l("请先添加任务。")),
    "document_needed": (422, _l("请填写批准文件。"), _l("如会议纪要或批复的名称和文号。")),
    # training
    "practice_whose": (403, _l("这次练习不是这台手机上登录的人做的。"), _l("请做练习的人在这台手机上登录。")),
    "event_practice": (422, _l("这是练习，不进档案。"), _l("练习的内容只在练习里，不用上传。")),
    "guidance_empty": (422, _l("正文是空的。"), _l("请写好再存；以前的各版都在。")),
    "guidance_long": (422, _l("正文超过 20000 字。"), _l("请短一些，细则可以写文件的名称。")),
    # reports
    "report_exists": (409, _l("这份报告已经有了。"), _l("请打开它修改。")),
    "report_what": (422, _l("没有选择写什么报告。"), _l("请选一次抽取、一个任务或者一段时间。")),
    "report_changed": (
        409,
        _l("您打开以后，别人存了新的一版。"),
        _l("您写的还在下面；请对照最新的一版再存。"),
    ),
    "report_long": (422, _l("有一部分超过 20000 字。"), _l("请短一些。")),
    "report_unknown": (
        422,
        _l("花括号里的名称没有对应的数据。"),
        _l("请从右边的名称里选；一张表要单独占一行；不要数据的，去掉花括号。"),
    ),
    "report_state": (409, _l("报告已经不在这一步。"), _l("请看页面上最新的状态。")),
    "report_own": (403, _l("自己写过或者提交的报告，自己不能批准。"), _l("请另一名督导员批准。")),
    # appraisal
    "criteria_none": (422, _l("还没有标准。"), _l("至少写一条。")),
    "criteria_total": (422, _l("各条标准的分值合计不是 100 分。"), _l("请调整分值再存。")),
    "criteria_faults": (422, _l("有几处没有填好，没有存。"), _l("请按每处的说明改好；填好的都在。")),
    "appraisal_what": (422, _l("没有选好考核谁、哪段时间。"), _l("请从列出的里选。")),
    "appraisal_nobody": (
        422,
        _l("没有可以考核的单位。"),
        _l("检查人员的单位写在名录里；下级机构由管理员设置。"),
    ),
    "appraisal_changed": (409, _l("您打开以后，别人存了新的一版。"), _l("请看最新的一版，再评。")),
    "appraisal_open": (409, _l("还有没有评的。"), _l("请先评完，再定下来。")),
    "appraisal_own": (403, _l("自己评过分的，自己不能定下来。"), _l("请另一名督导员定下来。")),
    "appraisal_points": (422, _l("有的分数没有填好，没有存。"), _l("请按每处的说明改好；填好的都在。")),
    # what is asked for
    # publication
    "publication_result": (
        409,
        _l("还没有批准的检查结果，不能公示。"),
        _l("请先在“检查以后”里作出结果，由另一人批准。"),
    ),
    "publication_untold": (409, _l("还没有告知检查对象，不能公示。"), _l("按本机构的设置，先告知，后公示。")),
    "publication_withheld": (409, _l("这项结果依法不予公示。"), _l("要公示的，先作废不予公示的决定。")),
    "publication_shown": (409, _l("这项结果已经公示。"), _l("内容要改的，请更正；要收回的，请撤下。")),
    "publication_same": (409, _l("与公示的内容一样，没有可更正的。"), _l("改了内容再更正。")),
    "publication_changed": (
        409,
        _l("您看过以后，要公示的内容有了变化。"),
        _l("请看一遍下面最新的样子，再公示。"),
    ),
    "publication_reason": (
        422,
        _l("有一处决定没有写明理由。"),
        _l("公开全文的、不予公开的，每一处都要写理由。"),
    ),
    "publication_unread": (
        422,
        _l("写了公开的文字，还没有确认逐字读过。"),
        _l("请读一遍遮盖后的样子，再勾选。"),
    ),
    "publication_ground": (422, _l("没有写明不予公示的依据。"), _l("请选择情形，写明法律条款。")),
    "platform_columns": (422, _l("没有填写平台名称，或者一列也没有。"), _l("照平台的导入模板填写列名。")),
    "platform_column_twice": (422, _l("有两列的列名一样。"), _l("照平台的导入模板，一个列名写一次。")),
    "platform_key": (
        422,
        _l("没有一列能说明是哪一件检查。"),
        _l("请让一列是检查编号，或者让两列是信用代码和检查日期。"),
    ),
    "platform_taken": (409, _l("已有同名的平台。"), _l("请换一个名称，或者改原来那个。")),
    "platform_head": (
        422,
        _l("在表格里没有找到已设的列名。"),
        _l("列名要在前十行里，与这个平台设的列名相同。"),
    ),
    "platform_receipt": (422, _l("没有填写平台名称或者回执号。"), _l("照平台给的回执填写。")),
    "platform_twice": (409, _l("这张回执已经归入这一件了。"), _l("换一张回执，或者作废写错的那张。")),
    "withdrawn": (410, _l("这项公示已撤下。"), _l("要了解情况，请向公示它的机构询问。")),
    "not_found": (404, _l("没有找到。"), _l("请检查地址，或返回首页。")),
    "method": (405, _l("这个地址不接受这种请求。"), _l("请返回上一页。")),
    "malformed": (400, _l("请求的内容看不懂。"), _l("请返回上一页，刷新后再试；在手机上，请先更新应用。")),
    "too_large": (413, _l("内容太大。"), _l("请分成几次发送。")),
    "busy": (503, _l("服务器正忙。"), _l("稍后会自动再试，内容都在。")),
    "crash": (500, _l("服务器出错了。"), _l("已记录下来，请稍后再试；已填的内容都在。")),
    # events
    "event_malformed": (422, _l("这条内容格式不对。"), _l("内容留在手机上，请联系技术人员。")),
    "event_differs": (409, _l("同一编号已有不同的内容。"), _l("机关保存的内容没有改变，请联系技术人员。")),
    "event_foreign": (403, _l("这条内容不是本人在本机写的。"), _l("请由本人在登记过的手机上操作。")),
    "signature_wrong": (
        403,
        _l("这条内容与写它的那台手机的签名不符。"),
        _l("请让搭档用写它的手机直接上传，或重新交接一次。"),
    ),
    "origin_revoked": (
        403,
        _l("写这条内容的那台手机已被停用。"),
        _l("机关已把它另外保存，由管理员处理；请联系本机构的管理员。"),
    ),
    "event_seq": (422, _l("这条内容的序号跳得太远。"), _l("内容留在手机上，请联系技术人员。")),
    "log_full": (
        422,
        _l("一个人在这次检查里写的内容太多，机关不再接收。"),
        _l("内容留在手机上，请联系技术人员。"),
    ),
    "inspection_unknown": (404, _l("没有这次检查，或者不是分给您的。"), _l("请更新任务列表。")),
    "amendment_what": (422, _l("没有说清更换谁。"), _l("请从抽取的页面上选择对象或者人员。")),
    "amendment_why": (422, _l("没有选择原因。"), _l("请选一个最接近的，再写明情况。")),
    "amendment_long": (422, _l("情况超过 200 字。"), _l("请短一些；它会原样公布。")),
    "amendment_names": (
        422,
        _l("情况里写出了还没有检查的对象的名称或代码。"),
        _l("情况会原样公布，检查以前不能让人知道查谁。请不写名称和代码，例如“与法定代表人是亲属”。"),
    ),
    "amendment_waits": (
        409,
        _l("同样的申请已经有人提出，还没有批准。"),
        _l("请等第二人决定，或者请他退回。"),
    ),
    "amendment_decided": (409, _l("这个申请已经有人决定了。"), _l("请看页面上最新的状态。")),
    "amendment_own": (403, _l("提出申请的人和要换下的人不能批准。"), _l("请由另一位计划员或督导员决定。")),
    "amendment_gone": (
        409,
        _l("要换下的对象或人员现在不在抽取结果里。"),
        _l("可能已经换过了，请看抽取页面上最新的结果。"),
    ),
    "amendment_begun": (
        409,
        _l("检查组已经开始检查，要先决定已经做的怎么办。"),
        _l("请选择照常做完，或者取消检查。"),
    ),
    "amendment_joint": (
        409,
        _l("这是合并的检查，其中有接替的人不能查的事项。"),
        _l("请先拆开合并的检查，再更换。"),
    ),
    "amendment_done": (
        409,
        _l("这次检查已经封存，不能再更换。"),
        _l("按审核的程序办：受理，或者退回检查组。"),
    ),
    "draw_exhausted": (
        409,
        _l("这一层没有下一个对象可以接替。"),
        _l("名录里的都已经抽到，少检查一个；请在计划里说明。"),
    ),
    "draw_nobody": (
        409,
        _l("没有人可以接替。"),
        _l("原因写在下面。请先补充人员或者办理抽调，或者取消这次抽取，再抽一次。"),
    ),
    "pair_left": (
        403,
        _l("您已不在这次检查的检查组。"),
        _l("机关已把这条内容另外保存，由档案员判断；手机上的也都在。"),
    ),
    "relief_state": (
        409,
        _l("检查已经封存或者取消，现在不能换人，也不能取消。"),
        _l("已封存的，先退回检查组；请刷新页面看最新的状态。"),
    ),
    "relief_pair": (409, _l("检查组已经变了，这次更换对不上。"), _l("请刷新页面看现在的检查组。")),
    "relief_drawn": (
        409,
        _l("这次检查是抽取来的，不能挑人接替。"),
        _l("请从抽取的页面申请更换，由下一顺位接替。"),
    ),
    "relief_interest": (
        422,
        _l("接替的人与这个检查对象有利害关系，应当回避。"),
        _l("请选择另一名检查人员。"),
    ),
    "recusal_decided": (409, _l("这个回避申请已经决定或者撤回。"), _l("请刷新页面看最新的状态。")),
    "recusal_own": (
        403,
        _l("申请回避的人和检查组的人不能自己决定。"),
        _l("请由另一位负责人决定（《行政处罚法》第四十三条）。"),
    ),
    "form_unknown": (422, _l("机关没有这个版本的检查表。"), _l("请更新任务列表后再试；已填的内容都在。")),
    # printed pages
    "page_unknown": (404, _l("这张纸页不是本站的检查。"), _l("请看纸页上写的是哪个机关，找该机关查询。")),
    "picture_needed": (422, _l("没有选择图片。"), _l("请选择一张纸页的扫描件或照片。")),
    "picture_large": (413, _l("图片太大。"), _l("请选择 20 MB 以内的图片。")),
    "picture_kind": (
        422,
        _l("这个文件不是能打开的图片。"),
        _l("请选择 JPEG、PNG 或 WebP；PDF 请先存成图片。"),
    ),
    "page_code_none": (
        422,
        _l("图片里没有读到纸页的二维码。"),
        _l("请让右上角的二维码完整、清楚，再扫一次；也可以按编号查找。"),
    ),
    "page_elsewhere": (404, _l("这张纸页不是本机构的检查。"), _l("请看纸页上写的是哪个机关，交给该机关。")),
    "record_none": (
        409,
        _l("这次检查还没有记录。"),
        _l("检查组到达现场并上传以后再打印；现在可以打印空白检查表。"),
    ),
    "push_service": (
        422,
        _l("这个浏览器的通知服务不能用。"),
        _l("机关只连接已知的通知服务。换一个浏览器再试；不要提醒也不影响检查。"),
    ),
    # photos
    "blob_unknown": (404, _l("没有检查用到这张照片。"), _l("请先同步检查记录。")),
    "blob_offset": (409, _l("上传的位置对不上。"), _l("会从正确的位置自动继续。")),
    "blob_hash": (422, _l("照片传来时有损坏。"), _l("会自动从头再传。")),
    "blob_picture": (422, _l("这个文件不是能打开的照片。"), _l("请撤回这张照片并说明原因，再拍一张。")),
    "blob_too_large": (413, _l("照片太大。"), _l("请撤回这张照片，缩小后再拍。")),
    "storage_full": (507, _l("服务器存储空间不足。"), _l("内容留在手机上，空间恢复后会自动再传。")),
    # the office
    "item_off_list": (422, _l("抽查事项不在清单上，不得检查。"), _l("请从清单中选择事项。")),
    "pair_too_small": (422, _l("检查人员不得少于两人。"), _l("请选择两名持有效执法证的人员。")),
    "credential_expired": (422, _l("所选人员的执法证已过期。"), _l("请更换人员，或先更新执法证。")),
    "subject_gone": (422, _l("检查对象已注销、吊销或迁出。"), _l("请选择在营的检查对象。")),
    "result_needed": (422, _l("没有选择检查结果。"), _l("请从八种结果中选择一种。")),
    "sub_needed": (
        422,
        _l("没有说明为什么联系不上。"),
        _l("请选择一种情形：停业、注销、被吊销、迁出或其他。"),
    ),
    "result_waits": (409, _l("已有一个结果在等批准。"), _l("批准或者不批准以后，才能再提。")),
    "result_same": (409, _l("现在的结果就是这一个。"), _l("结果没有变，不用再提。")),
    "result_missing": (409, _l("现在没有已批准的结果。"), _l("结果批准以后再办。")),
    "notice_given": (409, _l("这个结果的告知书已经出具。"), _l("要重新出具的，请先作废原来的。")),
    "case_unit": (422, _l("没有写由哪个单位办理。"), _l("请写有管辖权的单位。")),
    "turn_undecided": (409, _l("结果还没有批准。"), _l("批准以后再告知检查对象。")),
    "turn_unpublished": (
        409,
        _l("按本机构的规定，先公示，期满后再告知。"),
        _l("请先公示；依法不公示的，批准不公示以后就可以告知。"),
    ),
    "turn_publicity": (409, _l("公示期还没有满。"), _l("从 {day} 起可以告知。")),
    "turn_untold": (409, _l("按本机构的规定，先告知检查对象，再公示。"), _l("请先告知，记下送达。")),
    "turn_withheld": (409, _l("已经批准不公示。"), _l("要公示的，请先作废不公示的决定。")),
    "service_tracking": (422, _l("没有填写邮件号。"), _l("请写挂号信或者快递的号码，凭它查询签收。")),
    "service_witness": (422, _l("没有填写见证人。"), _l("留置送达要有见证人签名或者盖章。")),
    "service_note": (
        422,
        _l("没有写明情况。"),
        _l("留置的写明拒收的事由，电子送达的写明对方同意和送达的地址。"),
    ),
    "service_strokes": (422, _l("还没有签名。"), _l("请受送达人在框里签名。")),
    "service_files": (422, _l("没有附送达的证明。"), _l("请附签收的送达回证，或者留置时拍的照片。")),
    "text_long": (422, _l("写的内容太长，最多 {limit} 个字。"), _l("请写短一些，或者作为附件交来。")),
    "day_wrong": (422, _l("没有填写日期，或者没有这一天。"), _l("请按 2026-11-28 的样子填写。")),
    "approve_own": (
        403,
        _l("自己提出的，自己不能批准；检查组的人也不能。"),
        _l("请由督导员或另一位档案员决定。"),
    ),
    "return_pool": (
        422,
        _l("没有填好要从哪些检查里抽、抽几个。"),
        _l("请填检查的起止日期和数量，数量至少 1。"),
    ),
    "return_by": (422, _l("没有填好怎样回访、由谁回访。"), _l("请选电话或者上门，写明回访人。")),
    "return_ahead": (422, _l("回访的日期在今天以后。"), _l("请在回访以后再记。")),
    "return_answers": (422, _l("还有问题没有选，或者填得不对。"), _l("请看下面标出的题目，再保存。")),
    "return_own": (403, _l("自己检查的，自己不能回访。"), _l("请由不在检查组的督导员或者档案员回访。")),
    "return_form": (422, _l("问题没有填好。"), _l("至少写一个问题，每个问题 200 个字以内。")),
    "sign_outcome": (422, _l("没有选择结论。"), _l("请选一个，再写明经过。")),
    # objections, orders, what is handed on
    "day_order": (
        422,
        _l("日期不对：不能晚于今天，也不能早于它所针对的那件事。"),
        _l("请按实际发生的那一天填写。"),
    ),
    "object_text": (422, _l("没有写异议的内容，或者超过 5000 字。"), _l("请照原话写；长的，作为附件交来。")),
    "object_name": (422, _l("没有写明是谁提出的。"), _l("请写提出人的姓名；电话可以不写。")),
    "object_way": (422, _l("没有选择怎样提出的。"), _l("请选择来信、到机构提出或者来电。")),
    "object_many": (
        409,
        _l("这次检查还没有答复的异议已有 5 件，不再接收新的。"),
        _l("请先等前面的得到答复；有补充的，请联系办公室。"),
    ),
    "objection_closed": (
        409,
        _l("这件异议已有处理决定，或者不在了。"),
        _l("请刷新页面看最新的情况。"),
    ),
    "recheck_way": (422, _l("没有选择复查的方式。"), _l("请选择查阅材料或者到现场复查。")),
    "recheck_people": (
        422,
        _l("复查的人不够。"),
        _l("查阅材料至少一人，到现场至少两人，每人只选一次。"),
    ),
    "recheck_pair": (
        422,
        _l("检查组的人不能复查自己做的检查。"),
        _l("请换成检查组以外的人员。"),
    ),
    "recheck_found": (422, _l("没有写复查的情况。"), _l("写明查了什么、看到什么；会写进答复书。")),
    "recheck_first": (
        409,
        _l("还没有复查，不能决定。"),
        _l("先记下复查的情况；不予受理的除外。"),
    ),
    "rule_outcome": (422, _l("没有选择处理决定。"), _l("请选择维持、变更、撤销或者不予受理。")),
    "rule_result": (
        409,
        _l("现在没有有效的检查结果，没有什么可以变更或者撤销。"),
        _l("结果经批准以后才能变更或者撤销。"),
    ),
    "rule_code": (
        422,
        _l("新的结果与处理决定不相符。"),
        _l("变更的，要选一个与原来不同的结果；无法联系的，还要选原因；维持和不予受理的不选。"),
    ),
    "order_number": (
        409,
        _l("这个文号刚被另一份通知书用了。"),
        _l("请刷新页面，再出具一次。"),
    ),
    "order_deadline": (422, _l("改正期限不对。"), _l("要从明天起，一年以内。")),
    "order_demands": (422, _l("没有写改正要求，或者超过 50 项。"), _l("至少写一项，写明怎样才算改正。")),
    "order_basis": (422, _l("没有写责令改正的依据。"), _l("请写法律、法规、规章的名称和条款。")),
    "order_closed": (409, _l("这份通知书已经办结，或者已经作废。"), _l("请刷新页面看最新的情况。")),
    "extend_deadline": (422, _l("延长以后的期限要比现在的晚。"), _l("从明天起、比原期限晚、一年以内。")),
    "proof_text": (422, _l("没有写改正的情况，也没有附件。"), _l("写明改了什么，或者附上照片、文件。")),
    "proof_many": (409, _l("交来的材料还有 20 份没有核实。"), _l("请等检查机构核实以后再交。")),
    "rectify_outcome": (422, _l("没有选择改正的情况。"), _l("请选择已改正、部分改正或者没有改正。")),
    "rectify_way": (422, _l("没有选择怎样核实的。"), _l("请选择查阅材料或者到现场核实。")),
    "handed_to": (422, _l("没有写给谁，或者没有选是什么机关。"), _l("请写收件机关的全称。")),
    "transfer_package": (409, _l("没有可以移交的档案。"), _l("请先归档，再移送。")),
    "reply_target": (409, _l("要答复的那一项不在了。"), _l("请刷新页面看最新的情况。")),
    "reply_text": (422, _l("没有写内容，或者太长。"), _l("写明对方说了什么；长的，作为附件。")),
    "penalty_number": (
        422,
        _l("没有写决定书文号，或者这个文号已经记过。"),
        _l("照决定书上的文号写；已经记过的不用再记。"),
    ),
    "penalty_kind": (422, _l("没有选择处罚的种类。"), _l("请照决定书选择。")),
    "penalty_amount": (
        422,
        _l("金额不对。"),
        _l("罚款和没收要写金额，如 20000.00；其他种类不写。"),
    ),
    "penalty_facts": (422, _l("没有写全违法事实、依据和决定机关。"), _l("这三项都要照决定书写。")),
    "penalty_until": (422, _l("公示期限要晚于决定日期。"), _l("请改公示期限，或者不填。")),
    "discipline_list": (422, _l("没有写名单的名称。"), _l("照文件写全称。")),
    "discipline_twice": (409, _l("已经在这个名单里，或者正在等批准。"), _l("请先移出，或者等批准的结果。")),
    "discipline_days": (422, _l("起止日期不对。"), _l("起始日要填；到期日要晚于起始日，也可以不填。")),
    "discipline_basis": (422, _l("没有写列入的依据或者原因。"), _l("两项都要写。")),
    "lift_target": (409, _l("现在不在名单里，或者已经移出。"), _l("请刷新页面看最新的情况。")),
    "reason_needed": (422, _l("请写明原因。"), _l("原因会记入档案。")),
    "subject_needed": (422, _l("没有选择检查对象。"), _l("请按名称或信用代码查找，再选一个。")),
    "items_needed": (422, _l("没有选择抽查事项。"), _l("请从清单中选择至少一项。")),
    "due_needed": (422, _l("没有填写期限。"), _l("请选择今天或以后的日期。")),
    "reason_kind_needed": (422, _l("没有选择事由。"), _l("不经抽取的检查，要写明属于哪种情形。")),
    "due_past": (422, _l("期限不能早于今天。"), _l("请选择今天或以后的日期。")),
    "wrong_state": (409, _l("检查的状态已经变了，现在不能做这一步。"), _l("请刷新页面看最新的状态。")),
    "quarantine_none": (422, _l("没有选择内容，或者已经有人处理。"), _l("请刷新页面，再勾选一次。")),
    "quarantine_own": (
        403,
        _l("这是您自己写的或发来的内容，不能由您判断。"),
        _l("请由另一位管理员或档案员处理。"),
    ),
    "quarantine_full": (
        409,
        _l("这台手机隔离的内容已经太多。"),
        _l("请先处理已经隔离的内容，再收一次；没有收下的还在手机上和文件里。"),
    ),
    # rescue files
    "rescue_needed": (422, _l("没有选择文件。"), _l("请选择手机上存下的救援文件（.yidang-rescue）。")),
    "rescue_large": (413, _l("文件超过 1 GB。"), _l("请在手机上联网上传，或者联系技术支持。")),
    "rescue_damaged": (
        422,
        _l("这不是完整的救援文件。"),
        _l("可能传到一半断了，或者被别的程序改过。手机上的内容都在，请在手机上再存一次，原样传来。"),
    ),
    "rescue_version": (422, _l("这份救援文件是更新的版本写的。"), _l("请先更新本站的程序，再收这份文件。")),
    "rescue_bureau": (
        422,
        _l("这份救援文件不是交给本机构的。"),
        _l("请交给手机登记的机构，只有那里能打开。"),
    ),
    "rescue_phone": (
        422,
        _l("这份救援文件不是本机构登记过的手机写的，或者被改过。"),
        _l("请核对文件的来源；手机上的内容都在，可以再存一次。"),
    ),
    "rescue_key": (
        422,
        _l("本站没有能打开这份救援文件的密钥。"),
        _l("密钥在数据目录的 keys 里，恢复备份时要一起恢复。文件请留好。"),
    ),
    "rescue_piece": (422, _l("这一条打不开。"), _l("文件里的这一段损坏了；手机上的还在，请再存一次。")),
    "rescue_gone": (
        409,
        _l("这份文件已经全部收下，不再保留。"),
        _l("收下的内容在各次检查里，或者在隔离的内容里。"),
    ),
    "device_active": (409, _l("这台手机没有停用。"), _l("请照常同步。")),
    "comment_needed": (422, _l("没有写意见。"), _l("写清要检查组补什么、改什么。")),
    "comment_long": (422, _l("意见超过 2000 字。"), _l("请短一些，或分成几条。")),
    "comments_full": (409, _l("这次检查的意见已有 200 条。"), _l("请用退回的原因一次说明。")),
    "question_unknown": (422, _l("这次检查没有这一题。"), _l("请刷新页面，再写一次。")),
    "approval_none": (409, _l("没有可以办理的检查。"), _l("可能别人已经办了，请刷新页面看最新的状态。")),
    "approval_own": (
        403,
        _l("自己申请的、自己去检查的，不能由自己审批。"),
        _l("请另一名计划员或督导员审批。"),
    ),
    "approval_day": (422, _l("开始检查的日期没有填对。"), _l("请填今天或以后的日期。")),
    "approval_methods": (422, _l("没有选择检查方式。"), _l("请至少选择一种。")),
    "approval_why": (
        422,
        _l("没有说明怎样告知，或者没有写明不事先告知的理由。"),
        _l("请选择告知方式；不事先告知的，写明理由。"),
    ),
    "approval_contact": (422, _l("没有填写联系方式。"), _l("请写联系人和电话，会印在通知书上。")),
    "approval_missing": (409, _l("这次检查还没有批准。"), _l("批准以后才有通知书。")),
    "approval_changed": (
        409,
        _l("批准以后，检查组、事项或期限有了变更。"),
        _l("请重新申请审批，再打印通知书。"),
    ),
    "notice_unknown": (
        404,
        _l("没有这份检查通知书。"),
        _l("请核对二维码是否完整；仍然没有的，请向通知书上写的机构查询。"),
    ),
    "service_day": (422, _l("送达的日期没有填对。"), _l("请填今天或以前的日期。")),
    "service_way": (422, _l("没有选择送达方式。"), _l("请选择一种。")),
    "service_receiver": (422, _l("没有填写签收人。"), _l("请写签收人的姓名；留置送达的，写见证人。")),
    "not_complete": (409, _l("档案材料还不齐，不能归档。"), _l("请看页面上列出的缺项。")),
    "archive_none": (404, _l("这次检查还没有档案。"), _l("受理并归档后才能下载。")),
    "archive_damaged": (
        500,
        _l("保存的档案文件与登记的校验值不符。"),
        _l("请不要使用这个文件，联系技术人员从备份恢复。"),
    ),
    "archive_disposed": (
        410,
        _l("这份档案保管期满，已经两人批准销毁。"),
        _l("登记的校验值和销毁的记录还在，可以在检查的页面上看。"),
    ),
    "archives_needed": (422, _l("没有选择档案。"), _l("请勾选至少一件。")),
    "archives_too_many": (422, _l("选得太多，一次最多 500 件。"), _l("请用查找条件分成几次。")),
    "catalogue_too_long": (
        422,
        _l("目录太长：PDF 最多 2000 件，XLSX 最多 20000 件。"),
        _l("请用查找条件分成几份，例如按年份。"),
    ),
    "answers_none": (
        404,
        _l("没有符合条件的检查，没有可以导出的答案。"),
        _l("请放宽条件：日期、状态、版本或事项。"),
    ),
    "answers_wide": (
        422,
        _l("这张检查表太宽：一张工作表最多 16384 列，一份文件最多 200 张表。"),
        _l("请少选几个版本，不要把多选题拆成多列，或者改用 CSV。"),
    ),
    "answers_conflict": (
        409,
        _l("两人的答案不一致，XML 里每道题只能有一个答案。"),
        _l("请检查组先选定一个；CSV 和 XLSX 会写出两个答案。"),
    ),
    "search_unnamed": (422, _l("没有给这个查找起名。"), _l("请写一个名称，例如“钟楼街道 2026 年”。")),
    "search_empty": (422, _l("没有查找条件，不用保存。"), _l("请先查找，再保存。")),
    "retention_runs": (409, _l("保管期限还没有到，不得销毁。"), _l("到期以后才能提出。")),
    "second_person_needed": (403, _l("提出销毁的人不能批准自己提出的。"), _l("请由另一位督导员决定。")),
    "disposal_decided": (409, _l("这件档案的销毁已经有人提出或决定。"), _l("请刷新页面看最新的状态。")),
    "archive_too_large": (413, _l("文件超过 128 MB，这里不核验。"), _l("请用下面的命令在自己的电脑上核验。")),
    "file_needed": (422, _l("没有选择文件。"), _l("请选择一个档案文件（.zip）。")),
}


class Problem(Exception):
    """An error with a name in the catalogue. `details` says which field, row or value, as plain JSON."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.status, self._message, self._hint = CATALOGUE[code]

    @property
    def message(self) -> str:
        """What happened, with the details that its words name."""
        return _filled(self._message, self.details)

    @property
    def hint(self) -> str:
        """What to do next."""
        return _filled(self._hint, self.details)

    @property
    def text(self) -> str:
        """What happened and what to do, as one text; after an English full stop stands a space."""
        return f"{self.message}{' ' if self.message.endswith('.') else ''}{self.hint}"

    def as_json(self) -> dict[str, Any]:
        """The body of an error answer (design 5)."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "hint": self.hint,
                "details": self.details,
            }
        }


def _filled(words: Any, details: dict[str, Any]) -> str:
    said = str(words)
    for name, value in details.items():
        said = said.replace(f"{{{name}}}", str(value))
    return said


STATUS_CODES = {400: "malformed", 401: "login_needed", 403: "not_allowed", 404: "not_found", 405: "method"}
STATUS_CODES |= {413: "too_large", 429: "too_many", 500: "crash", 503: "busy"}


def init_app(app: Flask) -> None:
    """Every error leaves by one of these doors."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OperationalError, _answer_database)
    app.register_error_handler(DataError, _answer_data)
    app.register_error_handler(OverflowError, _answer_number)
    app.register_error_handler(500, _answer_crash)


def answer(problem: Problem) -> tuple[Response | str, int, dict[str, str]]:
    """JSON for a program, a page for a person; what passes by itself says when to try again."""
    headers = {"Retry-After": RETRY_SECONDS} if problem.status == 503 else {}
    request.environ[REFUSED] = problem.code
    if request.path.startswith("/api/"):
        return jsonify(problem.as_json()), problem.status, headers
    page = render_template("problem.html", problem=problem, public=is_public())
    return page, problem.status, headers


def _answer_database(error: OperationalError) -> Any:
    # Locked for too long, not to be reached, or full: nothing was written, and the phone keeps what it has.
    log.exception("the database did not answer")
    db.session.rollback()
    return answer(Problem("storage_full" if "full" in str(error.orig) else "busy"))


def _answer_data(error: DataError) -> Any:
    # Too long, too large, or no text at all for the column: nothing was written.
    log.warning("the database refused a value: %s", type(error.orig).__name__)
    # The page that says so reads from the database too.
    db.session.rollback()
    return answer(Problem("malformed"))


def _answer_number(error: OverflowError) -> Any:
    # SQLite's driver says so before it asks the database.
    if "SQLite" not in str(error):
        raise error
    db.session.rollback()
    return answer(Problem("malformed"))


def _answer_csrf(_error: CSRFError) -> Any:
    expired = request.path.startswith("/api/") and not current_user.is_authenticated
    return answer(Problem("login_needed" if expired else "csrf"))


def _answer_http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    known = STATUS_CODES.get(error.code)
    response, status, headers = answer(Problem(known or "malformed"))
    headers |= {key: value for key, value in error.get_headers() if key in ("Retry-After", "Allow")}
    return response, status if known else error.code, headers


def _answer_crash(_error: Exception) -> Any:
    return answer(Problem("crash"))
