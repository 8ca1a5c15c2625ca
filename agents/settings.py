"""The settings of the model, from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_MODEL = "claude-opus-4-6"
PROVIDERS = ("anthropic", "bedrock")
OFF = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True)
class Settings:
    """MDM_MODEL, MDM_MODEL_PROVIDER, MDM_ALLOW_MODEL_REQUESTS, MDM_CASSETTES and MDM_RECORD."""

    model: str = DEFAULT_MODEL
    provider: str = "anthropic"
    allow_requests: bool = True
    has_key: bool = False
    cassettes: Path | None = None
    record: bool = False
    max_retries: int = 4
    timeout_seconds: float = 600.0

    def __post_init__(self) -> None:
        if self.provider not in PROVIDERS:
            raise ValueError(f"MDM_MODEL_PROVIDER is {self.provider!r}, expected one of {', '.join(PROVIDERS)}")


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings; Bedrock takes its credentials from the standard AWS variables instead of a key."""
    provider = environment.get("MDM_MODEL_PROVIDER", "anthropic").strip().lower()
    key = environment.get("ANTHROPIC_API_KEY") or environment.get("ANTHROPIC_AUTH_TOKEN")
    cassettes = environment.get("MDM_CASSETTES")
    return Settings(
        model=environment.get("MDM_MODEL") or DEFAULT_MODEL,
        provider=provider,
        allow_requests=environment.get("MDM_ALLOW_MODEL_REQUESTS", "1").strip().lower() not in OFF,
        has_key=bool(key) or provider == "bedrock",
        cassettes=Path(cassettes) if cassettes else None,
        record=environment.get("MDM_RECORD", "0").strip().lower() not in OFF,
    )
