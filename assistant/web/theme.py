"""The look that Gradio's own parts take: official blue, Chinese system fonts, no font files."""

from __future__ import annotations

import gradio as gr
from gradio.themes.utils import colors, sizes

_CHINESE_FONTS = (
    "PingFang SC",
    "HarmonyOS Sans SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "system-ui",
    "sans-serif",
)
_MONOSPACED_FONTS = ("ui-monospace", "Consolas", "Noto Sans Mono CJK SC", "monospace")

_OFFICIAL_BLUE = colors.Color(
    name="official-blue",
    c50="#eef4fb",
    c100="#d9e6f6",
    c200="#b6cfee",
    c300="#86aee0",
    c400="#5488ce",
    c500="#2f69b8",
    c600="#1f5299",
    c700="#1a437d",
    c800="#183966",
    c900="#152f53",
    c950="#0d1d35",
)


def chat_theme() -> gr.themes.Base:
    """Return the page's theme; it names only fonts that are installed with the system."""
    return gr.themes.Base(
        primary_hue=_OFFICIAL_BLUE,
        neutral_hue=colors.slate,
        text_size=sizes.text_md,
        radius_size=sizes.radius_md,
        font=_CHINESE_FONTS,
        font_mono=_MONOSPACED_FONTS,
    ).set(
        body_background_fill="#f5f7fa",
        body_background_fill_dark="#0f1621",
        body_text_color="#1b2430",
        body_text_color_dark="#e6ebf2",
        body_text_color_subdued="#566273",
        body_text_color_subdued_dark="#a3afc0",
        block_background_fill="#ffffff",
        block_background_fill_dark="#172130",
        border_color_primary="#d8dfe8",
        border_color_primary_dark="#2b3849",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
    )
