"""Every fixed sentence of the desk page. Names in braces are filled in."""

from __future__ import annotations

from assistant.lookup import By

TITLE = "坐席查询"
BOX = "查条款"
PLACEHOLDER = "条号、关键词、拼音首字母，或来电原话"
POLICY = "政策"
ALL_POLICIES = "全部政策"
LOOK = "查找"
ASK = "直接提问"
HELP = "快捷键"
EXAMPLES = "例如：5　第五条　三（二）　关键词　jbgs（拼音首字母）"
RESULTS = "查到的条款"
ALL = "全部条款，共 {count} 条"
FOUND = "查到 {count} 条"
READ_AS = "按“{words}”查到 {count} 条"
FOUND_NEAR = "没有字面相符的条款，下面 {count} 条意思最近"
MORE = "另有 {count} 条没有列出，请多输入几个字。"
NONE = "没有查到与“{typed}”相关的条款"
NONE_HINT = "可以换个说法，或者直接提问；答不了的请登记。"
WHY = {
    By.NUMBER: "条号",
    By.SPELLING: "按读音、字形",
    By.TERMS: "按词义",
    By.MEANING: "意思相近",
}

READY = "还没有打开条款"
READY_HINT = "输入后按上下键选中，按 Enter 打开。右边会出现可以照着念的答复口径。"
SCRIPT = "答复口径"
ASKED = "来电问题"
ASK_AGAIN = "更新口径"
COPY = "复制"
COPIED = "已复制口径，含依据、查询日期和文件状态"
NOT_COPIED = "浏览器不允许复制，口径已选中，请按 Ctrl+C"
SOURCE = "依据"
NEXT = "接着可以问"
CHOOSE = "请向来电人确认"
CLAUSE = "条文原文"
VERBATIM = "一字未改"
WHOLE = "在全文中查看"
FIGURES = "按来电数据测算"
FIGURES_HINT = "填好后按 Enter，测算写进口径。"
INTO_SCRIPT = "写进口径"
NO_FIGURES = "这一条没有可以测算的奖补。"
NOTHING_TO_SAY = "还缺数据，暂时不能写进口径。请先填好标出的数据。"
UPDATED = "口径已更新。"
WAITING = "正在准备口径……"
OPENED = "口径已备好。"

NOTE = "未能解答"
NOTE_TITLE = "登记未能解答的问题"
NOTE_HINT = (
    "登记后进入问答看板的“没有得到解答的问题”。姓名、电话等个人信息请不要填写，号码会自动隐去。"
)
NOTE_QUESTION = "来电问题"
NOTE_NEED = "来电诉求"
NOTE_NEED_HINT = "来电人想办成什么事，例如：想为新招的员工申请住房。"
NOTE_SAVE = "登记"
CANCEL = "取消"
NOTED = "已登记为未能解答"
UNDO = "撤销"
UNDO_LABEL = "撤销登记“{question}”"
UNDONE = "已撤销登记"
NO_QUESTION = "请填写来电问题。"

LOG = "今日记录"
LOG_COUNT = "查询 {asked}，未能解答 {noted}"
LOG_EMPTY = "今天还没有记录。打开条款或直接提问后，会记在这里。"
LOG_OFF = "问答记录已关闭，查询不会留存，也不能登记未能解答的问题。"
LOG_MORE = "只列出最近 {shown} 条。"
LOG_UNREADABLE = "记录暂时读不出来，稍后自动重试。"
AGAIN = "再查“{question}”"
NOTED_LABEL = "未能解答"
NEED = "诉求："

KEYS_TITLE = "键盘快捷键"
KEYS = (
    ("↑ ↓", "在查到的条款间移动"),
    ("Enter", "打开选中的条款"),
    ("Ctrl + Enter", "不选条款，直接提问"),
    ("Esc", "回到查询框；在框内清空"),
    ("F2", "复制答复口径"),
    ("F4", "填写来电数据，测算"),
    ("F8", "登记未能解答"),
    ("Shift + F8", "到今日记录"),
    ("/", "回到查询框（不在填写时）"),
    ("?", "打开本说明（查询框为空或不在填写时）"),
)
SINGLE_KEYS = "使用单个字符的快捷键（/ 和 ?）"
CLOSE = "关闭"

LOST = "与服务器的连接已断开，显示的是先前的内容。填写的都在，恢复后继续输入即可。"
EXPIRED = "登录已过期，请重新登录。"
SIGN_IN = "去登录"
FAILED = "这一次没有成功，请再试一次。"
TOO_LONG = "内容太长，请精简后再试。"
GONE = "没有这一条，可能政策已经更新。请重新查找。"

SCRIPT_WORDS = {
    "lost": LOST,
    "expired": EXPIRED,
    "signIn": SIGN_IN,
    "failed": FAILED,
    "copied": COPIED,
    "notCopied": NOT_COPIED,
    "noFigures": NO_FIGURES,
    "waiting": WAITING,
    "opened": OPENED,
    "updated": UPDATED,
    "undone": UNDONE,
}
"""What the page's script says; the script itself holds no sentence."""
