"""The file of one visit for two draws holds the proof of each (TJ-11, CA-2.3a)."""

from __future__ import annotations

from flask import Flask

from tests.field.test_merges import apart, two
from webapp.archive.models import File
from webapp.archive.papers import draw_files, papers
from webapp.db import today
from webapp.draw.layout import read
from webapp.draw.proof import check
from webapp.field import merges


def test_CA_2_3a_a_joint_visits_file_holds_the_proof_of_both_draws_and_why(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = apart(year, second)
        made = merges.merge(year.planner, one.there.id, one.new.id, today())
        given = papers(made.stays)
        assert [plan["task"]["name"] for plan in given["plans"]] == ["任务a", "任务b"]
        kept = {name: data for name, data in draw_files(given).items() if read(data)["key"]}
        assert len(kept) == 2 and all(check(data) == [] for data in kept.values())
        for draw, data in zip(
            given["draws"], sorted(kept.values(), key=lambda data: read(data)["id"]), strict=True
        ):
            drawn = [row["id"] for stratum in read(data)["strata"] for row in stratum["drawn"]]
            assert draw["id"] == read(data)["id"] and draw["subject"]["id"] in drawn
        assigned = File(made.stays).assignment
        assert "综合查一次" in assigned["reason"]["text"] and made.gone.number in assigned["reason"]["text"]
        assert {"PD1", "PD5"} <= {item["code"] for item in assigned["items"]}
