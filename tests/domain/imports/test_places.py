"""Looking up where a team belongs."""

from domain.imports.places import Place, Places
from domain.imports.rules import Fault
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
