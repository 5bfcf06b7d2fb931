"""Names sort by pinyin, are found by initials, and strangers see only the family name."""

from models.text import mask_name, mask_phone, pinyin, search_text


def test_a_name_sorts_by_its_pinyin() -> None:
    assert pinyin("高力板镇") == "gao li ban zhen"
    assert sorted(["重庆", "巴彦", "长春"], key=pinyin) == ["巴彦", "长春", "重庆"]


def test_a_name_is_found_by_characters_pinyin_and_initials() -> None:
    text = search_text("德布特巴嘎查", None, "ABC队")
    assert all(needle in text for needle in ("德布特", "debuteba", "dbtbgc", "abc队"))


def test_masks_keep_what_people_recognize() -> None:
    assert (mask_name("张三丰"), mask_name("阿拉坦巴雅尔"), mask_phone("12512341234")) == (
        "张**",
        "阿**",
        "125****1234",
    )
