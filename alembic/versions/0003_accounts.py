"""Accounts: who may sign in, what was granted to them, and what people share."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BINARY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = models.base.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("phone_masked", sa.Text(), nullable=True),
        sa.Column("phone_hash", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_sealed", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", MOMENT, nullable=True),
        sa.Column("totp_last_step", KEY, nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "ACTIVE", "LOCKED", "ERASED", name="accountstatus", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("signed_in_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("phone_hash", name=op.f("uq_account_phone_hash")),
    )
    op.create_table(
        "attempt",
        sa.Column("subject", BINARY, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_attempt")),
    )
    op.create_table(
        "operation",
        sa.Column("account_id", KEY, autoincrement=False, nullable=False),
        sa.Column("operation_id", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("key", KEY, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "operation_id", name=op.f("pk_operation")),
    )
    op.create_index(op.f("ix_operation_created_at"), "operation", ["created_at"], unique=False)
    op.create_table(
        "sign_in_code",
        sa.Column("phone_hash", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    op.create_index(
        op.f("ix_sign_in_code_phone_hash_created_at"), "sign_in_code", ["phone_hash", "created_at"], unique=False
    )
    op.create_table(
        "api_token",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", BINARY, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_token_prefix")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False)
    op.create_table(
        "wechat_identity",
        sa.Column("openid_hash", sa.Text(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_wechat_identity_account_id")),
        sa.PrimaryKeyConstraint("openid_hash", name=op.f("pk_wechat_identity")),
    )
    op.create_index(op.f("ix_wechat_identity_account_id"), "wechat_identity", ["account_id"], unique=False)
    op.create_table(
        "api_token_scope",
        sa.Column("token_id", KEY, nullable=False),
        sa.Column(
            "scope",
            sa.Enum("AGGREGATES", "TEAMS", name="tokenscope", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_api_token_scope_token_id")),
        sa.PrimaryKeyConstraint("token_id", "scope", name=op.f("pk_api_token_scope")),
    )
    op.create_table(
        "session",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("second_factor_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    op.create_index(op.f("ix_session_account_id_created_at"), "session", ["account_id", "created_at"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "PUBLIC",
                "RESIDENT",
                "VOLUNTEER",
                "TEAM_LEADER",
                "RECORDER",
                "UNIT_CONTACT",
                "STATION_COORDINATOR",
                "OFFICE_COORDINATOR",
                "PLATFORM_LEAD",
                "DISPATCHER",
                "SUPERVISOR",
                "DIRECTOR",
                "AUDITOR",
                "PRIVACY_OFFICER",
                "ADMIN",
                "API_CLIENT",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("division_id", KEY, nullable=True),
        sa.Column(
            "platform",
            sa.Enum(
                "THEORY",
                "EDUCATION",
                "SCIENCE",
                "CULTURE",
                "SPORTS",
                "MEDIA",
                "GOVERNANCE",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_until", MOMENT, nullable=True),
        sa.Column("granted_by_id", KEY, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "CASE WHEN division_id IS NULL THEN 0 ELSE 1 END + CASE WHEN platform IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END <= 1",
            name=op.f("ck_role_grant_one_scope"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id")),
        sa.ForeignKeyConstraint(["division_id"], ["division.id"], name=op.f("fk_role_grant_division_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_role_grant_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_account_id_role"), "role_grant", ["account_id", "role"], unique=False)
    op.create_index(op.f("ix_role_grant_division_id"), "role_grant", ["division_id"], unique=False)
    op.create_index(op.f("ix_role_grant_team_id"), "role_grant", ["team_id"], unique=False)
    op.create_index(op.f("ix_role_grant_unit_id"), "role_grant", ["unit_id"], unique=False)
    op.add_column("membership", sa.Column("proposed_by_id", KEY, nullable=True))
    op.add_column("person", sa.Column("guardian_sealed", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("shares_phone", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("person", sa.Column("shares_birth_year", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column(
        "person", sa.Column("shares_political_status", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column("person", sa.Column("registered_by_id", KEY, nullable=True))
    op.add_column("team", sa.Column("applicant_id", KEY, nullable=True))
    op.add_column("team", sa.Column("review_note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("team", "review_note")
    op.drop_column("team", "applicant_id")
    op.drop_column("person", "registered_by_id")
    op.drop_column("person", "shares_political_status")
    op.drop_column("person", "shares_birth_year")
    op.drop_column("person", "shares_phone")
    op.drop_column("person", "guardian_sealed")
    op.drop_column("membership", "proposed_by_id")
    op.drop_table("role_grant")
    op.drop_table("session")
    op.drop_table("api_token_scope")
    op.drop_table("wechat_identity")
    op.drop_table("api_token")
    op.drop_table("sign_in_code")
    op.drop_table("operation")
    op.drop_table("attempt")
    op.drop_table("account")
