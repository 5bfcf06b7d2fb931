"""What is stored: typed SQLAlchemy tables, engines and readers."""

from models.account import (
    Account,
    AccountStatus,
    ApiToken,
    ApiTokenScope,
    Attempt,
    Grant,
    Operation,
    Role,
    Session,
    SignInCode,
    TokenScope,
    WechatIdentity,
)
from models.base import Base, Moment, new_key, now
from models.division import (
    AliasConfidence,
    Connectivity,
    Division,
    DivisionAlias,
    DivisionKind,
    DivisionLevel,
    DivisionWeakness,
    Weakness,
    division_key,
    last_key_below,
)
from models.event import Event, EventHead
from models.label import EnumLabel, Language
from models.organization import (
    NetworkNode,
    NetworkTier,
    NodeStatus,
    Organization,
    OrganizationKind,
    Unit,
    UnitKind,
)
from models.person import (
    Availability,
    Gender,
    HalfDay,
    Person,
    PersonLanguage,
    PersonSkill,
    PersonStatus,
    PoliticalStatus,
    Season,
    SpokenLanguage,
)
from models.person_place import PersonPlace
from models.skill import Skill, SkillCategory
from models.stamp import ChangeStamp
from models.tally import TeamTally
from models.team import (
    Membership,
    MembershipRole,
    MembershipStatus,
    Platform,
    Team,
    TeamPlatform,
    TeamSkill,
    TeamStatus,
    TeamType,
)
from models.workbook_import import (
    WorkbookEntryKind,
    WorkbookImport,
    WorkbookImportEntry,
    WorkbookImportState,
    WorkbookOutcome,
)
