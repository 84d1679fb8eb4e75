"""How long a page takes that shows fifty of a library, whatever the library's size."""

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter, process_time

from flask import Flask
from flask.testing import FlaskClient

from bench import made
from webapp.demo.load import PASSWORD

TIMES = 15
LIBRARY = "/office/subjects"


def asked(size: int) -> dict[str, str]:
    """What is looked at, by what it shows. The words are of the library's own subjects: few, many, none of them."""
    last = dict(zip(made.COLUMNS, made.row(size - 1, size), strict=True))
    return {
        "all subjects": LIBRARY,
        "all subjects, in the middle": f"{LIBRARY}?after={size // 2}",
        "one filter that a tenth meets": f"{LIBRARY}?district=叶县",
        "three filters": f"{LIBRARY}?state=there&credit=B&labour=A",
        "a filter that sixty meet": f"{LIBRARY}?tag={made.RARE}",
        "filters that nobody meets": f"{LIBRARY}?state=吊销&tag=没有这个标签&district=叶县",
        "a word that all have": f"{LIBRARY}?q=公司",
        "a word that sixty have": f"{LIBRARY}?q={made.RARE}",
        "a word that sixty have, and a filter": f"{LIBRARY}?q={made.RARE}&state=there",
        "a word that a seventh has, and a filter": f"{LIBRARY}?q=餐饮管理&state=there",
        "two words": f"{LIBRARY}?q=餐饮 建设路1号",
        "one whole name": f"{LIBRARY}?q={last['name']}",
        "one whole code": f"{LIBRARY}?q={last['code']}",
        "seven figures of a code": f"{LIBRARY}?q={last['code'][10:17]}",
        "a word that nobody has": f"{LIBRARY}?q=查无此名",
    }


def measured(app: Flask, addresses: dict[str, str], username: str = "planner") -> dict[str, float]:
    """Milliseconds of each page, the middle of several, by that person, who is logged in.

    Of the processor where the database is in this process; by the clock where it is a server beside it.
    """
    client = logged_in(app, username)
    clock = process_time if app.config["DATABASE_URL"].startswith("sqlite") else perf_counter
    return {name: _middle(client, address, clock) for name, address in addresses.items()}


def logged_in(app: Flask, username: str = "planner") -> FlaskClient:
    """That person's browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/login", data={"username": username, "password": PASSWORD})
    if answer.status_code != 302:
        raise RuntimeError(answer.text)
    return client


def _middle(client: FlaskClient, address: str, clock: Callable[[], float]) -> float:
    return median(list(_times(client, address, clock))[2:]) * 1000


def _times(client: FlaskClient, address: str, clock: Callable[[], float]) -> Iterator[float]:
    for _ in range(TIMES):
        start = clock()
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        yield clock() - start
