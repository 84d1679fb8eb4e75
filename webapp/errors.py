"""Every error that a person can meet: its code, its status, what happened and what to do next, in one place."""

import logging
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)
RETRY_SECONDS = "5"

CATALOGUE: dict[str, tuple[int, Any, Any]] = {
    # the door
    "login_failed": (401, _l("用户名或密码不对。"), _l("请再试一次；忘了密码，请找本机构的管理员。")),
    "login_needed": (401, _l("登录已过期。"), _l("请重新登录；手机上的内容都在。")),
    "not_allowed": (403, _l("您的账号不能做这件事。"), _l("需要时请找本机构的管理员。")),
    "csrf": (400, _l("页面已过期。"), _l("请刷新页面，再做一次。")),
    "too_many": (429, _l("尝试太频繁。"), _l("请过几分钟再试。")),
    "device_revoked": (403, _l("这台手机已被停用。"), _l("未上传的内容都还在，请找本机构的管理员。")),
    "device_differs": (409, _l("这台手机的登记信息与原来不同。"), _l("请作为新手机重新登记。")),
    "device_needed": (403, _l("这台手机还没有登记。"), _l("请在手机上重新登录。")),
    # what is asked for
    "not_found": (404, _l("没有找到。"), _l("请检查地址，或返回首页。")),
    "method": (405, _l("这个地址不接受这种请求。"), _l("请返回上一页。")),
    "malformed": (400, _l("请求的内容看不懂。"), _l("请更新应用后再试。")),
    "too_large": (413, _l("内容太大。"), _l("请分成几次发送。")),
    "busy": (503, _l("服务器正忙。"), _l("稍后会自动再试，内容都在。")),
    "crash": (500, _l("服务器出错了。"), _l("已记录下来，请稍后再试；已填的内容都在。")),
    # events
    "event_malformed": (422, _l("这条内容格式不对。"), _l("内容留在手机上，请联系技术人员。")),
    "event_differs": (409, _l("同一编号已有不同的内容。"), _l("机关保存的内容没有改变，请联系技术人员。")),
    "event_foreign": (403, _l("这条内容不是本人在本机写的。"), _l("请由本人在登记过的手机上操作。")),
    "inspection_unknown": (404, _l("没有这次检查，或者不是分给您的。"), _l("请更新任务列表。")),
    "form_unknown": (422, _l("机关没有这个版本的检查表。"), _l("请更新任务列表后再试；已填的内容都在。")),
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
    "reason_needed": (422, _l("请写明原因。"), _l("原因会记入档案。")),
    "subject_needed": (422, _l("没有选择检查对象。"), _l("请按名称或信用代码查找，再选一个。")),
    "items_needed": (422, _l("没有选择抽查事项。"), _l("请从清单中选择至少一项。")),
    "due_needed": (422, _l("没有填写期限。"), _l("请选择今天或以后的日期。")),
    "reason_kind_needed": (422, _l("没有选择事由。"), _l("不经抽取的检查，要写明属于哪种情形。")),
    "due_past": (422, _l("期限不能早于今天。"), _l("请选择今天或以后的日期。")),
    "field_missing": (422, _l("有必填项没有填写。"), _l("请补全后再提交。")),
    "wrong_state": (409, _l("检查的状态已经变了，现在不能做这一步。"), _l("请刷新页面看最新的状态。")),
    "not_complete": (409, _l("档案材料还不齐，不能归档。"), _l("请看页面上列出的缺项。")),
    "archive_none": (404, _l("这次检查还没有档案。"), _l("受理并归档后才能下载。")),
    "archive_damaged": (
        500,
        _l("保存的档案文件与登记的校验值不符。"),
        _l("请不要使用这个文件，联系技术人员从备份恢复。"),
    ),
    "archive_too_large": (413, _l("文件超过 128 MB，这里不核验。"), _l("请用下面的命令在自己的电脑上核验。")),
    "file_needed": (422, _l("没有选择文件。"), _l("请选择一个档案文件（.zip）。")),
}


class Problem(Exception):
    """An error with a name in the catalogue. `details` says which field, row or value, as plain JSON."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.status, self.message, self.hint = CATALOGUE[code]

    def as_json(self) -> dict[str, Any]:
        """The body of an error answer (design 5)."""
        return {
            "error": {
                "code": self.code,
                "message": str(self.message),
                "hint": str(self.hint),
                "details": self.details,
            }
        }


STATUS_CODES = {400: "malformed", 401: "login_needed", 403: "not_allowed", 404: "not_found", 405: "method"}
STATUS_CODES |= {413: "too_large", 429: "too_many", 500: "crash", 503: "busy"}


def init_app(app: Flask) -> None:
    """Every error leaves by one of these doors."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OperationalError, _answer_database)
    app.register_error_handler(500, _answer_crash)


def answer(problem: Problem) -> tuple[Response | str, int, dict[str, str]]:
    """JSON for a program, a page for a person; what passes by itself says when to try again."""
    headers = {"Retry-After": RETRY_SECONDS} if problem.status == 503 else {}
    if request.path.startswith("/api/"):
        return jsonify(problem.as_json()), problem.status, headers
    return render_template("problem.html", problem=problem), problem.status, headers


def _answer_database(error: OperationalError) -> Any:
    # Locked for too long, not to be reached, or full: nothing was written, and the phone keeps what it has.
    log.exception("the database did not answer")
    return answer(Problem("storage_full" if "full" in str(error.orig) else "busy"))


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
