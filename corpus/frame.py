"""What stands around the numbered provisions: title block, covering notice, closing lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.markers import Kind
from corpus.outline import STOPS, Line, is_finished, until_mark

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_YEAR = (
    r"(?:(?:19|20)\d\d|二\s*[〇○零Oo0]\s*[〇○零一二三四五六七八九Oo]\s*[〇○零一二三四五六七八九])"
)
_COUNT = r"\s*[\d〇一二三四五六七八九十]{1,3}\s*"
_DAY = rf"{_YEAR}\s*年{_COUNT}月(?:{_COUNT}日)?"
DATE = re.compile(_DAY)
_ADOPTED = re.compile(rf"[（(]{_DAY}.{{0,80}}[）)]?")
_DOCUMENT_NUMBER = re.compile(
    r"[^。；：]{0,30}[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]\s*第?\s*\d+\s*号"
)
_HEAD = re.compile(
    r"(?:索\s*引\s*号|发文机[关构]|发布机构|制发机关|发布日期|发文日期|成文日期|印发日期|公开日期"
    r"|公开属性|有效性|时效性|来源|信息来源|主题分类|文\s*号|发文字号|浏览次数|字号|作者)\s*[:：].*"
    r"|.{2,30}(?:人民政府|委员会|办公[室厅]|[局部厅])文件|特急|急件|加急"
)
_TITLED = re.compile(r"(?:标\s*题\s*[:：]|【标题】)\s*(?P<title>\S.*)")
_NAME = re.compile(
    r".*(?:措施|办法|意见|方案|规定|细则|政策|条例|通知|指南|规划|计划|要点|决定|制度|标准|规则"
    r"|条款|公告|通告|批复|函|稿|[条则]|目录|说明|若干政策措施)(?:[（(〔\[][^）)〕\]]{1,20}[）)〕\]])*"
)
_NOTICE = re.compile(r".*(?:通知|公告|通告|批复|函|决定|令)(?:[（(][^）)]{1,20}[）)])*")
_ISSUES = re.compile(r".*(?:关于)?(?:印发|转发|发布|下发)")
_BRACKETED = re.compile(r"[（(〔\[].{1,80}[）)〕\]]")
_OPENING = re.compile(
    r"为(?:了|深入|贯彻|进一步|加快|推[动进]|落实|促进)|根据|依据|按照|各有关|现将"
)
_PROVIDES = re.compile(
    r"(?:本|上述|以上)(?:若干)?(?:政策|措施|办法|意见|规定|细则|方案|文件|通知|条款)|此前|原"
)
_SIGNED_OFF = re.compile(r"特此|[（(](?:此件|联系人)|此页无正文|抄\s*送|印发[:：]?$")
_LONGEST_NAME = 90
_LONGEST_SIGNATURE = 40
_MOST_TITLE_LINES = 6


class Title(NamedTuple):
    """A title, its lines joined, and the block it stands in, with number and date of issue."""

    name: str
    start: int
    end: int


def title_block(lines: Sequence[Line]) -> Title:
    """Read the title block at the top of `lines`, which reach to the first numbered entry."""
    parts: list[str] = []
    end = lines[0].start if lines else 0
    for line in lines:
        words = line.words
        if titled := _TITLED.fullmatch(words):
            parts = [titled["title"]]
        elif not _is_beside_title(words):
            if not _continues_title(parts, words):
                break
            parts.append(words)
        end = line.end
    return Title(re.sub(r"\s+", "", "".join(parts)), lines[0].start if lines else 0, end)


def annexed_title(notice: str, lines: Sequence[Line]) -> Title | None:
    """Find the title of the text that a covering notice brings with it, below the notice.

    It is named in the notice's own title, or stands between the notice's date and the provisions.
    """
    if not _NOTICE.fullmatch(notice):
        return None
    for at, line in enumerate(lines):
        before = lines[at - 1].words if at else ""
        if line.mark or not (is_finished(before) or DATE.fullmatch(before)):
            continue
        if not _may_be_title(line.words) or _is_beside_title(line.words):
            continue
        block = title_block(until_mark(lines[at : at + _MOST_TITLE_LINES * 2]))
        named = _issued(notice) and _bare(block.name) and _bare(block.name) in _bare(notice)
        if named or (DATE.fullmatch(before) and _NAME.fullmatch(block.name)):
            return block
    return None


def closing_block(lines: Sequence[Line], listed: Container[int]) -> tuple[int, int]:
    """Find what ends a text, given the lines from its last mark on.

    Returns two indexes into `lines`: where unnumbered provisions on the whole document begin
    (“本措施自……施行”), and where signature, date and lists of annexes (`listed`) begin. Below an
    article, paragraphs are its own.
    """
    least = 1 if lines and lines[0].mark else 0
    signed = len(lines)
    while signed > least and _signs_off(lines, signed - 1, listed):
        signed -= 1
    provided = signed
    if lines and lines[0].mark and lines[0].mark.kind is not Kind.ARTICLE:
        while provided > least and _PROVIDES.match(lines[provided - 1].words):
            provided -= 1
    if not any("。" in line.words for line in lines[:provided]):
        provided = signed
    return provided, signed


def _signs_off(lines: Sequence[Line], at: int, listed: Container[int]) -> bool:
    line = lines[at]
    words = line.words
    if line.start in listed or DATE.fullmatch(words.strip("（）()")) or _SIGNED_OFF.match(words):
        return True
    below = at + 1 < len(lines)
    short = len(words) <= _LONGEST_SIGNATURE and words[-1] not in STOPS + "，：、,:"
    return below and short and (at == 0 or is_finished(lines[at - 1].words))


def _is_beside_title(words: str) -> bool:
    """Tell whether a line belongs to the title block without being part of the name."""
    patterns = (_DOCUMENT_NUMBER, DATE, _ADOPTED, _HEAD)
    return any(pattern.fullmatch(words) for pattern in patterns)


def _continues_title(parts: list[str], words: str) -> bool:
    name = "".join(parts)
    if not parts:
        return _may_be_title(words)
    if len(parts) >= _MOST_TITLE_LINES or not _may_be_title(words):
        return False
    if _BRACKETED.fullmatch(words):
        return True
    unfinished = _ISSUES.match(name) and not _NOTICE.fullmatch(name)
    complete = _NAME.fullmatch(name) and not unfinished and not words.startswith("的")
    return not complete and not _OPENING.match(words)


def _may_be_title(words: str) -> bool:
    return len(words) <= _LONGEST_NAME and not re.search(r"[。；：！？;:!?]", words)


def _issued(notice: str) -> bool:
    return bool(_ISSUES.match(notice))


def _bare(name: str) -> str:
    """Return a name without quotation marks, brackets and what they hold, and spaces."""
    return re.sub(r"[（(〔\[].*?[）)〕\]]|[《》〈〉“”\s]", "", name)
