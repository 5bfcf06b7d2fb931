"""Invented names of people: Chinese ones, and Mongolian ones in Chinese characters. Nobody in particular is meant."""

from random import Random

from domain.demo.chance import words
from models import Gender

# Both halves of a Mongolian name are always there, and some common family names are left out, so that no name here
# can be one of the people in the source article; tests/domain/test_demo.py holds them apart.
FIRST = words(
    "阿拉坦 宝音 朝鲁 达来 额尔敦 哈斯 吉日木 满都拉 那顺 敖特根 萨仁 苏和 特木尔 乌云 乌力吉 孟根 呼和 布和 白音 青格",
    "斯日古楞 阿古拉 额日和 苏日 那仁 牧仁 套海 温都苏 葛根 赛音 乌日 阿木尔 莫日根 包勒 查干 图门 铁木 巴彦 安达 恩和",
)
LAST = {
    Gender.FEMALE: words(
        "其木格 图雅 高娃 斯琴 塔娜 苏荣 通拉嘎 格日勒 娜仁 吉雅 托娅 琪琪格 萨如拉 乌日娜 花拉 阿茹娜 珊丹",
        "娜布其 哈达",
    ),
    Gender.MALE: words(
        "巴雅尔 朝克图 毕力格 都拉 宝力高 满达 巴根 套格套 德力根 木仁 仓布 吉尔嘎拉 呼日勒 宝鲁 扎布",
        "敖其尔 额尔登 孟和",
    ),
}
FAMILY = words("王 李 张 刘 陈 赵 孙 周 吴 韩 包 白 何 佟 邰 康 席 梁 齐 洪 杨 徐 马 朱 胡 林 罗 宋 唐 许")
GIVEN = {
    Gender.FEMALE: ("玉春丽秀桂文雪淑晓海红凤艳美金佳", "兰梅娟英芝静莲琴燕霞芬丽菊玲花慧"),
    Gender.MALE: ("建志晓海长国立永德宝玉铁春文福俊", "国强光波福栋新山胜军龙柱成斌杰明"),
}


def invent(roll: Random, *, mongolian: bool, gender: Gender) -> str:
    """Return an invented name of the given kind."""
    if mongolian:
        return roll.choice(FIRST) + roll.choice(LAST[gender])
    first, second = GIVEN[gender]
    return roll.choice(FAMILY) + roll.choice(first) + roll.choice(second)
