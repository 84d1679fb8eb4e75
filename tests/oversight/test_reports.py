"""Reports (TJ-14a, RZ-23): written from the data, every version kept, approved by another, as PDF and DOCX."""

import io
import re
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.conftest import both_databases
from tests.field.year import Year, task
from webapp.accounts.models import User
from webapp.db import db
from webapp.errors import Problem
from webapp.field.models import InspectionDraw
from webapp.oversight import report_papers as papers
from webapp.oversight.report_text import Facts
from webapp.oversight.reports import APPROVED, DRAFT, RETURNED, SUBMITTED, Report

pytestmark = both_databases
Desk = Callable[[str], FlaskClient]


@pytest.fixture
def quarter(desk: Desk) -> str:
    """The address of a report of a quarter, just written by the planner."""
    answer = desk("planner").post("/oversight/reports", data={"about": "quarter:2026-Q4"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def texts(page: str) -> dict[str, str]:
    found = re.findall(r'<textarea id="s-(\w+)"[^>]*>(.*?)</textarea>', page, re.S)
    return {name: text.replace("&#34;", '"').strip() for name, text in found}


def test_a_report_is_written_from_the_data_and_the_same_one_is_opened_again(desk: Desk, quarter: str) -> None:
    planner = desk("planner")
    page = planner.get(quarter).text
    assert "2026年第4季度" in page and "检查结论" in page and "各类检查结果" in page
    assert "{" not in page.split("<article")[1].split("</article>")[0]
    again = planner.post("/oversight/reports", data={"about": "quarter:2026-Q4"})
    assert again.headers["Location"] == quarter
    listed = planner.get("/oversight/reports").text
    assert listed.count(quarter) == 1 and "草稿" in listed
    assert 'value="quarter:2026-Q4"' not in listed and 'value="year:2026"' in listed


def test_every_version_stays_with_who_wrote_it_and_an_unknown_name_is_refused(
    desk: Desk, quarter: str
) -> None:
    planner, archivist = desk("planner"), desk("archivist")
    given = texts(planner.get(f"{quarter}/edit").text)
    wrong = planner.post(f"{quarter}/edit", data={"seen": "1", **given, "opinion": "补办{没有的}件"})
    assert wrong.status_code == 422 and "{没有的}" in wrong.text and "补办" in wrong.text
    changed = {**given, "opinion": "由各科室补办，共{未查}件。"}
    assert archivist.post(f"{quarter}/edit", data={"seen": "1", **changed}).status_code == 302
    page = archivist.get(quarter).text
    assert "由各科室补办，共" in page and "第 2 版" in page and "墨守真" in page
    assert "由各科室补办" not in archivist.get(f"{quarter}?version=1").text
    late = planner.post(f"{quarter}/edit", data={"seen": "1", **given, "work": "我写的。"})
    assert late.status_code == 409 and "我写的。" in late.text
    assert archivist.post(f"{quarter}/edit", data={"seen": "2", **changed}).status_code == 302
    assert "第 3 版" not in archivist.get(quarter).text


def test_nobody_approves_what_they_wrote_and_a_return_says_why(desk: Desk, quarter: str) -> None:
    planner, supervisor = desk("planner"), desk("supervisor")
    assert planner.post(f"{quarter}/submit", data={"seen": "1"}).status_code == 302
    assert "季度" in supervisor.get("/office/").text
    assert planner.post(f"{quarter}/decide", data={"seen": "1", "granted": "yes"}).status_code == 403
    silent = supervisor.post(f"{quarter}/decide", data={"seen": "1", "granted": "no", "opinion": " "})
    assert silent.status_code == 422
    said = {"seen": "1", "granted": "no", "opinion": "写清原因"}
    assert supervisor.post(f"{quarter}/decide", data=said).status_code == 302
    assert "写清原因" in planner.get(quarter).text
    assert supervisor.post(f"{quarter}/edit", data={"seen": "1", "opinion": "改好了。"}).status_code == 302
    assert planner.post(f"{quarter}/submit", data={"seen": "2"}).status_code == 302
    own = supervisor.post(f"{quarter}/decide", data={"seen": "2", "granted": "yes"})
    assert own.status_code == 403 and "另一名督导员" in own.text


def test_after_an_approval_a_new_version_needs_a_reason(app: Flask, desk: Desk, quarter: str) -> None:
    planner, supervisor = desk("planner"), desk("supervisor")
    planner.post(f"{quarter}/submit", data={"seen": "1"})
    assert supervisor.post(f"{quarter}/decide", data={"seen": "1", "granted": "yes"}).status_code == 302
    assert planner.post(f"{quarter}/submit", data={"seen": "1"}).status_code == 409
    said = {"seen": "1", "opinion": "补充。"}
    assert planner.post(f"{quarter}/edit", data=said).status_code == 422
    assert planner.post(f"{quarter}/edit", data=said | {"why": "漏了一项"}).status_code == 302
    with app.app_context():
        report = db.session.scalars(select(Report)).one()
        kept = [(one.number, one.state, one.why) for one in report.versions]
        assert kept == [(2, DRAFT, "漏了一项"), (1, APPROVED, "")]
        assert report.approved.number == 1


def test_a_figure_that_changed_since_is_marked_and_taken_over_by_a_new_version(
    app: Flask, desk: Desk, quarter: str
) -> None:
    with app.app_context():
        version = db.session.scalars(select(Report)).one().latest
        kept = Facts.of(version.facts)
        real = kept.n("应查")
        kept.values["应查"] = 99
        version.facts = kept.as_json()
        db.session.commit()
    planner = desk("planner")
    page = planner.get(quarter).text
    assert 'class="was"' in page and f"<del>99</del> → <ins>{real}</ins>" in page
    assert planner.post(f"{quarter}/renew", data={"seen": "1"}).status_code == 302
    page = planner.get(quarter).text
    assert 'class="was"' not in page and "第 2 版" in page
    assert "应检查99件" in re.sub(r"<[^>]+>", "", planner.get(f"{quarter}?version=1").text)


def test_the_report_of_a_draw_names_each_subject_and_that_of_its_task_each_draw(
    app: Flask, desk: Desk
) -> None:
    with app.app_context():
        year = Year(task("1" * 36, total=2))
        made = year.drawn("1" * 36)
        draw = db.session.scalars(select(InspectionDraw.draw_id)).first()
        names, about = [one.subject.name for one in made], f"task:{year.version.plan_id}/{'1' * 36}"
        db.session.commit()
    planner = desk("planner")
    page = planner.get(
        planner.post("/oversight/reports", data={"about": f"draw:{draw}"}).headers["Location"]
    ).text
    assert all(name in page for name in names) and "随机抽取检查对象2户" in page and str(draw) in page
    assert "应检查2件，已完成0件，尚未完成2件" in page
    page = planner.get(planner.post("/oversight/reports", data={"about": about}).headers["Location"]).text
    assert "已抽取2户次，分1次抽取" in page and "各次抽取" in page


def test_what_is_not_of_the_bureau_or_not_at_all_has_no_report(desk: Desk, quarter: str) -> None:
    planner = desk("planner")
    for about in ("draw:nothing", "task:a/b", "quarter:2026-Q5", "year:26", "quarter:", "month:2026-01", ""):
        assert planner.post("/oversight/reports", data={"about": about}).status_code in (404, 422), about
    assert desk("planner.tj").get(quarter).status_code == 404
    assert desk("auditor").get(quarter).status_code == 200
    assert desk("auditor").get(f"{quarter}/edit").status_code == 403
    assert desk("inspector1").get(quarter).status_code == 403


def test_pdf_and_docx_say_what_the_page_says(app: Flask, desk: Desk, quarter: str) -> None:
    planner = desk("planner")
    data = planner.get(f"{quarter}/1.pdf").data
    assert data == planner.get(f"{quarter}/1.pdf").data
    document = pypdfium2.PdfDocument(data)
    printed = "".join(page.get_textpage().get_text_range() for page in document)
    assert "检查结论" in printed and "各类检查结果" in printed and "第 1 版" in printed
    answer = planner.get(f"{quarter}/1.docx")
    written = Document(io.BytesIO(answer.data))
    paragraphs = "\n".join(one.text for one in written.paragraphs)
    assert "五、检查结论" in paragraphs and "应检查" in paragraphs and "{" not in paragraphs
    heads = [table.rows[0].cells[0].text for table in written.tables]
    assert "指标" in heads and "检查结果" in heads
    assert answer.headers["Content-Disposition"].endswith("-1.docx")
    assert planner.get(f"{quarter}/2.pdf").status_code == 404


def test_a_character_that_no_word_processor_opens_does_not_reach_the_docx(desk: Desk, quarter: str) -> None:
    planner = desk("planner")
    planner.post(f"{quarter}/edit", data={"seen": "1", "opinion": "一\x0b\x01二 <b>&\U00020bb7"})
    written = Document(io.BytesIO(planner.get(f"{quarter}/2.docx").data))
    assert any("<b>&\U00020bb7" in one.text for one in written.paragraphs)
    assert planner.get(f"{quarter}/2.pdf").status_code == 200


def test_the_rules_of_a_report_hold_without_its_pages(app: Flask) -> None:
    with app.app_context():
        writer, other = (_person(name) for name in ("planner", "supervisor"))
        report = Report.begin(writer, "year", "2026", "报告", Facts({"应查": 1}))
        with pytest.raises(Problem, match="report_exists"):
            Report.begin(writer, "year", "2026", "报告", Facts())
        with pytest.raises(Problem, match="report_state"):
            report.decide(other, 1, True, "")
        report.submit(writer, 1)
        assert report.latest.state == SUBMITTED and Report.waiting(writer.bureau_id, other.id) == [report]
        assert Report.waiting(writer.bureau_id, writer.id) == []
        report.decide(other, 1, False, "补充")
        assert report.latest.state == RETURNED
        with pytest.raises(Problem, match="report_long"):
            report.write(writer, {"opinion": "长" * 20_001}, "", 1, None)
        assert papers.standing(report.latest).startswith("第 1 版，已退回，岳清平编写")


def _person(name: str) -> User:
    return db.session.scalars(select(User).where(User.username == name)).one()


def test_the_list_asks_the_database_as_often_for_many_reports_as_for_one(app: Flask, desk: Desk) -> None:
    planner = desk("planner")

    def asked() -> int:
        statements: list[Any] = []
        with app.app_context():
            engine = db.engine
        listen = lambda *given: statements.append(given[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        assert planner.get("/oversight/reports").status_code == 200
        event.remove(engine, "before_cursor_execute", listen)
        return len(statements)

    planner.post("/oversight/reports", data={"about": "quarter:2026-Q4"})
    planner.get("/oversight/reports")
    one = asked()
    for target in ("2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"):
        planner.post("/oversight/reports", data={"about": f"quarter:{target}"})
    assert asked() <= one
