"""The certificate of a draw (抽取结果公示表) as a sheet: announced, drawn, cancelled (RZ-13, TJ-3). Pure."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from webapp.draw.by_hand import STEPS
from webapp.draw.layout import DrawFile
from webapp.draw.wording import N_, UNFIT, Say
from webapp.typesetting.sheet import facts, lines, signing, table

Json = dict[str, Any]

# More rows make no paper that anyone reads; the draw file has them all.
MOST = 2000
TITLES = {
    "frozen": N_("双随机抽取公告"),
    "drawn": N_("双随机抽取结果公示表"),
    "cancelled": N_("双随机抽取取消公告"),
}
BY = {
    "risk/region": N_("按风险等级和区县"),
    "risk": N_("按风险等级"),
    "region": N_("按区县"),
    "all": N_("不分层"),
}
LEFT_OUT = {
    "state": N_("不在营业或不在册"),
    "kind": N_("不是任务的类别"),
    "cap": N_("今年已到次数上限"),
    "cooldown": N_("刚检查过"),
    "district": N_("不在任务的区县"),
    "task": N_("这个任务今年已抽到"),
}
NEEDS = {"specialty": N_("专业"), "item": N_("事项"), "leader": N_("组长")}
KINDS = {"subject": N_("检查对象"), "inspector": N_("检查人员"), "expert": N_("专家")}
FOOT = N_("第 {page} 页 共 {pages} 页")
GLYPHS = N_("字库未收录的字符以〔U+编码〕印出。")


@dataclass(frozen=True)
class Published:
    """What stands beside a draw file: its SHA-256, when it was made, and where what belongs to it is found.

    `pool` and `strata` (name, size, quota) as they are before the draw; `names` and `people` are names by id, for the
    office's own copy only. `given_by`: the platform that drew the subjects (RZ-9). `sign`: who signs that copy by hand.
    """

    state: str
    sha256: str
    made: str
    page: str
    file: str
    again: str
    key: str
    pool: int
    strata: list[tuple[str, int, int]]
    given_by: str = ""
    names: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    sign: list[str] = field(default_factory=list)


def certificate(file: DrawFile, published: Published, lang: str = "zh", say: Say = str) -> Json:
    """What `sheet_pdf` prints of a draw. Subjects and people stand by their ids, as in the file, unless names are given."""
    words = _Words(file, published, say)
    blocks = [
        *words.state(), words.head(), words.frozen(), words.rules(), words.sources(), *words.seed(),
        words.strata(), *words.drawn(), *words.refused(), *words.swapped(), *words.team(), *words.signed(),
        *words.again(),
    ]  # fmt: skip
    return {
        "lang": lang,
        "title": say(TITLES[published.state]),
        "number": say(N_("抽取编号 {id}")).format(id=file["id"]),
        "bureau": file["bureau"],
        "day": published.made[:10],
        "lead": [said_time(published.made)],
        "address": published.page,
        "code_words": say(N_("扫码核对这次抽取")),
        "code_alt": say(N_("二维码：{text}")).format(text=published.page),
        "foot": say(FOOT),
        "glyphs": say(GLYPHS),
        "blocks": blocks,
    }


def said_time(text: str) -> str:
    """2026-11-21 16:00 of an ISO time that was written in China."""
    return f"{text[:10]} {text[11:16]}"


@dataclass(frozen=True)
class _Words:
    file: DrawFile
    published: Published
    say: Say

    def state(self) -> list[Json]:
        """What has to be known before all else: whose draw it was, whether it stands."""
        given = self.published.given_by
        if not given:
            return self._standing()
        said = self.say(N_("检查对象不是本系统抽取的，由其他平台抽取；这次只抽检查组。"))
        return [lines("note", "", [said, given]), *self._standing()]

    def _standing(self) -> list[Json]:
        cancelled = self.file["cancelled"]
        if cancelled:
            who = self._said(N_("{asked} 提出，{approved} 批准，{time}"), **self._who(cancelled))
            said = [self._said(N_("这次抽取已经取消：{reason}"), reason=cancelled["reason"]), who]
            return [lines("note", "", said)]
        if self.published.state == "frozen":
            said = [
                self.say(
                    N_("名录和规则已经固定，从现在起不能再变；号码还没有产生。抽取以后，结果在同一地址公布。")
                )
            ]
            return [lines("note", "", said)]
        return []

    def head(self) -> Json:
        rules = self.file["rules"]
        window = f"{rules['window']['from']} {self.say(N_('至'))} {rules['window']['until']}"
        return facts(
            self.say(N_("抽查任务")),
            [
                (self.say(N_("任务")), rules["task"]),
                (self.say(N_("抽查事项")), self._list(self.file["items"])),
                (self.say(N_("检查期间")), window),
            ],
        )

    def frozen(self) -> Json:
        left = [
            self._said(
                N_("未列入：{why} {size} 个"),
                why=self.say(LEFT_OUT[why]) if why in LEFT_OUT else why,
                size=size,
            )
            for why, size in self.file["rules"]["left_out"].items()
            if size
        ]
        people = self._said(N_("{size} 名"), size=len(self.file["inspectors"]))
        return facts(
            self.say(N_("抽取以前的公布")),
            [
                (self.say(N_("冻结时间")), said_time(self.file["rules"]["frozen"])),
                (self.say(N_("名录")), [self._said(N_("{size} 个对象"), size=self.published.pool), *left]),
                (self.say(N_("名录指纹")), self.file["pool_hash"]),
                (self.say(N_("检查人员名单")), people),
                (self.say(N_("规则指纹")), self.file["rules_hash"]),
            ],
        )

    def rules(self) -> Json:
        rules = self.file["rules"]
        rows = [
            (self.say(N_("分层")), self.say(BY[rules["by"]])),
            (self.say(N_("抽取数量")), self._quota(rules["quota"])),
        ]
        if rules["team"]:
            size = self._said(N_("每组 {size} 人"), size=rules["team"]["size"])
            needs = [
                f"{self.say(NEEDS.get(need['what'], need['what']))} {need['value']}"
                for need in rules["team"]["needs"]
            ]
            rows.append((self.say(N_("检查组")), [size, *needs]))
        if rules["weights"]["labels"]:
            rows.append((self.say(N_("签数")), self._weights(rules["weights"])))
        if rules["eligible"]["cap"]:
            rows.append(
                (
                    self.say(N_("同一对象每年")),
                    self._said(N_("不超过 {size} 次"), size=rules["eligible"]["cap"]),
                )
            )
        return facts(self.say(N_("抽取办法")), rows)

    def sources(self) -> Json:
        opened = self.file["sources"] or [None] * len(self.file["rules"]["sources"])
        rows = [
            self._source(source, given)
            for source, given in zip(self.file["rules"]["sources"], opened, strict=True)
        ]
        columns = [(N_("来源"), 4), (N_("抽取以前公布的"), 6), (N_("号码"), 5)]
        return table(self.say(N_("号码的来源")), self._heads(columns), rows)

    def seed(self) -> list[Json]:
        if not self.file["key"]:
            return []
        rows = [(self.say(N_("种子")), self.file["seed"]), (self.say(N_("抽签钥")), self.file["key"])]
        return [facts("", rows)]

    def strata(self) -> Json:
        rows = [[self._stratum(name), size, quota] for name, size, quota in self.published.strata]
        columns = [(N_("层"), 6), (N_("对象"), 2), (N_("抽取"), 2)]
        return table(self.say(N_("各层")), self._heads(columns), rows, figures=(1, 2))

    def drawn(self) -> list[Json]:
        rows = [
            (stratum["name"], rank, row)
            for stratum in self.file["strata"]
            for rank, row in enumerate(stratum["drawn"], start=1)
        ]
        if not rows:
            return []
        pairs = {pair["subject"]: pair for pair in self.file["pairs"]}
        out = {swap["out"] for swap in self.file["swaps"] if swap["kind"] == "subject"}
        cells = [
            [
                place,
                [
                    *self._subject(row["id"], gone=row["id"] in out),
                    self._said(N_("签号 {ticket}…"), ticket=row["ticket"][:16]),
                ],
                [self._stratum(name), self._said(N_("第 {rank} 签"), rank=rank), *self._batch(row)],
                self._pair(pairs.get(row["id"])),
            ]
            for place, (name, rank, row) in enumerate(rows[:MOST], start=1)
        ]
        columns = [(N_("序号"), 0), (N_("检查对象"), 9), (N_("层和签序"), 4), (N_("检查组"), 5)]
        title = self._said(N_("抽中的对象和检查组（{size}）"), size=len(rows))
        more = (
            [self._said(N_("另有 {size} 个，见抽取文件。"), size=len(rows) - MOST)]
            if len(rows) > MOST
            else []
        )
        found = [table(title, self._heads(columns), cells, figures=(0,))]
        return [*found, *([lines("text", "", more)] if more else [])]

    def refused(self) -> list[Json]:
        if not self.file["refusals"]:
            return []
        rows = [[self._subject(one["subject"]), self._why(one)] for one in self.file["refusals"][:MOST]]
        columns = self._heads([(N_("检查对象"), 6), (N_("原因"), 6)])
        return [table(self.say(N_("抽中了，组不成检查组的")), columns, rows)]

    def swapped(self) -> list[Json]:
        rows = [
            [
                place,
                [self.say(KINDS.get(one["kind"], one["kind"])), self._name(one["subject"])],
                [
                    self._said(N_("{one} 换下"), one=self._name(one["out"])),
                    self._said(N_("{one} 接替"), one=self._name(one["in"])),
                ],
                [one["reason"], self._said(N_("{asked} 提出，{approved} 批准，{time}"), **self._who(one))],
            ]
            for place, one in enumerate(self.file["swaps"][:MOST], start=1)
        ]
        columns = [(N_("序号"), 0), (N_("检查对象"), 6), (N_("更换"), 6), (N_("原因"), 5)]
        return (
            [table(self.say(N_("抽取以后的更换")), self._heads(columns), rows, figures=(0,))] if rows else []
        )

    def team(self) -> list[Json]:
        """Who was drawn, by the number under which the rows name them: the place in the frozen list."""
        counts: dict[str, int] = {}
        for pair in self.file["pairs"]:
            for member in [*pair["inspectors"], *pair["experts"]]:
                counts[member["id"]] = counts.get(member["id"], 0) + 1
        rows = [
            [self._numbers[name], [*self._known(name), name], self._units[name], counts[name]]
            for name in sorted(counts, key=lambda name: self._numbers[name])
        ]
        columns = [(N_("号"), 0), (N_("人员"), 9), (N_("单位"), 6), (N_("组数"), 0)]
        title = self.say(N_("抽中的人员（号是冻结名单里的顺序）"))
        return [table(title, self._heads(columns), rows[:MOST], figures=(0, 3))] if rows else []

    def signed(self) -> list[Json]:
        foot = self.say(N_("年　　月　　日"))
        places = [(label, "", foot) for label in self.published.sign]
        return [signing(self.say(N_("签字")), places)] if places else []

    def again(self) -> list[Json]:
        rows = [
            (self.say(N_("公示页")), self.published.page),
            (self.say(N_("抽取文件")), self.published.file),
            (self.say(N_("文件校验值 SHA-256")), self.published.sha256),
            (self.say(N_("在浏览器里重复")), self.published.again),
            (self.say(N_("机构的公钥")), self.published.key),
        ]
        how = self.say(
            N_(
                "把抽取文件存为 draw.json，在同一个文件夹里依次执行下面的命令，只用 sed、sort、awk 和 sha256sum："
            )
        )
        shell = [line for _, part in STEPS[:5] for line in part.splitlines()]
        found = [facts(self.say(N_("自己核验")), rows)]
        if self.file["key"]:
            found += [lines("text", "", [how]), lines("code", "", shell)]
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        both = [*self.file["inspectors"], *self.file["experts"]]
        return {one["id"]: place for place, one in enumerate(both, start=1)}

    @cached_property
    def _opened(self) -> dict[str, str]:
        return {one["id"]: one["subject"] for one in self.file["openings"]}

    @cached_property
    def _units(self) -> dict[str, str]:
        return {one["id"]: one["unit"] for one in [*self.file["inspectors"], *self.file["experts"]]}

    def _source(self, source: Json, given: Json | None) -> list[Any]:
        witness = source["kind"] == "witness"
        kind = self.say(N_("见证人")) if witness else self.say(N_("公开号码"))
        before = (
            [self.say(N_("封存指纹")), source["sealed"]]
            if witness
            else [self._said(N_("开奖时间 {time}"), time=said_time(source["when"]))]
        )
        if given is None:
            return [[source["name"], kind], before, "—"]
        if given["text"] == "/":
            return [[source["name"], kind], before, self.say(N_("没有公开"))]
        salt = [self._said(N_("暗码 {salt}"), salt=given["salt"])] if given["salt"] else []
        return [[source["name"], kind], before, [given["text"], *salt]]

    def _quota(self, quota: Json) -> list[str]:
        said = []
        if quota["total"]:
            said.append(self._said(N_("共 {size} 个"), size=quota["total"]))
        if quota["bp"]:
            said.append(self._said(N_("每层 {percent}%"), percent=_percent(quota["bp"])))
        for name, bp in [*quota["risk"].items(), *quota["strata"].items()]:
            said.append(f"{self._stratum(name)} {_percent(bp)}%")
        return said

    def _weights(self, weights: Json) -> list[str]:
        """How many tickets an ordinary subject has, and what its labels add or take."""
        base = next(iter(weights["risk"].values()), 1)
        more = [f"{label} {by:+d}" for label, by in weights["labels"].items()]
        return [self._said(N_("一般对象 {size} 签"), size=base), self._list(more)]

    def _batch(self, row: Json) -> list[str]:
        batches = self.file["rules"]["batches"]
        return [self._said(N_("第 {batch} 批"), batch=row["batch"])] if batches > 1 else []

    def _stratum(self, name: str) -> str:
        return self.say(N_("不分层")) if name == "all" else name

    def _subject(self, name: str, gone: bool = False) -> list[str]:
        opened = [self._opened[name]] if name in self._opened else []
        swapped = [self.say(N_("已更换，见后"))] if gone else []
        return [*self.published.names.get(name, []), name, *opened, *swapped]

    def _name(self, name: str) -> str:
        known = self.published.names.get(name) or self._known(name)
        return known[0] if known else name

    def _known(self, person: str) -> list[str]:
        return [self.published.people[person]] if person in self.published.people else []

    def _pair(self, pair: Json | None) -> list[str]:
        if pair is None:
            return [self.say(N_("没有检查组"))]
        ordered = sorted(pair["inspectors"], key=lambda member: member["id"] != pair["leader"])
        said = [
            self._said(N_("{who}（组长）"), who=self._member(member["id"]))
            if member["id"] == pair["leader"]
            else self._member(member["id"])
            for member in ordered
        ]
        experts = [self._said(N_("专家 {who}"), who=self._member(member["id"])) for member in pair["experts"]]
        return [self._list(said), *experts]

    def _member(self, person: str) -> str:
        number = self._said(N_("{number} 号"), number=self._numbers[person])
        return " ".join([*self._known(person), number])

    def _why(self, refusal: Json) -> list[str]:
        said = [self._said(N_("合适的 {size} 人"), size=refusal["fit"])]
        said += [self._said(UNFIT[why], size=size) for why, size in refusal["out"].items()]
        said += [
            self._said(
                N_("缺{what}：{value}"),
                what=self.say(NEEDS.get(need["what"], need["what"])),
                value=need["value"],
            )
            for need in refusal["lacks"]
        ]
        return [said[0], self._list(said[1:])]

    def _who(self, act: Json) -> dict[str, str]:
        known = {name: self.published.people.get(act[name], act[name]) for name in ("asked", "approved")}
        return known | {"time": said_time(act["time"])}

    def _heads(self, columns: list[tuple[str, int]]) -> list[tuple[str, int]]:
        return [(self.say(name), width) for name, width in columns]

    def _list(self, parts: list[str]) -> str:
        return self.say(N_("、")).join(parts)

    def _said(self, words: str, **values: Any) -> str:
        return self.say(words).format(**values)


def _percent(bp: int) -> str:
    return f"{bp / 100:g}"
