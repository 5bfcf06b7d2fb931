"""`viewer`: who asks, for whom it acts, and what it may try, so that clients draw buttons from the server's answer."""

import strawberry

import models
from models import Role
from schema.accounts import Account
from schema.people import Person
from schema.plan.fields import many, of_viewer, whose


@strawberry.type(description="当前用户 who asks.")
class Viewer:
    roles: list[Role] = of_viewer("roles", "现在具有的角色 roles held now")
    waiting_roles: list[Role] = of_viewer("waiting", "通过动态口令后才生效的角色 roles that wait for a second factor")
    permissions: list[str] = of_viewer(
        "permissions",
        "可以尝试的变更；importWorkbook 为导入台账 mutations that these roles may try; also importWorkbook",
    )
    account: Account | None = whose(models.Account.__table__, "mine", "账号 the account; null for the public")
    person: Person | None = whose(models.Person.__table__, "acting", "以谁的身份 for whom it acts")
    people: list[Person] = many(
        models.Person.__table__,
        "这部手机登记的人 people of this phone",
        models.Person.pinyin,
        models.Person.name,
        models.Person.id,
        gate="own",
    )
