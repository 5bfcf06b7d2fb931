"""The types that have global ids, and the tables that they are read from."""

from sqlalchemy import FromClause

import models

NODES: dict[str, FromClause] = {
    "Team": models.Team.__table__,
    "Membership": models.Membership.__table__,
    "Person": models.Person.__table__,
    "PersonSkill": models.PersonSkill.__table__,
    "Availability": models.Availability.__table__,
    "Skill": models.Skill.__table__,
    "Division": models.Division.__table__,
    "NetworkNode": models.NetworkNode.__table__,
    "Organization": models.Organization.__table__,
    "Unit": models.Unit.__table__,
    "Account": models.Account.__table__,
    "Grant": models.Grant.__table__,
    "Session": models.Session.__table__,
    "ApiToken": models.ApiToken.__table__,
    "Event": models.Event.__table__,
    "WorkbookImport": models.WorkbookImport.__table__,
    "WorkbookImportEntry": models.WorkbookImportEntry.__table__,
}
"""A type is called as its model: what a mutation gives back is found here by the row's class."""
