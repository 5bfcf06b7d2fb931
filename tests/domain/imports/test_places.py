"""Looking up where a team belongs."""

from domain.imports.places import Place, Places
from domain.imports.rules import Fault, Repaired
from models import DivisionLevel

BANNER = Place(1, "试验旗", DivisionLevel.BANNER)
EAST, WEST = Place(10, "东镇", DivisionLevel.TOWNSHIP), Place(20, "西苏木", DivisionLevel.TOWNSHIP)
IN_EAST = Place(11, "新发嘎查", DivisionLevel.VILLAGE, EAST.id)
IN_WEST = Place(21, "新发嘎查", DivisionLevel.VILLAGE, WEST.id)
NORTH = Place(22, "北嘎查", DivisionLevel.VILLAGE, WEST.id)
PLACES = Places([BANNER, EAST, WEST, IN_EAST, IN_WEST, NORTH])


def test_there_is_one_banner() -> None:
    assert PLACES.banner() == BANNER
    assert Places([EAST]).banner() == Fault("division_unknown")


def test_a_township_is_found_by_its_exact_name() -> None:
    assert PLACES.township("东镇") == EAST
    assert PLACES.township("东") == Fault("division_unknown", "东")
    assert PLACES.township(None) == Fault("division_missing")


def test_a_village_is_found_inside_its_township() -> None:
    assert PLACES.village("新发嘎查", EAST) == IN_EAST
    assert PLACES.village("新发嘎查", WEST) == IN_WEST
    assert PLACES.village("北嘎查", EAST) == Fault("division_unknown", "北嘎查")


def test_without_a_township_the_name_must_be_the_only_one() -> None:
    assert PLACES.village("北嘎查", None) == NORTH
    assert PLACES.village("新发嘎查", None) == Fault("division_ambiguous", "新发嘎查")
    assert PLACES.village(None, None) == Fault("division_missing")


LONG = Place(12, "乌兰哈达嘎查", DivisionLevel.VILLAGE, EAST.id)
TOWN = Place(13, "乌兰哈达社区", DivisionLevel.VILLAGE, EAST.id)
NEAR = Place(14, "白音花嘎查", DivisionLevel.VILLAGE, EAST.id)
NEARER = Place(15, "白音茫嘎查", DivisionLevel.VILLAGE, EAST.id)
SPELLED = Places(
    [BANNER, EAST, WEST, IN_EAST, IN_WEST, NORTH, LONG, TOWN, NEAR, NEARER],
    [
        ("老乌兰嘎查", LONG.id),
        ("东部镇", EAST.id),
        ("两处嘎查", NEAR.id),
        ("两处嘎查", NEARER.id),
    ],
)


def test_a_village_may_lack_its_ending_or_have_an_everyday_one() -> None:
    assert SPELLED.village("乌兰哈达", EAST) == Repaired(LONG, "乌兰哈达嘎查", "division_suffix")
    assert SPELLED.village("乌兰哈达村", EAST) == Repaired(LONG, "乌兰哈达嘎查", "division_suffix")
    assert SPELLED.village("新发村", None) == Fault("division_ambiguous", "新发村")


def test_a_place_is_known_by_its_other_spellings() -> None:
    assert SPELLED.village("老乌兰嘎查", EAST) == Repaired(LONG, "乌兰哈达嘎查", "division_alias")
    assert SPELLED.village("老乌兰嘎查", WEST) == Fault("division_unknown", "老乌兰嘎查")
    assert SPELLED.village("两处嘎查", EAST) == Fault("division_ambiguous", "两处嘎查")
    assert SPELLED.township("东部镇") == Repaired(EAST, "东镇", "division_alias")
    assert SPELLED.township("老乌兰嘎查") == Fault("division_unknown", "老乌兰嘎查")


def test_one_wrong_letter_is_mended_among_units_of_the_same_ending_if_one_alone_can_be_meant() -> None:
    for slip in ("乌兰合达嘎查", "乌兰达嘎查", "乌兰哈大达嘎查"):
        assert SPELLED.village(slip, EAST) == Repaired(LONG, "乌兰哈达嘎查", "division_typo")
    assert SPELLED.village("乌兰合达社区", EAST) == Repaired(TOWN, "乌兰哈达社区", "division_typo")
    assert SPELLED.village("白音白嘎查", EAST) == Fault("division_unknown", "白音白嘎查")  # 花 or 茫: a guess
    assert SPELLED.village("乌蓝合达嘎查", EAST) == Fault("division_unknown", "乌蓝合达嘎查")  # two letters
    assert SPELLED.village("乌兰合达嘎查", WEST) == Fault("division_unknown", "乌兰合达嘎查")


def test_a_sheet_may_be_called_after_a_township() -> None:
    assert SPELLED.township_called(" 东镇 ") == EAST
    assert SPELLED.township_called("东") is None
