"""The model behind an agent: Claude over the Messages API, and which model an environment gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agents.errors import ModelRequestsForbidden, ModelUnavailable
from agents.settings import Settings
from lakehouse.connectors.redaction import redact

Block = dict[str, Any]
Message = dict[str, Any]
INSTALL = "pip install -r requirements-agents.txt"
CACHED: Block = {"type": "ephemeral"}


@dataclass(frozen=True)
class Usage:
    """Tokens of one reply or of many."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    @property
    def total(self) -> int:
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )


@dataclass(frozen=True)
class Request:
    """All that a reply depends on: the conversation is sent in full each time."""

    system: str
    messages: Sequence[Message]
    tools: Sequence[Mapping[str, Any]]
    max_tokens: int = 16_000


@dataclass(frozen=True)
class Reply:
    content: Sequence[Block]
    stop_reason: str
    usage: Usage = field(default_factory=Usage)
    model: str = ""

    @property
    def calls(self) -> list[Block]:
        return [block for block in self.content if block["type"] == "tool_use"]

    @property
    def text(self) -> str:
        return "".join(block["text"] for block in self.content if block["type"] == "text")


class ModelClient(Protocol):
    """`name` is what screens and files say of the author: a scripted model is never called Claude."""

    @property
    def name(self) -> str: ...

    def reply(self, request: Request) -> Reply: ...


class Claude:
    """Claude, streamed, with prompt caching, retries by the SDK, and Bedrock by one setting."""

    def __init__(self, settings: Settings, *, client: Any = None, on_text: Callable[[str], None] | None = None) -> None:
        self._settings = settings
        self._client = client
        self._on_text = on_text

    @property
    def name(self) -> str:
        return self._settings.model

    def reply(self, request: Request) -> Reply:
        """One turn. Raises ModelUnavailable where the service stays unreachable or refuses us."""
        if not self._settings.allow_requests:
            raise ModelRequestsForbidden(
                f"{self._settings.model} was not asked: MDM_ALLOW_MODEL_REQUESTS forbids model requests; unset it"
            )
        anthropic = _library()
        client = self._client = self._client or connect(self._settings)
        try:
            with client.messages.stream(model=self._settings.model, **payload(request)) as stream:
                for text in stream.text_stream:
                    if self._on_text:
                        self._on_text(text)
                return _reply(stream.get_final_message())
        except anthropic.APIStatusError as error:
            raise ModelUnavailable(
                f"{self._settings.model} refused the request with HTTP {error.status_code}: {redact(error.message)}"
            ) from error
        except anthropic.APIError as error:
            raise ModelUnavailable(
                f"{self._settings.model} could not be reached: {redact(error.message)}; try again later"
            ) from error
        except (anthropic.AnthropicError, ValueError) as error:
            raise ModelUnavailable(f"{self._settings.model} gave no readable reply: {redact(str(error))}") from error


def connect(settings: Settings) -> Any:
    """The SDK's client; retries on 408, 409, 429 and 5xx are the SDK's own."""
    anthropic = _library()
    options = {"max_retries": settings.max_retries, "timeout": settings.timeout_seconds}
    if settings.provider == "bedrock":
        return anthropic.AnthropicBedrock(**options)
    if not settings.has_key:
        raise ModelUnavailable("No key for Claude: set ANTHROPIC_API_KEY, or MDM_MODEL_PROVIDER=bedrock")
    return anthropic.Anthropic(**options)


def payload(request: Request) -> dict[str, Any]:
    """The request as the API takes it; what stays the same from turn to turn is marked for the cache."""
    system = {"type": "text", "text": request.system, "cache_control": CACHED}
    tools: list[dict[str, Any]] = [dict(tool) for tool in request.tools]
    if tools:
        tools[-1] = tools[-1] | {"cache_control": CACHED}
    messages = [{"role": m["role"], "content": _blocks(m["content"])} for m in request.messages]
    # Two marks: the cache looks back twenty blocks only, and a turn may bring more results than that.
    for message in [m for m in messages if m["role"] == "user"][-2:]:
        message["content"][-1] = message["content"][-1] | {"cache_control": CACHED}
    body: dict[str, Any] = {"max_tokens": request.max_tokens, "system": [system], "messages": messages}
    return body | ({"tools": tools} if tools else {})


def _blocks(content: str | list[Block]) -> list[Block]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else [dict(block) for block in content]


def _library() -> Any:
    try:
        import anthropic
    except ImportError as error:
        raise ModelUnavailable(f"The anthropic library is not installed: {INSTALL}") from error
    return anthropic


def _reply(message: Any) -> Reply:
    usage = message.usage
    return Reply(
        content=[_block(block) for block in message.content],
        stop_reason=message.stop_reason or "end_turn",
        usage=Usage(
            usage.input_tokens or 0,
            usage.output_tokens or 0,
            usage.cache_read_input_tokens or 0,
            usage.cache_creation_input_tokens or 0,
        ),
        model=message.model,
    )


def _block(block: Any) -> Block:
    """A block as it can be sent back; the SDK's own fields of a parsed block stay behind."""
    found: Block = block.model_dump(mode="json", exclude_none=True)
    found.pop("parsed_output", None)
    return found
