"""The demo's places: an invented practice network over the real divisions, invented units, invented phone signal."""

from domain.county import County, Row, fixed_key, named
from domain.demo.chance import THEN, dice, words
from models import Connectivity, Division, DivisionLevel, NetworkTier, NodeStatus, UnitKind

TIERS = {
    DivisionLevel.BANNER: (NetworkTier.CENTER, "新时代文明实践中心"),
    DivisionLevel.TOWNSHIP: (NetworkTier.OFFICE, "新时代文明实践所"),
    DivisionLevel.VILLAGE: (NetworkTier.STATION, "新时代文明实践站"),
}
POINTS = words("文化广场 草原书屋 卫生室 养殖合作社 便民服务点 宣讲小院 体育健身点 牧民之家")
UNITS = {
    UnitKind.DEPARTMENT: words(
        "农牧局 卫生健康委员会 教育局 司法局 公安局 民政局 文化旅游局 林业和草原局 水务局 交通运输局 应急管理局",
        "人力资源和社会保障局 自然资源局 市场监督管理局 融媒体中心 总工会 团委 妇女联合会 科学技术协会 残疾人联合会",
    ),
    UnitKind.ENTERPRISE: words("草原牧业公司 供电公司 农机服务公司 绿色米业公司"),
    UnitKind.ASSOCIATION: words("肉牛养殖协会 刺绣协会 搏克协会 马头琴协会 老年体育协会"),
    UnitKind.SUPPORTING_UNIT: words("驻村帮扶工作组 职业技术学校 人民医院"),
}
SIGNAL = [Connectivity.GOOD] * 16 + [Connectivity.WEAK] * 3 + [Connectivity.NONE]


def place_name(county: County, division: Division) -> str:
    """Return the name of a place as people put it before the name of something there."""
    if division.level is DivisionLevel.BANNER:
        return county.short_name
    return division.name.replace("居民委员会", "社区")


def invent_signal(divisions: list[Division]) -> dict[Connectivity, list[int]]:
    """Return which villages get which phone signal."""
    roll = dice("signal")
    found: dict[Connectivity, list[int]] = {quality: [] for quality in Connectivity}
    for division in divisions:
        if division.level is DivisionLevel.VILLAGE:
            found[roll.choice(SIGNAL)].append(division.id)
    return found


def invent_units(county: County, banner: Division) -> list[Row]:
    """Return the banner's departments, some enterprises and associations, and units that help."""
    names = [(kind, f"{county.short_name}{name}") for kind, ends in UNITS.items() for name in ends]
    return [
        {
            "id": fixed_key("unit", name, banner.code),
            "kind": kind,
            **named(name),
            "division_id": banner.id,
            "created_at": THEN,
            "updated_at": THEN,
        }
        for kind, name in names
    ]


def node_key(division: Division) -> int:
    """Return the key of the center, office or station of a place."""
    return fixed_key("node", division.code)


def invent_network(county: County, divisions: list[Division]) -> list[Row]:
    """Return a center, an office for each township, a station for each village, as many points as the county says,
    and a household beside each point; parents come first."""
    above = {division.id: node_key(division) for division in divisions}
    rows = []
    for division in sorted(divisions, key=lambda division: (len(division.code), division.code)):
        tier, word = TIERS[division.level]
        name = f"{place_name(county, division)}{word}"
        rows.append(_node(node_key(division), tier, above.get(division.parent_id or 0), division, name))
    villages = [division for division in divisions if division.level is DivisionLevel.VILLAGE]
    dice("points").shuffle(villages)
    for number in range(county.demo_points):
        turn, at = divmod(number, len(villages))
        again, kind = divmod(turn, len(POINTS))
        division, key = villages[at], fixed_key("point", str(number))
        place = place_name(county, division)
        name = f"{place}{POINTS[(at + kind) % len(POINTS)]}{again + 1 if again else ''}"
        house = f"{place}文明实践示范户{turn + 1}"
        rows.append(_node(key, NetworkTier.POINT, node_key(division), division, name))
        rows.append(_node(fixed_key("house", str(number)), NetworkTier.HOUSEHOLD, key, division, house))
    return rows


def _node(key: int, tier: NetworkTier, parent: int | None, division: Division, name: str) -> Row:
    return {
        "id": key,
        "tier": tier,
        "parent_id": parent,
        "division_id": division.id,
        **named(name),
        "status": NodeStatus.ACTIVE,
        "created_at": THEN,
        "updated_at": THEN,
    }
