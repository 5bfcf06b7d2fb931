"""What a deployment may decide, read from the environment once and refused in whole when it does not fit together."""

import ipaddress
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import DirectoryPath, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL
from sqlalchemy.exc import ArgumentError

from models.database import database_url


class Unusable(RuntimeError):
    """What a setting points at cannot be used. The message is for the operator, Chinese first."""


class Settings(BaseSettings):
    """One field is one environment variable of the same name in capitals; an empty variable counts as unset."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: str = "sqlite:///data/horqin.db"
    """`sqlite:///file.db` or `postgresql://user:password@host/name`."""

    read_database_url: str | None = None
    """A PostgreSQL that follows the other one: where questions are answered. Writes, and the answers to them, stay."""

    county: Path | None = None
    """Folder with the county's own divisions, words and skills, as domain/data/README.md describes; else the one that
    comes along."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    """0 takes any free port."""

    production: bool = False
    """No demo data, no keys made up, no hints about the schema in error messages."""

    trust_everybody: bool = False
    """Whoever reaches the server reads as the banner's dispatcher. Only for one's own machine."""

    secret_keys: SecretStr | None = None
    """`name:base64,name:base64`: keys of at least 32 bytes for phones; the first one seals, all open."""

    lookup_key: SecretStr | None = None
    """base64 of at least 32 bytes: under it a phone is found again. Stays when the others are rotated."""

    session_days: int = Field(default=30, ge=1, le=400)
    """Days until somebody who signed in has to do so again."""

    idle_days: int = Field(default=7, ge=1, le=400)
    """Days without use after which a session ends."""

    sms_url: str | None = None
    """Where codes are posted to be sent; without it they are printed where the server was started."""

    sms_token: SecretStr | None = None
    """What the gateway knows us by."""

    wechat_app_id: str | None = None
    wechat_secret: SecretStr | None = None
    """The official account through which people sign in inside WeChat."""

    wechat_authorize_url: str = "https://open.weixin.qq.com/connect/oauth2/authorize"
    wechat_api_url: str = "https://api.weixin.qq.com"

    public_url: str | None = None
    """The address that people open, such as https://volunteers.example; WeChat sends them back there."""

    pool_size: int = Field(default=8, ge=1, le=100)
    """Connections that read at the same time."""

    workers: int = Field(default=1, ge=1, le=64)
    """Processes that serve, each with a pool of its own."""

    upload_folder: Path | None = None
    """Where workbooks that were sent wait for their import, a day at most; else beside the SQLite file, or where the
    system keeps what is temporary. Several processes need the same one."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "text"] = "auto"
    """auto: readable lines on a terminal, one JSON object a line elsewhere."""

    metrics_token: SecretStr | None = None
    """With it `/metrics` also answers others than this machine, who send it as `Authorization: Bearer …`."""

    trusted_documents: Literal["on", "only"] = "on"
    """`only`: nothing but documents known beforehand is carried out."""

    trusted_folder: DirectoryPath | None = None
    """Folder with more trusted documents, one `.graphql` file each."""

    cors_origins: str = ""
    """Other sites whose pages may use the API, such as `https://a.example,https://b.example`."""

    trusted_proxies: str = ""
    """Addresses or networks of proxies that may say who a request comes from, such as `10.0.0.2,192.168.0.0/24`."""

    requests_per_minute: int = Field(default=3000, ge=0)
    """Of one address, in one process; 0 for no limit. Many people share an address of a mobile network."""

    explorer: bool = True
    introspection: bool = True
    """Whether the schema may be asked for: by GraphQL and at /schema.graphql."""

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("sms_url", "wechat_authorize_url", "wechat_api_url", "public_url")
    @classmethod
    def _private(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://none")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError(f"{value} 应为 https 地址 | {value} must be https:// (http:// only on this machine)")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _exact(cls, value: str) -> str:
        for origin in listed(value):
            if origin != origin_of(origin) or not origin.startswith(("http://", "https://")):
                raise ValueError(f"{origin} 不是来源 | {origin} is no origin: write https://name, without a path or *")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for proxy in listed(value):
            try:
                is_everybody = ipaddress.ip_network(proxy).prefixlen == 0
            except ValueError:
                raise ValueError(
                    f"{proxy} 不是地址或网段 | {proxy} is no address and no network such as 10.0.0.0/24"
                ) from None
            if is_everybody:
                raise ValueError(f"{proxy}：人人都能冒充别的地址 | {proxy} lets everybody pretend to be anybody")
        return value

    @field_validator("database_url", "read_database_url")
    @classmethod
    def _supported(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            url = database_url(value)
        except (ValueError, ArgumentError):
            raise ValueError(
                "不支持这个数据库地址，请用 sqlite:///文件 或 postgresql://用户@主机/库名 | "
                "not a supported address: use sqlite:///file.db or postgresql://user@host/name"
            ) from None
        if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
            raise ValueError("SQLite 需要一个文件 | SQLite needs a file: sqlite:///data/horqin.db")
        return value

    @model_validator(mode="after")
    def _safe_together(self) -> Self:
        if self.trust_everybody and not self.on_loopback:
            raise ValueError(
                f"TRUST_EVERYBODY=1 只能用于本机（127.0.0.1），而 HOST 是 {self.host} | "
                f"TRUST_EVERYBODY=1 shows names and phones to everybody who can connect: it needs HOST=127.0.0.1"
            )
        if self.trust_everybody and self.production:
            raise ValueError("TRUST_EVERYBODY 不能与 PRODUCTION 同用 | TRUST_EVERYBODY is never for PRODUCTION")
        if self.read_url and {self.url.get_backend_name(), self.read_url.get_backend_name()} != {"postgresql"}:
            raise ValueError(
                "READ_DATABASE_URL 与 DATABASE_URL 都须是 PostgreSQL | "
                "READ_DATABASE_URL follows DATABASE_URL: both have to be PostgreSQL"
            )
        if self.wechat_app_id and not (self.wechat_secret and self.public_url):
            raise ValueError(
                "WECHAT_APP_ID 需要 WECHAT_SECRET 和 PUBLIC_URL | WECHAT_APP_ID needs WECHAT_SECRET and PUBLIC_URL"
            )
        if self.production and not (self.secret_keys and self.lookup_key):
            raise ValueError(
                "正式环境需要 SECRET_KEYS 和 LOOKUP_KEY（`horqin doctor --new-keys` 可生成） | "
                "PRODUCTION needs SECRET_KEYS and LOOKUP_KEY (`horqin doctor --new-keys` makes a pair)"
            )
        return self

    @property
    def url(self) -> URL:
        return database_url(self.database_url)

    @property
    def read_url(self) -> URL | None:
        return database_url(self.read_database_url) if self.read_database_url else None

    @property
    def on_loopback(self) -> bool:
        return is_loopback(self.host)


def listed(text: str) -> list[str]:
    """Return what a setting lists, by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def origin_of(url: str) -> str | None:
    """Return the origin of an address as browsers send it: scheme, name, and the port if it is not the usual one."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{parts.port}"
    except ValueError:
        return None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}" if host else None


@lru_cache(1024)
def is_loopback(host: str) -> bool:
    """Tell whether only this machine itself can use such an address. Other names than localhost are not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def complaints(error: ValidationError) -> list[str]:
    """Return what is wrong with the settings, one line each, without the values: they may be secrets."""
    lines = []
    for item in error.errors():
        name = "_".join(str(part) for part in item["loc"]).upper()
        lines.append(f"{name}: {item['msg']}".removeprefix(": ").replace("Value error, ", ""))
    return lines
