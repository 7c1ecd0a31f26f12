import time

import pytest

from statutes.quoting import in_marks, quotation_after, quotation_before, words_in_marks


def after(text: str, *, stop: int | None = None) -> str:
    """What the reference between 〖 and 〗 introduces."""
    end = text.index("〗")
    text = text.replace("〖", " ").replace("〗", " ")
    return quotation_after(text[:end] + text[end + 1 :], end, stop=stop and stop - 1)


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        # In quotation marks
        ("〖《甲法》第一条〗规定：“原文。”", "“原文。”"),
        ("〖《甲法》第一条〗规定：“原文。”后面是别的话。", "“原文。”"),
        ("〖《甲法》第一条〗的规定，“原文。”后面是别的话", "“原文。”"),
        ("〖《甲法》第一条〗明确规定，“原文”。", "“原文”"),
        ("〖《甲法》第一条〗“原文”的规定", "“原文”"),
        ("〖《甲法》第一条〗关于“原文”的规定", "“原文”"),
        ("〖《甲法》第一条〗中“原文”的情形", "“原文”"),
        ("〖《甲法》第一条〗的内容为：“原文。”", "“原文。”"),
        ("〖《甲法》第一条〗的表述是“原文”。", "“原文”"),
        ("〖《甲法》第一条〗指出「原文。」", "“原文。”"),
        ("〖《甲法》第一条〗载明：『原文。』", "“原文。”"),
        ('〖《甲法》第一条〗规定："原文。"', "“原文。”"),
        ("〖《甲法》第一条〗规定：‘原文。’", "“原文。”"),
        ('〖《甲法》第一条〗规定：“原文。"后面是“别的”话。', "“原文。”"),
        ("〖《甲法》第一条〗规定：“称“人”者，包括法人。”", "“称“人”者，包括法人。”"),
        ("〖《甲法》第一条〗规定：“称‘人’者，包括法人。”", "“称‘人’者，包括法人。”"),
        ("〖《甲法》第一条〗规定：“原文。”只写了“担保人”的，是“一般保证”。", "“原文。”"),
        ("〖《甲法》第一条〗规定：“甲。”……“丙。”", "“甲。……丙。”"),
        ("〖《甲法》第一条〗规定：“甲。\n“乙。”", "“甲。\n“乙。”"),
        ("〖《甲法》第一条〗（现为《乙法》第二条）规定：“原文。”", "“原文。”"),
        ("〖《甲法》第一条〗规定（2023修订）：“原文。”", "“原文。”"),
        ("〖《甲法》第一条〗规定：\n“原文。”", "“原文。”"),
        # Behind a colon, or what says
        ("〖《甲法》第一条〗:\n    原文到段落结束。\n\n别的话。", "原文到段落结束。"),
        ("〖《甲法》第一条〗：原文。后面的话。", "原文。后面的话。"),
        ("〖《甲法》第一条〗(现为乙法整合):\n原文。", "原文。"),
        ("〖《甲法》第一条〗规定，原文。", "原文。"),
        ("〖《甲法》第一条〗规定如下：\n原文。", "原文。"),
        (
            "〖《甲法》第一条〗规定：\n有下列情形：\n（一）甲；\n（二）乙。\n第二款。\n\n别的。",
            "有下列情形：\n（一）甲；\n（二）乙。\n第二款。",
        ),
        ("〖《甲法》第一条〗规定：原文。\n2. 别的", "原文。"),
        ("〖《甲法》第一条〗：原文。\n二、别的", "原文。"),
        ("〖《甲法》第一条〗：原文。\n《乙法》第二条：别的", "原文。"),
        ("〖《甲法》第一条〗：原文。\n第二条 别的", "原文。"),
        ("〖《甲法》第一条〗：原文。\n## 别的", "原文。"),
        (
            "〖《甲法》第一条〗规定，有下列情形的：\n（一）甲；\n别的话。",
            "有下列情形的：\n（一）甲；",
        ),
        ("〖《甲法》第一条〗规定，原文。\n别的话。", "原文。"),
        ("〖第十五条〗（一）在工作时间死亡的；", "（一）在工作时间死亡的；"),
        # Nothing
        ("〖《甲法》第一条〗规定了违约责任。", ""),
        ("〖《甲法》第一条〗规定的“违约责任”。", "“违约责任”"),
        ("〖《甲法》第一条〗", ""),
        ("〖《甲法》第一条〗、第二条规定：“原文。”", ""),
        ("〖《甲法》第一条〗和《乙法》第二条规定：“原文。”", ""),
        ("〖《甲法》第一条〗（一）项规定的情形", ""),
        ("〖《甲法》第一条〗\n“别的话”", ""),
        ("依照〖《甲法》第一条〗，判决如下：驳回。", ""),
    ],
)
def test_the_words_that_a_reference_introduces(text, quotation):
    assert after(text) == quotation


@pytest.mark.parametrize(
    ("text", "other", "quotation"),
    [
        ("《甲法》第一条规定，甲应当。《乙法》第二条规定，乙应当。", "《乙", "甲应当。"),
        (
            "《甲法》第一条规定，甲应当。同时，《乙法》第二条规定，乙应当。",
            "《乙",
            "甲应当。同时，",
        ),
        ("《甲法》第一条规定：“依照《乙法》第二条处理。”", "《乙", "“依照《乙法》第二条处理。”"),
        (
            "《甲法》第一条规定，依照本法第二条仍不明的，甲。",
            "本法",
            "依照本法第二条仍不明的，甲。",
        ),
        ("《甲法》第一条和《乙法》第二条规定：“甲。”", "《乙", ""),
        ("《甲法》第一条规定，甲应当，《乙法》第二条规定，乙应当。", "《乙", "甲应当，"),
    ],
)
def test_the_next_reference_ends_a_quotation_unless_it_is_part_of_it(text, other, quotation):
    assert quotation_after(text, text.index("条") + 1, stop=text.index(other)) == quotation


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ("“原文。”（《甲法》第一条）", "“原文。”"),
        ("“原文”。（参见《甲法》第一条）", "“原文”"),
        ("“原文。”——《甲法》第一条", "“原文。”"),
        ("“原文。”\n——《甲法》第一条", "“原文。”"),
        ("所谓“别的”，“称“人”者。”（《甲法》第一条）", "“称“人”者。”"),
        ("「原文」（《甲法》第一条）", "“原文”"),
        ("原文（《甲法》第一条）", ""),
        ("“别的”见于《甲法》第一条", ""),
        ("”（《甲法》第一条", ""),
        ("《甲法》第一条", ""),
    ],
)
def test_the_words_whose_source_a_reference_names(text, quotation):
    assert quotation_before(text, text.index("《甲法》")) == quotation


def test_quotation_marks_that_never_close_hold_nothing():
    assert in_marks("“原文", 0) == ""
    assert words_in_marks("“甲”和“乙”") is None
    assert words_in_marks("“甲“乙”丙”") == "甲“乙”丙"
    assert words_in_marks("甲") is None


@pytest.mark.parametrize(
    "hostile",
    ["“" * 10**6, "“”" * 10**6, "（" * 10**6, "规定" * 10**6, "（一）甲\n" * 10**5, "\n" * 10**6],
)
def test_hostile_text_is_read_in_no_time(hostile):
    start = time.process_time()
    quotation_after(hostile, 0)
    quotation_after("规定：" + hostile, 0)
    quotation_before(hostile + "”（", len(hostile) + 2)
    assert time.process_time() - start < 0.5
