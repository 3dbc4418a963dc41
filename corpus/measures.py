"""The words around a number that say what it measures: currencies, measure words, bounds.

`TOKEN` is the pattern of one quantity in folded text; `corpus.money` reads its matches.
"""

from __future__ import annotations

import re
from enum import StrEnum

from corpus.numerals import ARABIC, DIGIT, NUMBER


class Bound(StrEnum):
    """How a quantity limits; 以上, 以下 and 以内 include the number itself (民法典 art. 1259)."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


CURRENCIES = {
    "USD": "美元|美金|美刀|刀|USD|usd|US\\$|\\$",
    "EUR": "欧元|EUR|eur|€",
    "HKD": "港元|港币|港幣|HKD|hkd|HK\\$",
    "JPY": "日元|日圆|JPY",
    "GBP": "英镑|GBP|£",
    "SGD": "新加坡元|新元|SGD",
    "KRW": "韩元|韩币|KRW",
    "CNY": "人民币|元人民币|RMB|rmb|CNY|[￥¥]|块钱|块|元(?!化|结构|锂|素|件|组|论|旦|宵|首|老|年)",
}
# A measure word, and the words it must not be the beginning of.
MEASURES = {
    "平方公里": "", "平方米": "", "立方米": "", "公里": "", "公顷": "",
    "千瓦时": "", "兆瓦时": "", "千瓦": "", "兆瓦": "", "千克": "", "公斤": "",
    "吨标准煤": "", "吨标煤": "", "度电": "影|商|子|动|力|站|池|网|器|信", "课时": "", "学时": "",
    "方水": "务|利|质|平|电|泥|产|文|源",
    "平方": "公里|千米|米", "立方": "米", "标准箱": "", "标箱": "",
    "千米": "", "米": "其|饭|粉|面", "小时": "", "分钟": "",
    "工作日": "", "人次": "", "季度": "", "用户": "",
    "年": "轻|级|货|龄|薪|终", "天": "津|使|然|河|线",
    "日": "本|元|常|报", "周": "期|边|转|浦|岁", "个": "", "家": "庭|电|居|园|装", "台": "湾|州|账",
    "套": "餐|路", "件": "套", "项": "", "人": "工|民|才|员|形|均|力|机|类", "款": "项|式",
    "名": "单|称|录|额|牌|优", "位": "于|一体|置|列|居", "种": "类|植|子",
    "次": "性|数|年|月|序|要",
    "倍": "增|数", "批": "发|准|复", "座": "谈", "层": "面|级|次", "亩": "", "吨": "", "辆": "",
    "架": "构", "条": "件|款|例|文|约", "间": "隔|距", "栋": "", "张": "江", "篇": "幅", "份": "额",
    "期": "间|限|望|待", "轮": "胎|子|车|摩", "届": "", "类": "型|别|似", "户": "外|型|口|籍",
    "组": "织|建|合|成|装|团", "只": "有|要|能|是|需|补|给|按|算|多|够|占|拿|得|会|可",
    "字": "节|段|符|路|会|架", "页": "",
    "场": "地|所|景|馆|合(?!规|格)|面|次|外|内|租|站|域", "所": "以|有|得|谓|在|属|需|列|述|称|长",
    "艘": "", "门": "槛|店|诊|票|户|禁|面|口|窗|外|前", "处": "理|置|罚|于|分|级|在|室",
    "口": "岸|径|碑|头|述|腔|罩", "株": "洲|式", "棵": "", "头": "部|寸|条|等", "桩": "",
    "本": "市|区|省|县|人|科|级|单|次|地|办|措|政|条|年|月|金|企|身|部|币|期|应|溪",
    "班": "组|级|长|子|轮|列", "床": "", "匹": "配", "根": "据|本|源|基|治|植",
    "部": "门|分|署|位|件|级|队|委|制", "支": "持|付|出|撑|援|部", "月": "球|亮", "号": "召|称",
}  # fmt: skip
# Short names of a unit that begin many other words (度 年度, 方 方面, 平 平台), and what may follow
# them besides an end: they count only after two digits or a scale, 三方 is three parties.
SHORT_MEASURES = {
    "度": "能|可|补|给|奖|怎|绿电|的电",
    "方": "补多少|怎|库容|冷库|混凝土|天然气|用水",
    "平": "能|可|补|给|奖|怎|厂房|办公|场地|场所|仓|空间|用房|车间|商铺|店|展",
}
SAME_UNIT = {
    "名": "人", "位": "人", "天": "日",
    "平米": "平方米", "㎡": "平方米", "m2": "平方米", "m²": "平方米", "平方": "平方米",
    "平": "平方米",
    "立方": "立方米", "方": "立方米", "方水": "立方米", "千米": "公里", "km": "公里",
    "度": "千瓦时", "度电": "千瓦时", "kwh": "千瓦时", "kw": "千瓦", "mwh": "兆瓦时", "mw": "兆瓦",
    "吨标煤": "吨标准煤", "公斤": "千克", "标箱": "标准箱", "teu": "标准箱",
}  # fmt: skip
"""The names people use for a unit, and the unit as the law writes it."""

# Units that 一 counts; before any other it is an article (一个, 一家).
ARTICLE_UNITS = frozenset(
    ["年", "个月", "天", "日", "次", "倍", "小时", "周", "季度", "度电", "千瓦时", "方水"]
)
RATE_SCALES = {"百": 100, "千": 1000, "万": 10000, "%": 100, "‰": 1000, "点": 100, "成": 10}

_CURRENCY = "|".join(f"(?P<{code}>{words})" for code, words in CURRENCIES.items())
_PREFIX = "人民币|RMB|rmb|CNY|USD|usd|EUR|HKD|US\\$|HK\\$|美元|欧元|[￥¥$€£]"
_LETTERS = "(?:[kKmM][wW][hH]?|[kK][mM]|TEU)(?![A-Za-z0-9])"
_ENDS = (
    "$|[\\s，。、；：！？,.;:!?（）()/+~～—]|以[上下内外]|及以|左右|上下|封顶|的|了|吗|呢|到|至|和"
)
_MEASURE = "|".join(
    (
        f"平米|㎡|m2|m²|个月|个工作日|{_LETTERS}",
        *(f"{word}(?!{stop})" if stop else word for word, stop in MEASURES.items()),
        *(
            rf"{word}(?:(?<=[\d.]\d.)|(?<=[十百千万亿多余\s].))(?={_ENDS}|{after})"
            for word, after in SHORT_MEASURES.items()
        ),
    )
)
_UNIT = rf"%|‰|个百分点|个点(?!评|子|击)|成(?![立为员本功果长效熟就都品交绩套型分])|{_MEASURE}"
_ORDINAL = rf"第\s?[（(]?(?:{ARABIC}|{DIGIT}|[十百千])+[)）]?"
_SKIPPED = "|".join(
    (
        rf"{_ORDINAL}(?:\s?[条款项]?(?:[、,和至到与或]|及|[-—~])\s?第?(?:\d+|(?:{DIGIT}|十)+)(?=[^%万亿元\d]))*"
        r"\s?[条款项章节点部编届名位]?",
        r"(?m:^[ \t>*#|-]*)(?:\d{1,2}[.、)）](?!\d)(?=[ \t]*\S)|[1-9]、(?=\d{2}))",
        r"(?:[（(][一二三四五六七八九十]{1,3}[)）]|(?<![百千万亿点])[一二三四五六七八九十]{1,3}、)"
        rf"\d{{1,2}}(?!\d|[.,]\d|\s?(?:[十百千万亿元块wW美欧港英]|{_UNIT}))",
        r"[（(\[【]\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?[)）\]】]",
        rf"前(?:\d|{DIGIT})+[款项条]|十字",
        r"一次性|一体化?|十[一二三四五]五|第一|一元化|一[条项](?=龙)",
    )
)
_CODE = (
    r"(?<![\d.])(?:0\d{2,3}-\d{7,8}|1[3-9]\d{9}|400-?\d{3,4}-?\d{3,4})(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|\d+(?:\.\d+){2,}"
    rf"|\d+(?!m2|m²)(?!{_LETTERS}|[wW](?![A-Za-z])|RMB|rmb|CNY|USD|usd|EUR|HKD)[A-Za-z][A-Za-z0-9]*"
    r"|(?!RMB|rmb|CNY|USD|usd|EUR|HKD)(?<![A-Za-z])[A-Za-z][A-Za-z.-]{0,20}\d++(?!\.?\d*\s?[十百千万亿元块%])[A-Za-z0-9.]*"
)
TOKEN = re.compile(
    rf"(?P<skip>{_SKIPPED})|(?P<code>{_CODE})|(?P<ratio>\d+\s?[:：]\s?\d+(?![\d:：]))"
    rf"|(?P<said_year>[二一][〇零九](?:{DIGIT}){{2}}(?=年))"
    r"|(?P<vague>好?(?:几|数|(?<![以之])上|成)[十百千万亿]+)"
    rf"\s?(?:{_CURRENCY.replace('?P<', '?P<v')})?"
    rf"|(?P<sign>负|(?<![\dA-Za-z万亿千百十元块%])(?<![\d万亿元%]\s)-(?=[\d￥¥$]))?"
    rf"(?:(?P<prefix>{_PREFIX})\s?)?(?P<of>[百千万]分之)?(?P<number>{NUMBER})"
    rf"(?P<more>[多余](?!少|次|元化)|来(?={_MEASURE}|元|块))?(?:\s?(?:{_CURRENCY}|(?P<unit>{_UNIT})))?",
    re.ASCII,
)
RANGE = re.compile(r"\s?(?:到|至|-{1,2}|—{1,2}|–|~|－)\s?")
LIST = re.compile(r"\s?(?:[、,，/]|和|与|及|或)\s?")
ROUGHLY = re.compile(r"(?:约|大概|大致|估计|差不多|将近|接近|(?<![最附靠])近)(?:为|是|有|在)?\s?$")
ROUGHLY_AFTER = re.compile(r"\s?(?:左右|上下|来(?!自|源|年))")
_GAP = r"[^，。；、,;：:\d%万亿元一二三四五六七八九十]{0,24}$"
_BOUNDS_BEFORE = (
    (
        Bound.AT_MOST,
        rf"((?:最高|最多|上限)?(?:[不未]超过|不[高多大]于)|至多|最多|最高|上限|封顶){_GAP}",
    ),
    (Bound.AT_MOST, r"(≤|<=|小于或?等于)\s?$"),
    (Bound.LESS_THAN, r"(不到|不足|不满|[未没]达到?|没到|达不到|(?<!不)[少小低]于)\s?$"),
    (
        Bound.AT_LEAST,
        r"(不[低少小]于|至少|最少|最低|达到?|(?<![拿补领])满|起码|≥|>=|大于或?等于)(?:了|人民币)?\s?$",
    ),
    (Bound.MORE_THAN, r"((?<![不未])超过|超出|(?<!不)[大高多]于|突破)了?\s?$"),
)
_BOUNDS_AFTER = (
    (Bound.MORE_THAN, r"\s?以[上外][（(]不[含包]|[（(]不[含包][^)）]{0,12}[)）]\s?以上"),
    (Bound.LESS_THAN, r"\s?以下[（(]不[含包]|[（(]不[含包][^)）]{0,12}[)）]\s?(?:以下|以内)"),
    (
        Bound.AT_LEAST,
        r"\s?(?:[（(][^)）]{0,3}含[^)）]{0,12}[)）])?\s?(?:及其?以上|以上|起步?(?!来|初))",
    ),
    (
        Bound.AT_MOST,
        r"\s?(?:[（(][^)）]{0,3}含[^)）]{0,12}[)）])?\s?(?:及其?以[下内]|以[下内]|封顶)",
    ),
)
BEFORE = tuple((bound, re.compile(words)) for bound, words in _BOUNDS_BEFORE)
AFTER = tuple((bound, re.compile(words)) for bound, words in _BOUNDS_AFTER)


def unit_name(written: str) -> str:
    """Return the one name of a unit that people write in several ways: 度, kWh → 千瓦时."""
    return SAME_UNIT.get(written.lower(), written)


def fits_unit(said: str, unit: str) -> bool:
    """Tell whether a count said in one unit may be meant in another: 吨 for 吨标准煤."""
    units = {unit_name(said), unit_name(unit)}
    return len(units) == 1 or units == {"吨", "吨标准煤"}
