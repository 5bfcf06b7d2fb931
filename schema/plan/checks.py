"""What must hold of a schema before it serves: looked at once, when it is made."""

import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType

from schema.plan.fields import PlanField


def checked(schema: strawberry.Schema) -> strawberry.Schema:
    """Return the schema. Raises TypeError where a planned field carries a rule that no statement would follow.

    It also tells graphql-core which inputs are `@oneOf`: Strawberry looks at them only while a field is carried out,
    where a plan never comes along."""
    for type_ in schema._schema.type_map.values():
        definition = type_.extensions.get("strawberry-definition")
        if isinstance(type_, GraphQLInputObjectType) and definition is not None:
            type_.is_one_of = definition.is_one_of
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                declared = field.extensions.get("strawberry-definition")
                if isinstance(declared, PlanField) and (declared.permission_classes or declared.extensions):
                    raise TypeError(
                        f"{type_.name}.{name} is planned: who may see it is for its scope or gate to say, "
                        "permission classes and field extensions are not asked."
                    )
    return schema
