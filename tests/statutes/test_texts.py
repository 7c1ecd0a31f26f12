from statutes.texts import alias_key, normalise, text_hash, words_only


def test_formatting_never_counts_as_a_change_of_words():
    assert text_hash("依据“本法”，第 510 条（一）") == text_hash('依据"本法",第５１０条(一)\u200b')


def test_other_words_and_other_punctuation_do_count():
    assert text_hash("依据本法") != text_hash("依照本法")
    assert text_hash("返还借款。") != text_hash("返还借款，")


def test_words_only_drops_punctuation_but_not_per_cent():
    assert words_only("从其约定，但以不超过年利率24%为限。") == "从其约定但以不超过年利率24%为限"


def test_normalise_makes_one_form_of_every_typography_of_inner_titles():
    forms = {
        alias_key(f"适用{mark}的解释")
        for mark in ("〈民法典〉", "《民法典》", "<民法典>", "＜民法典＞")
    }
    assert len(forms) == 1
    assert normalise("a\u3000b") == "ab"


def test_the_name_of_the_state_tells_no_statutes_apart():
    assert alias_key("中华人民共和国民法典") == alias_key("民法典")
