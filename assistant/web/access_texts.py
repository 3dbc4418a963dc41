"""Every fixed sentence of signing in and of being refused."""

from __future__ import annotations

SIGN_IN = "登录"
SIGN_IN_WHY = "坐席查询和问答看板仅供工作人员使用，请登录。"
NAME = "账号"
PASSWORD = "密码"  # noqa: S105 a label, not a password
SUBMIT = "登录"
SIGN_OUT = "退出登录"
SIGNED_IN_AS = "已登录："
SIGNED_OUT = "您已退出登录。"
WRONG = "账号或密码不对，请核对后重试。"
NOT_SET_UP = "还没有设置账号"
NOT_SET_UP_HINT = (
    "在运行本服务的电脑上执行 policy-assistant user add 账号名，即可设置账号；"
    "未设置账号时，坐席查询和问答看板只能在这台电脑上打开。"
)
NO_ACCOUNTS = "暂时无法登录"
LOCAL_ONLY = "此页面只能在本机打开"
LOCAL_ONLY_HINT = (
    "坐席查询和问答看板还没有设置账号，只能在运行本服务的电脑上打开。"
    "请管理员执行 policy-assistant user add 账号名 后，再从其他电脑登录使用。"
)
SIGN_IN_FIRST = "请先登录。登录可能已过期，请刷新页面后重新登录。"
FOREIGN_REQUEST = "请求被拒绝"
FOREIGN_REQUEST_HINT = "这个请求不是从本服务的页面发出的。请回到页面上重新操作。"


def wait(seconds: int) -> str:
    """Return what is said after too many failures."""
    return f"尝试次数过多，请约 {-(-seconds // 60)} 分钟后再试。"
