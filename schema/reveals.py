"""Mutations that hand out what is sealed: one value, or all that is stored about oneself."""

import strawberry

from domain.acts import Act
from domain.privacy import copies, reveals
from schema.context import Context
from schema.enums import worded
from schema.my_data import as_json, as_page
from schema.problems import InvalidInput, LimitReached, NotAllowed, NotFound
from schema.results import answering
from schema.sign_in import counted
from schema.writing import key

worded(
    reveals.Secret,
    "要查看的一项 a sealed value.",
    "出生日期 day of birth",
    "民族 ethnicity",
    "监护人姓名和电话 name and phone of the guardian",
)
worded(
    reveals.Purpose,
    "查看的目的，会记录 why it is looked at; goes on record.",
    "安全 safety",
    "办理保险 insurance",
    "核对更正 correction",
    "依法提供 asked for by law",
)


@strawberry.input(description="查看一项密封的信息 a look at one sealed value.")
class RevealInput:
    id: strawberry.ID = strawberry.field(description="人员 the person")
    field: reveals.Secret = strawberry.field(description="哪一项 which value")
    purpose: reveals.Purpose = strawberry.field(description="目的 what for")


@strawberry.type(description="密封的信息，查看已记录 a sealed value; that it was shown is on record.")
class Revealed:
    value: str | None = strawberry.field(description="内容，没有填写时为空 the value; null where there is none")


@strawberry.type(description="系统中保存的与本人有关的全部内容 all that is stored about oneself.")
class MyData:
    json: str = strawberry.field(description="供程序读取 as JSON")
    html: str = strawberry.field(description="供人阅读的网页 as a page to read")


@strawberry.type
class RevealMutation:
    @answering(
        "查看一项密封的信息，每天最多 50 次；本人不限 see one sealed value, 50 a day; one's own without bound.",
        Revealed,
        NotFound,
        NotAllowed,
        InvalidInput,
        LimitReached,
    )
    async def reveal(self, context: Context, input: RevealInput) -> Revealed:
        act, person = Act(context.viewer, context.keyring), key("Person", input.id)
        value = await counted(context, lambda session: reveals.reveal(session, act, person, input.field, input.purpose))
        return Revealed(value=value)

    @answering(
        "导出与本人及家人有关的全部内容，每天最多 5 次 all that is stored about oneself and family, 5 a day.",
        MyData,
        LimitReached,
    )
    async def export_my_data(self, context: Context) -> MyData:
        act = Act(context.viewer, context.keyring)
        copied = await counted(context, lambda session: copies.copy(session, act))
        return MyData(json=as_json(copied), html=as_page(copied))
