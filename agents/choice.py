"""Which model an environment gives: a recording, Claude, or the scripted model, and why."""

from dataclasses import dataclass

from agents.cassettes import Recording, Replay
from agents.models import Claude, ModelClient
from agents.scripted import NAME, Script, Scripted
from agents.settings import Settings


@dataclass(frozen=True)
class Choice:
    """`reason` is for the person: why it is this model and not another."""

    model: ModelClient
    reason: str


def choose(settings: Settings, agent: str, script: Script) -> Choice:
    """The model for one agent."""
    path = settings.cassettes / f"{agent}.jsonl" if settings.cassettes else None
    if path and not settings.record:
        return Choice(Replay(path), f"replayed from {path}: MDM_CASSETTES is set")
    if not settings.allow_requests:
        return Choice(Scripted(script), f"{NAME}: MDM_ALLOW_MODEL_REQUESTS forbids model requests")
    if not settings.has_key:
        return Choice(Scripted(script), f"{NAME}: ANTHROPIC_API_KEY is not set")
    claude = Claude(settings)
    if path:
        return Choice(Recording(claude, path), f"{settings.model}, recorded to {path}")
    return Choice(claude, f"{settings.model} by {settings.provider}")
