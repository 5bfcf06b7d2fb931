"""Ways to ask for what is hidden: by order, page, search, filter through relations, group, single row."""

ORDERS = {
    "teams": "NAME_ASC CODE_DESC MEMBER_COUNT_DESC FOUNDED_ON_ASC DIVISION_ASC CREATED_AT_DESC",
    "people": "NAME_ASC BIRTH_YEAR_ASC BIRTH_YEAR_DESC CREATED_AT_ASC",
}

GROUP = "skill { code } village { code }"

QUESTIONS = [
    *(
        f"{{ {root}(first: 100, orderBy: {key}) {{ totalCount nodes {{ id }} }} }}"
        for root, keys in ORDERS.items()
        for key in keys.split()
    ),
    *(
        f'{{ {root}(first: 9, after: "NAME_ASC.{key}") {{ totalCount nodes {{ id }} pageInfo {{ endCursor }} }} }}'
        for root, key in (("people", 1003), ("people", 1042), ("people", 1017), ("teams", 522), ("teams", 505))
    ),
    *(
        f"{{ people(where: {{{where}}}) {{ totalCount }} not: people(where: {{not: {{{where}}}}}) {{ totalCount }} }}"
        for where in (
            'search: "zhang"',
            'name: {startsWith: "王"}',
            "birthYear: {lt: 1980}",
            "politicalStatus: {eq: PARTY_MEMBER}",
            "languages: {hasAny: [EN]}",
            "halfDays: {hasNone: [WED_AM]}",
            "skills: {some: {level: {gte: 3}}}",
            "skills: {none: {}}",
            'skills: {every: {skill: {code: {eq: "VET"}}}}',
            "memberships: {some: {role: {eq: LEADER}}}",
            "memberships: {none: {team: {}}}",
            "memberships: {every: {status: {eq: ACTIVE}}}",
            'memberships: {some: {team: {leader: {name: {contains: "乌"}}}}}',
            "division: {people: {every: {gender: {eq: FEMALE}}}}",
        )
    ),
    *(
        f"{{ teams(where: {{{where}}}) {{ totalCount }} not: teams(where: {{not: {{{where}}}}}) {{ totalCount }} }}"
        for where in (
            "leader: {}",
            "leader: {birthYear: {lt: 1980}}",
            "members: {some: {}}",
            "members: {none: {person: {gender: {eq: MALE}}}}",
            "members: {every: {person: {politicalStatus: {eq: PARTY_MEMBER}}}}",
            "parent: {status: {eq: SUBMITTED}}",
            "children: {some: {status: {notIn: [ACTIVE, SUSPENDED]}}}",
            "children: {every: {members: {none: {}}}}",
            "division: {teams: {some: {status: {eq: DISSOLVED}}}}",
            "partyMemberShare: {gte: 50}",
        )
    ),
    "{ divisions(first: 20) { nodes { code weaknesses teamCount people { totalCount } teams { totalCount } } } }",
    '{ divisions(where: {people: {some: {name: {startsWith: "张"}}}}) { nodes { code } } }',
    "{ divisions(where: {people: {every: {memberships: {some: {}}}}}) { nodes { code } } }",
    "{ skills { nodes { code teamCount } } }",
    "{ people(first: 100) { nodes { id consent { phone birthYear politicalStatus } } } }",
    """{ division(code: "152222102") { teams(first: 9) { nodes { leader { name phone birthYear } parent { code }
    members(first: 5) { totalCount edges { cursor node { role person { name phoneMasked skillNote skills { level }
    memberships(first: 3) { nodes { team { code status } } } } } } } } } } }""",
    *(
        f"{{ personStats(groupBy: [{by}]) {{ gender politicalStatus language halfDay {GROUP} personCount }} }}"
        for by in ("", "GENDER", "POLITICAL_STATUS", "LANGUAGE", "HALF_DAY", "SKILL", "VILLAGE, GENDER")
    ),
    "{ personStats(groupBy: [GENDER], where: {birthYear: {lt: 1980}}) { gender personCount } }",
    *(
        f"{{ teamStats(groupBy: [{by}]) {{ status platform {GROUP} teamCount memberCount }} }}"
        for by in ("", "STATUS", "PLATFORM", "SKILL", "VILLAGE")
    ),
    "{ teamStats(groupBy: [STATUS], where: {members: {some: {}}}) { status teamCount } }",
    "{ events(first: 100) { totalCount nodes { id entityId type actorId payload } } }",
    *(
        f"{{ events(first: 3, where: {{{where}}}) {{ totalCount nodes {{ id }} pageInfo {{ endCursor }} }} }}"
        for where in (
            'entity: {eq: "person"}, type: {startsWith: "person.c"}',
            'entityId: "Person_1042"',
            'entityId: "Team_522"',
            'entityId: "Account_11001"',
            'actorRole: {in: ["DISPATCHER", "ADMIN"]}',
            'not: {entity: {eq: "membership"}}',
        )
    ),
    '{ events(first: 5, after: "SEQUENCE_DESC.60") { nodes { id } } nodes(ids: ["Event_1", "Event_60"]) { id } }',
    "{ teams(first: 50) { nodes { id history(first: 5) { totalCount nodes { type actorRole } } } } }",
    "{ workbookImports(first: 100) { totalCount nodes { id account { id }"
    " entries(first: 1) { totalCount nodes { toText } } } } }",
    '{ workbookImport(id: "WorkbookImport_3100") { id }'
    ' nodes(ids: ["WorkbookImport_100", "WorkbookImportEntry_3100"]) { id } }',
    "{ grants { totalCount nodes { id account { id } team { code } } } accounts { nodes { id phoneMasked } } }",
    "{ accounts(where: {grants: {some: {role: {eq: RECORDER}}}}) { totalCount } }",
    "{ viewer { account { id grants { id team { code } } sessions { id } } people { name phone } } }",
    '{ person(id: "Person_1042") { name } node(id: "Membership_5042") { id } team(code: "T-0022") { id } }',
]
