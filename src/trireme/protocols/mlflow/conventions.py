"""What the attributes of a span mean, whichever instrumentation wrote them.

MLflow's own names come first. Where they are absent, those of other conventions are understood and MLflow's are added beside them, so that
its clients find inputs, outputs, types and tokens where they look: OpenInference, OpenTelemetry's GenAI conventions, Traceloop, Google ADK,
Vercel AI SDK, VoltAgent, LiveKit, Laminar, Langfuse, Spring AI.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from trireme.domain.trace import COSTS, TOKENS, SpanEvent

INPUTS: Final = "mlflow.spanInputs"
OUTPUTS: Final = "mlflow.spanOutputs"
TYPE: Final = "mlflow.spanType"
REQUEST_ID: Final = "mlflow.traceRequestId"
TRACE_TAG: Final = "mlflow.traceTag."
_USAGE: Final = "mlflow.chat.tokenUsage"
_COST: Final = "mlflow.llm.cost"
_MODEL: Final = "mlflow.llm.model"
_PROVIDER: Final = "mlflow.llm.provider"
_FORMAT: Final = "mlflow.message.format"
_TOOLS: Final = "mlflow.chat.tools"
_SESSIONS: Final = ("session.id", "gen_ai.conversation.id")
_USERS: Final = ("user.id",)
UNKNOWN: Final = "UNKNOWN"
_PREVIEW_CHARACTERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Convention:
    """The names of one instrumentation.

    Parameters:
        kind: attributes whose value says what a span is, and *kinds* which type that is.
        marks: its attributes begin with one of these; messages are in its *format* then.
        inputs, outputs, model, tools: where they stand; the first that is there counts. Patterns match whole names.
        tokens: where each of `TOKENS` stands.
    """

    kind: Sequence[str] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    inputs: Sequence[str | re.Pattern[str]] = ()
    outputs: Sequence[str | re.Pattern[str]] = ()
    model: Sequence[str] = ()
    provider: Sequence[str] = ()
    tools: Sequence[str] = ()
    tokens: Mapping[str, Sequence[str]] = field(default_factory=dict)
    marks: Sequence[str] = ()
    format: str = ""


_GENAI_MODEL: Final = ("gen_ai.response.model", "gen_ai.request.model")
_GENAI_TOKENS: Final = {
    "input_tokens": ("gen_ai.usage.input_tokens",),
    "output_tokens": ("gen_ai.usage.output_tokens",),
    "cache_read_input_tokens": ("gen_ai.usage.cache_read.input_tokens",),
    "cache_creation_input_tokens": ("gen_ai.usage.cache_creation.input_tokens",),
}
_VERCEL: Final = ("generateText", "streamText", "generateObject", "streamObject")

CONVENTIONS: Final = (
    Convention(  # OpenInference
        kind=("openinference.span.kind",),
        kinds={
            name: name
            for name in ("TOOL", "CHAIN", "LLM", "RETRIEVER", "EMBEDDING", "AGENT", "RERANKER", "GUARDRAIL", "EVALUATOR")
        },
        inputs=("input.value",),
        outputs=("output.value",),
        model=("llm.model_name", "embedding.model_name"),
        provider=("llm.provider",),
        tokens={
            "input_tokens": ("llm.token_count.prompt",),
            "output_tokens": ("llm.token_count.completion",),
            "total_tokens": ("llm.token_count.total",),
            "cache_read_input_tokens": ("llm.token_count.prompt_details.cache_read",),
            "cache_creation_input_tokens": ("llm.token_count.prompt_details.cache_write",),
        },
    ),
    Convention(  # OpenTelemetry's GenAI conventions, and Gemini CLI's names of operations
        kind=("gen_ai.operation.name",),
        kinds={
            "chat": "CHAT_MODEL",
            "create_agent": "AGENT",
            "embeddings": "EMBEDDING",
            "execute_tool": "TOOL",
            "generate_content": "LLM",
            "invoke_agent": "AGENT",
            "text_completion": "LLM",
            "response": "LLM",
            "llm_call": "LLM",
            "tool_call": "TOOL",
            "agent_call": "AGENT",
        },
        inputs=("gen_ai.input.messages", "gen_ai.tool.call.arguments"),
        outputs=("gen_ai.output.messages", "gen_ai.tool.call.result"),
        model=_GENAI_MODEL,
        provider=("gen_ai.provider.name",),
        tools=("gen_ai.tool.definitions",),
        tokens=_GENAI_TOKENS,
    ),
    Convention(  # Traceloop
        kind=("traceloop.span.kind",),
        kinds={"workflow": "WORKFLOW", "task": "TASK", "agent": "AGENT", "tool": "TOOL"},
        inputs=(
            "traceloop.entity.input",
            re.compile(r"gen_ai\.prompt\.\d+\.content"),
            re.compile(r"gen_ai\.completion\.\d+\.tool_calls\.\d+\.arguments"),
        ),
        outputs=("traceloop.entity.output", re.compile(r"gen_ai\.completion\.\d+\.content")),
        provider=("gen_ai.system",),
        tokens={
            "input_tokens": ("gen_ai.usage.prompt_tokens",),
            "output_tokens": ("gen_ai.usage.completion_tokens",),
            "total_tokens": ("llm.usage.total_tokens",),
        },
    ),
    Convention(  # Google ADK
        inputs=("gcp.vertex.agent.llm_request", "gcp.vertex.agent.tool_call_args"),
        outputs=("gcp.vertex.agent.llm_response", "gcp.vertex.agent.tool_response"),
    ),
    Convention(  # Vercel AI SDK
        kind=("ai.operationId",),
        kinds={f"ai.{name}{end}": "LLM" for name in _VERCEL for end in ("", ".doGenerate", ".doStream")}
        | {"ai.toolCall": "TOOL", "ai.embed": "EMBEDDING", "ai.embed.doEmbed": "EMBEDDING", "ai.embedMany": "EMBEDDING"},
        inputs=("ai.prompt", "ai.prompt.messages", "ai.toolCall.args", "ai.value", "ai.values"),
        outputs=("ai.response.text", "ai.response.toolCalls", "ai.toolCall.result", "ai.response.object", "ai.embedding",
                 "ai.embeddings"),
        model=("ai.model.id",),
        provider=("ai.model.provider",),
        tokens={"input_tokens": ("ai.usage.promptTokens",), "output_tokens": ("ai.usage.completionTokens",)},
        marks=("ai.prompt.messages",),
        format="vercel_ai",
    ),
    Convention(  # VoltAgent
        kind=("span.type", "entity.type"),
        kinds={"agent": "AGENT", "llm": "LLM", "tool": "TOOL", "memory": "MEMORY"},
        inputs=("agent.messages", "llm.messages", "input"),
        outputs=("output",),
        tokens={
            "input_tokens": ("usage.prompt_tokens", "llm.usage.prompt_tokens"),
            "output_tokens": ("usage.completion_tokens", "llm.usage.completion_tokens"),
            "total_tokens": ("usage.total_tokens", "llm.usage.total_tokens"),
        },
        marks=("voltagent.",),
        format="voltagent",
    ),
    Convention(  # LiveKit
        inputs=("lk.user_input", "lk.user_transcript", "lk.chat_ctx", "lk.input_text"),
        outputs=("lk.response.text", "lk.response.function_calls"),
        marks=("lk.",),
        format="livekit",
    ),
    Convention(  # Laminar
        kind=("lmnr.span.type",),
        kinds={"LLM": "LLM", "TOOL": "TOOL", "DEFAULT": "CHAIN", "PIPELINE": "CHAIN", "EXECUTOR": "AGENT", "EVALUATOR": "EVALUATOR",
               "HUMAN_EVALUATOR": "EVALUATOR", "EVALUATION": "EVALUATOR", "CACHED": "LLM"},
        inputs=("lmnr.span.input",),
        outputs=("lmnr.span.output",),
        marks=("lmnr.span.type",),
        format="openai",
    ),
    Convention(  # Langfuse
        kind=("langfuse.observation.type",),
        kinds={"generation": "LLM", "embedding": "EMBEDDING", "tool": "TOOL", "retriever": "RETRIEVER", "agent": "AGENT",
               "chain": "CHAIN", "evaluator": "EVALUATOR", "guardrail": "GUARDRAIL"},
        inputs=("langfuse.observation.input",),
        outputs=("langfuse.observation.output",),
        model=("langfuse.observation.model.name",),
    ),
)  # fmt: skip

_ROLES: Final = {"gen_ai.system.message": "system", "gen_ai.user.message": "user", "gen_ai.assistant.message": "assistant"}
_CHOICE: Final = "gen_ai.choice"
_CONTENTS: Final = {
    INPUTS: ("gen_ai.content.prompt", "gen_ai.prompt"),
    OUTPUTS: ("gen_ai.content.completion", "gen_ai.completion"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a span's attributes say.

    Parameters:
        attributes: as they came, with MLflow's own names added.
    """

    attributes: dict[str, Any]
    type: str
    usage: dict[str, float]
    model: str
    provider: str
    session: str
    user: str


def understand(attributes: Mapping[str, Any], events: Sequence[SpanEvent] = ()) -> Meaning:
    """The meaning of a span's attributes; texts that hold JSON are decoded."""
    found = {key: decoded(value) for key, value in attributes.items()}
    if found.get(TYPE) in (None, "", UNKNOWN) and (kind := _type(found)):
        found[TYPE] = kind
    for name, places in ((INPUTS, "inputs"), (OUTPUTS, "outputs"), (_TOOLS, "tools")):
        if name not in found:
            value = _first(found, places)
            value = _of_events(name, events) if value is None else value
            if value is not None:
                found[name] = value
    for name, places in ((_MODEL, "model"), (_PROVIDER, "provider")):
        if name not in found and isinstance(value := _first(found, places), str):
            found[name] = value
    if _MODEL not in found and (model := _model_in(found)):
        found[_MODEL] = model
    if _USAGE not in found and (tokens := _tokens(found)):
        found[_USAGE] = tokens
    if _FORMAT not in found and (form := next((c.format for c in CONVENTIONS if _is_marked(found, c)), "")):
        found[_FORMAT] = form
    usage = {}
    for name, names in ((_USAGE, TOKENS), (_COST, COSTS)):
        told = found.get(name)
        if isinstance(told, Mapping):
            usage |= {key: number for key in names if (number := _number(told.get(key))) is not None}
    kind = found.get(TYPE)
    return Meaning(
        attributes=found,
        type=kind if isinstance(kind, str) and kind else UNKNOWN,
        usage=usage,
        model=_text(found.get(_MODEL)),
        provider=_text(found.get(_PROVIDER)),
        session=next((text for key in _SESSIONS if (text := _text(found.get(key)))), ""),
        user=next((text for key in _USERS if (text := _text(found.get(key)))), ""),
    )


def decoded(value: Any) -> Any:
    """A text that holds a JSON object, list or string as that; everything else as it is. Exporters write structures as texts."""
    if not isinstance(value, str) or value[:1] not in ("{", "[", '"'):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found if isinstance(found, str | dict | list) else value


def preview(value: Any, role: str) -> str:
    """A short text of what was asked or answered: the last message of *role* in a conversation, else the value as JSON."""
    if value is None:
        return ""
    text = _message_of(value, role) or (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _PREVIEW_CHARACTERS else text[: _PREVIEW_CHARACTERS - 3] + "..."


def _type(found: Mapping[str, Any]) -> str:
    for convention in CONVENTIONS:
        for key in convention.kind:
            kind = found.get(key)
            if isinstance(kind, str) and kind in convention.kinds:
                return convention.kinds[kind]
    return ""


def _first(found: Mapping[str, Any], places: str) -> Any:
    """The first value, not empty, at one of a convention's places."""
    for convention in CONVENTIONS:
        for place in getattr(convention, places):
            keys = [place] if isinstance(place, str) else [key for key in found if place.fullmatch(key)]
            for key in keys:
                if found.get(key) not in (None, "", [], {}):
                    return found[key]
    return None


def _tokens(found: Mapping[str, Any]) -> dict[str, int]:
    for convention in CONVENTIONS:
        tokens: dict[str, int] = {}
        for name, places in convention.tokens.items():
            numbers = [number for place in places if (number := _number(found.get(place))) is not None]
            if numbers:
                tokens[name] = int(numbers[0])
        if tokens.keys() & {"input_tokens", "output_tokens", "total_tokens"}:
            if "total_tokens" not in tokens and "input_tokens" in tokens and "output_tokens" in tokens:
                tokens["total_tokens"] = tokens["input_tokens"] + tokens["output_tokens"]
            return tokens
    return {}


def _of_events(name: str, events: Sequence[SpanEvent]) -> Any:
    """Messages that stand in events."""
    if name not in _CONTENTS:
        return None
    place, key = _CONTENTS[name]
    for event in events:
        if event.name == place and event.attributes.get(key):
            return decoded(event.attributes[key])
    messages = []
    for event in events:
        content = event.attributes.get("content")
        role = (
            _ROLES.get(event.name)
            if name == INPUTS
            else event.attributes.get("role", "assistant")
            if event.name == _CHOICE
            else None
        )
        if role and content:
            messages.append({"role": decoded(role), "content": decoded(content)})
    return messages or None


def _model_in(found: Mapping[str, Any]) -> str:
    for name in (INPUTS, OUTPUTS):
        value = found.get(name)
        if isinstance(value, Mapping) and isinstance(model := value.get("model"), str):
            return model
    return ""


def _is_marked(found: Mapping[str, Any], convention: Convention) -> bool:
    return any(key.startswith(mark) for mark in convention.marks for key in found)


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e18 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, default=str)


def _message_of(value: Any, role: str) -> str:
    """The text of the last message of a role, or of the last one, in the shapes of chat and responses APIs."""
    for _ in range(4):  # an agent's input holds the request
        if not isinstance(value, Mapping) or "request" not in value or "messages" in value:
            break
        value = value["request"]
    if not isinstance(value, Mapping):
        return ""
    choices = value.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        messages: Any = [choices[0].get("message")]
    else:
        messages = next((value[key] for key in ("messages", "input", "output") if isinstance(value.get(key), list)), [])
    messages = [one for one in messages if isinstance(one, Mapping) and "role" in one and "content" in one]
    chosen = next((one for one in reversed(messages) if one["role"] == role), messages[-1] if messages else {})
    content = chosen.get("content")
    if isinstance(content, list):
        for part in content:
            if isinstance(part, str):
                return part
            if isinstance(part, Mapping) and part.get("type") in ("text", "output_text", "input_text"):
                return str(part.get("text") or "")
    return content if isinstance(content, str) else ""
