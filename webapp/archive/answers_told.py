"""What a file of answers says of itself: whose answers it holds, what is not in it, and how to read it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from webapp.archive.answers import Tables
from webapp.archive.answers_asked import Asked, records
from webapp.archive.answers_book import Rows
from webapp.archive.wording import N_, STATES, Say, texts
from webapp.field.fold import Record

FORM, VERSIONS = N_("检查表：{title}（{name}）"), N_("版本：{versions}")
RANGE, IN_STATES = N_("范围：{text}"), N_("状态：{states}")
LIST = N_("、")
MADE = N_("由 {bureau} {author} 导出于 {time}")
COUNT, UNSEALED = N_("检查 {count} 次"), N_("其中没有封存、还会改变的 {count} 次：“封存时间”一列写着“未封存”")
DIFFERING = N_("其中两人答案不一致、还没有选定的 {count} 次：两个答案都写出，前面写着“答案不一致”")
DESTROYED, WITHOUT = (
    N_("档案已销毁、没有放入的 {count} 次"),
    N_("到达现场时没有用这张检查表、没有放入的 {count} 次"),
)
HOW = (
    N_("第一张表一行是一次检查；每个重复题组各有一张表，一行是其中一份，以 PARENT_KEY 与上级的 KEY 相连。"),
    N_("空格：没有回答，或者按检查表的条件不需要回答。计算题写出算得的值。"),
    N_("多选题拆成的各列：1 选了，0 没有选，空格没有回答。"),
    N_("几个版本里路径相同的题目是同一列，列名用最新版本的文字；答案按各自版本的选项写出。"),
    N_("检查记录校验值与档案中 record.json 的 record_hash 相同。"),
)
PHOTOS = N_("“（照片）”各列写的是这次检查的档案里 09-photos 文件夹中的文件名。")
HIDDEN = N_("含有现在不显示、不算数的答案，“现在不显示的答案”一列写明是哪些题。")


@dataclass
class Told:
    """Counts what goes into the file while it goes."""

    asked: Asked
    tables: Tables
    say: Say
    first: list[str]
    destroyed: int
    count: int = 0
    unsealed: int = 0
    differing: int = 0
    without: int = 0

    def rows(self, ids: Iterable[str]) -> Rows:
        """The rows of the records of these inspections."""
        for inspection, record in records(ids):
            name = next((name for name in _forms_of(record) if name in self.tables.versions), None)
            if name is None:
                self.without += 1
                continue
            self.count += 1
            self.unsealed += record["seal"] is None
            self.differing += bool(record["conflicts"])
            yield from self.tables.rows(inspection, record, name)

    def lines(self) -> list[str]:
        """The lines of the file's own sheet; what there is none of is not said."""
        counted = {
            UNSEALED: self.unsealed,
            DIFFERING: self.differing,
            DESTROYED: self.destroyed,
            WITHOUT: self.without,
        }
        said = [self.say(COUNT).format(count=self.count)]
        said += [self.say(words).format(count=count) for words, count in counted.items() if count]
        wish = self.tables.wish
        how = [*HOW, *([PHOTOS] if wish.photos else []), *([HIDDEN] if wish.hidden else [])]
        return [*self.first, *said, *map(self.say, how)]


def first_lines(
    asked: Asked, title: str, versions: list[str], ranged: str, made: tuple[str, str, str], say: Say
) -> Iterator[str]:
    """What is known before: the form, its versions, what was asked for, and who made it (bureau, person, time)."""
    yield say(FORM).format(title=title, name=asked.form)
    yield say(VERSIONS).format(versions=say(LIST).join(versions))
    if ranged:
        yield say(RANGE).format(text=ranged)
    yield say(IN_STATES).format(states=say(LIST).join(say(STATES[state]) for state in asked.states))
    bureau, author, time = made
    yield say(MADE).format(bureau=bureau, author=author, time=time)


def _forms_of(record: Record) -> list[str]:
    return texts((record["content"]["visit"] or {}).get("forms"))
