"""Every sentence that other programs are told: refusals, and what each door's parts are for."""

from __future__ import annotations

NEXT = "各项说明见 /api/docs。"
NEXT_OF_TOOL = "各项说明见工具的参数表。"
UNKNOWN_TOOL = "没有工具“{name}”。可用的有：{known}。"
NOT_JSON = "请求内容不是可用的 JSON（{fault}）。请用 UTF-8 编码、层数不过深的 JSON，再发一次。"
NOT_OBJECT = "请求内容应是一个 JSON 对象，例如 {example}。" + NEXT
NOT_JSON_TYPE = (
    "Content-Type 是“{given}”，只接受 application/json。请加上 Content-Type: application/json。"
)
FOREIGN = (
    "这个请求来自其他网站的页面（{origin}），已被拒绝。请从服务器端程序调用，不要从别的网页里调用。"
)
FOREIGN_HOST = (
    "请求的主机名是“{host}”，不在允许之列。请用 IP 地址或 localhost 访问，"
    "或请管理员把域名写进 POLICY_ASSISTANT_HOSTS。"
)
TOO_LARGE = "请求超过 {limit} 字节，或没有注明 Content-Length。请缩短内容、注明长度后再发。"
NO_KEY = "缺少 API 密钥。请在请求头写 Authorization: Bearer 您的密钥；密钥向本服务的管理员索取。"
WRONG_KEY = "API 密钥不对。请核对 Authorization 请求头里的密钥，或向本服务的管理员索取。"
KEYS_UNREADABLE = (
    "API 密钥文件“{path}”无法使用（{fault}）。请检查 POLICY_ASSISTANT_API_KEYS_FILE 所指的文件："
    "每行一个密钥，至少 {shortest} 个可见 ASCII 字符。"
)
KEYS_AWAY = "API 密钥文件暂时无法读取，请稍后再试，或告诉本服务的管理员。"
TOO_MANY = "您问得太快了。请过 {seconds} 秒再试。"
FAILED = "程序内部出错，没有得到结果。请稍后再试；仍然不行，请把时间和所发内容告诉管理员。"
NO_PATH = "没有地址“{path}”。可用的地址有：{known}。"
NO_METHOD = "地址“{path}”不接受 {method}，请用 {allowed}。"
NO_MCP_HERE = "MCP 服务需要另装一个包：pip install 'policy-assistant[mcp]'，装好后再试。"
NO_MCP = "MCP 接口需要另装一个包：pip install 'policy-assistant[mcp]'，装好后重启本服务。"

EMPTY = "“{place}”是空的，请写出内容。" + NEXT
UNKNOWN_POLICY = "没有编号为“{name}”的政策。现有的是 {known}。"
UNKNOWN_CLAUSE = "政策 {policy} 没有条款“{label}”。现有的编号是 {known}。"
WHICH_POLICY = "有几份政策（{known}），请在“policy”里写明是哪一份。"
ONE_OF = (
    "请写“question”（一个问题，可带“earlier”）或“questions”（同一段对话的几轮问题），只写一种。"
)
WANT_ALONE = "“want”是倒推，不能和“facts”一起用。请去掉其中一个。"

MISSING = "缺少“{place}”"
UNKNOWN_FIELD = "没有“{place}”这一项；可用的有 {known}"
SHOULD = {
    "string_type": "应是文字",
    "string_unicode": "应是完整的 Unicode 文字（有半个字符）",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_too_short": "不能是空的",
    "fact": "应是文字（如“1500万元”）、数字、true、false，或几个这样的值的数组",
    "list_type": "应是数组",
    "too_long": "太多，最多 {max_length} 项",
    "too_short": "至少要有 {min_length} 项",
    "dict_type": "应是对象，例如 {{\"名称\": \"数值\"}}",
    "model_type": "应是 JSON 对象",
    "model_attributes_type": "应是 JSON 对象",
    "int_type": "应是整数",
    "int_from_float": "应是整数",
    "bool_type": "应是 true 或 false",
    "float_type": "应是数字",
    "finite_number": "应是有限的数字",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "应是 {expected} 之一",
    "date_type": "应是 2026-11-24 这样的日期",
    "date_parsing": "应是 2026-11-24 这样的日期",
    "date_from_datetime_parsing": "应是 2026-11-24 这样的日期",
    "date_from_datetime_inexact": "应是 2026-11-24 这样的日期",
}  # fmt: skip
"""What a value should have been, by pydantic's name of the fault."""
NOT_USABLE = "不能用"
MORE = "（另有 {count} 处也要改）"

TITLE = "政策问答接口"
ABOUT = (
    "政策问答的接口：提问、检索条款、测算奖补。回答里的每个数字都有出处，每段引文与条文逐字一致；"
    "政策没有写的，直接说没有写。"
)
QUESTION = "要问的话，一个问题。"
EARLIER = "这段对话里此前问过的问题，按先后排列；用来理解“那上限呢”这样的追问。"
QUESTIONS = "同一段对话的几轮问题，依次回答。"
QUERY = "要找的词或一句话。"
TOP = "最多列几条。"
POLICIES = "只找这些政策（编号）；不写就找全部。"
STATUS = "只找征求意见的（draft）或现行的（in-force）。"
ON = "只找这一天现行的，例如 2026-11-24。"
AWARD = "奖励的编号，见奖励列表。"
FACTS = (
    "各项数据：名称 → 数值。数值写成“1500万元”“3%”“12台”，或以元、个为单位的数字；"
    "可以有几个数的项写成数组；条件写 true 或 false。"
)
WANT = "倒推：想拿到的金额，如“100万元”；“最高”表示拿满。不能与 facts 同用。"
POLICY = "政策的编号；只有一份政策时可以不写。"
CLAUSE = "条款的编号，如“5”或“第五条”。"

ASK_TOOL = (
    "就政府扶持政策提问，得到有条款依据、经过核对的回答（含逐字引文、测算步骤）。"
    "政策没有规定的会明说。回答中的金额和引文请原样使用，不要改写。"
)
SEARCH_TOOL = "按词语和意思检索政策条款，最相关的在前，给出条文原文。"
READ_TOOL = "读一条条款的原文，逐字不改。"
LIST_TOOL = "列出政策里的全部奖励：编号、条款、需要的数据、给多少、上限、条件。"
CALCULATE_TOOL = (
    "按条文测算一项奖励，给出金额和每一步的依据；也可以倒推要多少才能拿到某个金额。"
    "先用 list_awards 查编号和需要的数据。"
)
INSTRUCTIONS = (
    "政策条款、原文和奖补测算以本服务的结果为准：金额和引文请原样使用，并注明条款。"
    "reason 说明回答的性质；declined 表示政策没有规定或不在范围内，请照实转告。"
)

MODEL = "policy-assistant"
"""The one name that `/v1/models` lists."""
UNKNOWN_MODEL = "没有模型“{name}”。可用的是 " + MODEL + "。"
NO_QUESTION = "“messages”里没有可回答的问题：最后一条应是 role 为 user 的文字。"
PART = "“{place}”的类型是“{kind}”，只能读文字（text）。"
UNSUPPORTED = "不支持“{field}”：{why}。请去掉它再发。"
UNSUPPORTED_FIELDS = {
    "n": "一个问题只有一个核对过的回答",
    "tools": "回答不调用您的工具；要用本服务的工具请接 /mcp",
    "functions": "回答不调用您的函数；要用本服务的工具请接 /mcp",
    "response_format": "回答是核对过的 Markdown；要 JSON 请用 /api/ask",
    "logprobs": "回答不是按概率生成的",
    "modalities": "只有文字回答",
    "audio": "只有文字回答",
}
"""Parameters of OpenAI's that would change what an answer is, and why we don't take them."""

NEEDED = "必填"
GIVES = "得到"
TAKES = "参数"
NAME, KIND, MEANING = "名称", "类型", "说明"
OTHER_DOORS = "OpenAI 兼容的程序请把地址设为本服务的 /v1；MCP 客户端请连接 /mcp。机器可读的说明："
ERRORS = (
    '用不了的请求回答 4xx 和一行中文：{"error": {"message", "type", "param", "code"}}。'
    "问得太快回答 429，Retry-After 是要等的秒数。设置了密钥时，请加 Authorization: Bearer 密钥。"
)
_CURL = "curl -H 'Content-Type: application/json' {host}{path} -d '{body}'"
_HOST = "http://127.0.0.1:7860"
BODIES = {
    "/api/ask": '{"question": "第一条的原文是什么？"}',
    "/api/search": '{"query": "资金支持", "top": 3}',
    "/api/calculate": '{"award": "奖励编号", "facts": {"数据名称": "1500万元"}}',
    "/v1/chat/completions": (
        '{"model": "policy-assistant", '
        '"messages": [{"role": "user", "content": "第一条的原文是什么？"}]}'
    ),
}
EXAMPLES = {path: _CURL.format(host=_HOST, path=path, body=body) for path, body in BODIES.items()}
