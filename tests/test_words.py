"""Words, tokens and bigrams are the same everywhere and for any input."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import words as words_module
from index.words import bigrams, normalise, segmentation, tagged, tokens, words


def test_words_are_lower_cased_half_width_and_without_punctuation() -> None:
    assert words("支持“ＡＩ”企业，给予５０％补贴！") == [
        "支持",
        "ai",
        "企业",
        "给予",
        "50%",
        "补贴",
    ]


def test_numbers_with_a_decimal_point_stay_whole() -> None:
    assert words("30.5万元") == ["30.5", "万元"]


@pytest.mark.parametrize("text", ["", " \n\t　", "，。！？", "😀🎉", "\x00\x07\u200b"])
def test_a_text_without_letters_has_no_words(text: str) -> None:
    assert (words(text), tokens(text), bigrams(text), tagged(text)) == ([], [], [], [])


def test_tokens_are_each_word_and_then_its_characters() -> None:
    assert tokens("机器人补贴R&D") == ["机器人", "机", "器", "人", "补贴", "补", "贴", "r", "d"]


def test_a_word_of_one_character_is_not_repeated() -> None:
    assert tokens("人") == ["人"]


def test_bigrams_overlap_within_chinese_runs_and_leave_other_runs_whole() -> None:
    assert bigrams("给予奖励30万元，R&D好") == [
        "给予",
        "予奖",
        "奖励",
        "30",
        "万元",
        "r",
        "d",
        "好",
    ]


def test_parts_of_speech_tell_places_from_actions() -> None:
    flags = dict(tagged("企业落户上海市有什么奖励？"))
    assert flags["上海市"] == "ns"
    assert flags["企业"] == "n"
    assert "？" not in flags


def test_a_very_long_unbroken_text_is_cut_in_reasonable_time() -> None:
    text = "龘" * 30_000
    assert "".join(words(text)) == text


def test_a_long_text_is_parted_at_punctuation_only() -> None:
    sentence = "对新落户的链主企业，分阶段给予投资额10%资助。"
    assert words(sentence * 200) == words(sentence) * 200


@given(st.text(max_size=200))
def test_words_never_lose_a_letter(text: str) -> None:
    joined = "".join(words(text))
    letters = [letter for letter in normalise(text) if letter.isalnum()]
    assert [letter for letter in joined if letter.isalnum()] == letters


@given(st.text(max_size=100))
def test_width_and_case_make_no_difference(text: str) -> None:
    assert words(text) == words(normalise(text))


def test_the_segmentation_names_jieba_and_its_version() -> None:
    assert segmentation().startswith("jieba-0.")


def test_jieba_writes_no_file_and_prints_nothing() -> None:
    code = (
        "import tempfile, pathlib\n"
        "folder = tempfile.mkdtemp(); tempfile.tempdir = folder\n"
        "from index.words import words, tagged\n"
        "assert words('机器人') == ['机器人'] and tagged('机器人')\n"
        "assert not list(pathlib.Path(folder).iterdir())\n"
    )
    done = subprocess.run(  # warnings on import would show here
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_global_jieba_tokenizer_is_left_alone() -> None:
    import jieba

    jieba.Tokenizer()
    words("机器人")
    assert not jieba.dt.initialized


def test_the_dictionary_is_the_one_that_jieba_reads() -> None:
    import jieba
    import jieba.posseg

    found = words_module._dictionary()
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        assert tokenizer.gen_pfdict(file) == (found.frequencies, found.total)
    assert jieba.posseg.POSTokenizer(tokenizer).word_tag_tab == words_module._tags()
