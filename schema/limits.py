"""How large a document may be and what it may cost: bounds that hold before anything is carried out."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TokenKind,
    parse,
)

CHARACTERS = 15_000
TOKENS = 1_000
NESTING = 40
DEPTH = 12
ALIASES = 30
DIRECTIVES = 50
OPERATIONS = 10
SELECTIONS = 2_000
ROOT_MUTATIONS = 4
ALONE = frozenset(
    {
        "requestSignInCode",
        "signIn",
        "signInWithPassword",
        "confirmSecondFactor",
        "setPassword",
        "createApiToken",
        "reveal",
        "exportMyData",
    }
)
"""Mutations that come one in a request: many in one would be many tries."""
INPUTS = 200
COST = 5_000

WORDS = {
    "characters": "字符数 characters",
    "tokens": "词元数 tokens",
    "nesting": "括号层数 levels of brackets",
    "depth": "字段层数 levels of fields",
    "aliases": "别名数 aliases",
    "directives": "指令数 directives",
    "operations": "操作数 operations",
    "selections": "展开片段后的字段数 selections, fragments expanded",
    "rootMutations": "一次请求的变更数 mutations in a request",
    "introspection": "内省列表自套层数 an introspected list within itself",
    "inputs": "变量中的输入对象数 input objects in the variables",
    "cost": "查询成本 cost",
}

INTROSPECTED = {
    "types": 6,
    "fields": 4,
    "args": 2,
    "inputFields": 2,
    "enumValues": 2,
    "interfaces": 1,
    "possibleTypes": 1,
    "directives": 4,
}
"""How many an introspected list counts for; chosen so that every tool's full introspection passes once."""

OPENING = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
CLOSING = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}


def refuse_over(limit: str, value: int, bound: int) -> None:
    """Raise LIMIT_EXCEEDED, naming the bound and by how much it is passed, if `value` is over `bound`."""
    if value > bound:
        raise GraphQLError(
            f"{WORDS[limit]}: {value}; 上限 at most {bound}.",
            extensions={"code": "LIMIT_EXCEEDED", "limit": limit, "value": value, "bound": bound},
        )


def parse_document(text: str) -> DocumentNode:
    """Parse a document whose length is bounded before and while it is read. Raises GraphQLError."""
    refuse_over("characters", len(text), CHARACTERS)
    try:
        return parse(text, max_lexical_tokens=TOKENS, max_comments=TOKENS)
    except GraphQLSyntaxError as error:
        if "Document contains more than" in error.message:  # the parser says it in words only
            refuse_over("tokens", TOKENS + 1, TOKENS)
        if "nested too deeply" in error.message:
            refuse_over("nesting", NESTING + 1, NESTING)
        raise


def check_document(text: str, document: DocumentNode) -> None:
    """Hold a parsed document against the static bounds. Raises GraphQLError; comes before validation, whose work
    the bounds keep small, so fragments may still be missing or cyclic here: the validator refuses those."""
    refuse_over("characters", len(text), CHARACTERS)
    _check_tokens(document)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    refuse_over("operations", len(operations), OPERATIONS)
    refuse_over("aliases", sum(field.alias is not None for field in _written_fields(document)), ALIASES)
    fragments = _fragments(document)
    selections = 0
    for operation in operations:
        roots: list[str] = []
        for node, depth in _expand(operation.selection_set, fragments):
            selections += 1
            refuse_over("selections", selections, SELECTIONS)
            refuse_over("depth", depth, DEPTH)
            if depth == 1 and isinstance(node, FieldNode):
                roots.append(node.name.value)
        if operation.operation is OperationType.MUTATION:
            refuse_over("rootMutations", len(roots), ROOT_MUTATIONS if ALONE.isdisjoint(roots) else 1)


def _check_tokens(document: DocumentNode) -> None:
    count = nesting = directives = 0
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.kind in OPENING:
            nesting += 1
            refuse_over("nesting", nesting, NESTING)
        elif token.kind in CLOSING:
            nesting -= 1
        directives += token.kind is TokenKind.AT
        count += token.kind not in (TokenKind.SOF, TokenKind.EOF, TokenKind.COMMENT)
        token = token.next
    refuse_over("tokens", count, TOKENS)
    refuse_over("directives", directives, DIRECTIVES)


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def _written_fields(document: DocumentNode) -> Iterator[FieldNode]:
    """Yield every field once, as it stands in the text."""
    left: list[Any] = list(document.definitions)
    while left:
        node = left.pop()
        if isinstance(node, FieldNode):
            yield node
        selection_set: SelectionSetNode | None = getattr(node, "selection_set", None)
        left.extend(selection_set.selections if selection_set else ())


def _expand(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[tuple[Any, int]]:
    """Yield every selection with its depth, as often as fragments bring it. Lazy: whoever counts may stop, which
    keeps fragments that double at every step cheap. Under `__schema` and `__type` the steps of `ofType` are not
    levels (a chain that ends by itself), and a list within itself is refused: there it is the result that explodes."""
    nothing: frozenset[str] = frozenset()
    left: list[tuple[Any, int, frozenset[str], frozenset[str] | None]] = [
        (node, 1, nothing, None) for node in reversed(selection_set.selections)
    ]
    while left:
        node, depth, spread, lists = left.pop()
        yield node, depth
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in spread or name not in fragments:
                continue
            spread |= {name}
            below: SelectionSetNode | None = fragments[name].selection_set
        elif isinstance(node, FieldNode):
            if lists is None and node.name.value in ("__schema", "__type"):
                lists = nothing
            elif lists is not None and node.name.value in INTROSPECTED:
                refuse_over("introspection", 1 + (node.name.value in lists), 1)
                lists |= {node.name.value}
            depth += lists is None or node.name.value != "ofType"
            below = node.selection_set
        else:
            below = node.selection_set
        left.extend((child, depth, spread, lists) for child in reversed(below.selections if below else ()))
