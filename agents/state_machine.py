"""Amazon States Language: what is wrong with a definition, and what a run of it would do."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

TYPES = frozenset({"Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"})
ENDS = frozenset({"Succeed", "Fail"})
MOST_STEPS = 200


def problems(definition: Any, where: str = "") -> list[str]:
    """Everything that keeps a definition from being run; empty when nothing does."""
    if not isinstance(definition, Mapping) or not isinstance(definition.get("States"), Mapping):
        return [f"{where}no States"]
    states = definition["States"]
    start = definition.get("StartAt")
    found = [] if start in states else [f"{where}StartAt is {start!r}, which is no state"]
    for name, state in states.items():
        found += [f"{where}{name}: {problem}" for problem in _state_problems(state, states)]
        for inner in _inner(state):
            found += problems(inner, f"{where}{name} / ")
    reached = _reached(definition)
    found += [f"{where}{name} cannot be reached" for name in states if name not in reached]
    if not any(s.get("End") or s.get("Type") in ENDS for s in states.values() if isinstance(s, Mapping)):
        found.append(f"{where}no state ends the run")
    return found


def _state_problems(state: Any, states: Mapping[str, Any]) -> list[str]:
    if not isinstance(state, Mapping) or state.get("Type") not in TYPES:
        return [f"Type is {state.get('Type') if isinstance(state, Mapping) else state!r}"]
    found = [f"goes to {target!r}, which is no state" for target in _targets(state) if target not in states]
    kind = state["Type"]
    if kind not in ENDS | {"Choice"} and ("Next" in state) == bool(state.get("End")):
        found.append("needs either Next or End")
    if kind == "Choice" and not state.get("Choices"):
        found.append("has no Choices")
    if kind == "Task":
        found += [] if state.get("Resource") else ["has no Resource"]
        found += [] if state.get("Retry") else ["has no Retry"]
        found += [] if state.get("Catch") else ["has no Catch"]
    for rule in (*state.get("Retry", ()), *state.get("Catch", ())):
        if not rule.get("ErrorEquals"):
            found.append("a Retry or Catch names no ErrorEquals")
        elif "States.ALL" in rule["ErrorEquals"] and len(rule["ErrorEquals"]) > 1:
            found.append("States.ALL stands alone in ErrorEquals")
    return found


def _targets(state: Mapping[str, Any]) -> Iterator[str]:
    for key in ("Next", "Default"):
        if key in state:
            yield state[key]
    for rule in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield rule.get("Next", "")


def _inner(state: Any) -> list[Any]:
    if not isinstance(state, Mapping):
        return []
    processor = state.get("ItemProcessor") or state.get("Iterator")
    return [*state.get("Branches", ()), *([processor] if processor else [])]


def _reached(definition: Mapping[str, Any]) -> set[str]:
    seen: set[str] = set()
    waiting = [definition.get("StartAt")]
    while waiting:
        name = waiting.pop()
        state = definition["States"].get(name) if isinstance(name, str) else None
        if isinstance(name, str) and isinstance(state, Mapping) and name not in seen:
            seen.add(name)
            waiting += _targets(state)
    return seen


# What a task does in a simulated run: its result, or the name of the error it ends with.
Does = Callable[[str, int], Mapping[str, Any] | str]


def simulate(definition: Mapping[str, Any], does: Does) -> tuple[str, list[str]]:
    """How a run ends ('Succeed', 'Fail', or the error that nothing caught), and the states it went through."""
    path: list[str] = []
    name: str | None = definition["StartAt"]
    data: dict[str, Any] = {}
    while name is not None and len(path) < MOST_STEPS:
        state = definition["States"][name]
        path.append(name)
        if state["Type"] in ENDS:
            return state["Type"], path
        if state["Type"] == "Choice":
            name = next((rule["Next"] for rule in state["Choices"] if _holds(rule, data)), state.get("Default"))
            continue
        error, result = _execute(name, state, does)
        if error is None:
            _put(data, state.get("ResultPath"), result)
            name = None if state.get("End") else state["Next"]
            continue
        name = next((c["Next"] for c in state.get("Catch", ()) if {error, "States.ALL"} & {*c["ErrorEquals"]}), None)
        if name is None:
            return error, path
    return ("Succeed", path) if name is None else ("States.Runaway", path)


def _execute(name: str, state: Mapping[str, Any], does: Does) -> tuple[str | None, Mapping[str, Any]]:
    """A task with its retries; the branches of a parallel state, one after the other."""
    if state["Type"] in ("Parallel", "Map"):
        for inner in _inner(state):
            ended, _ = simulate(inner, does)
            if ended != "Succeed":
                return (ended if ended != "Fail" else "States.BranchFailed"), {}
        return None, {}
    if state["Type"] != "Task":
        return None, state.get("Result", {})
    attempt = 0
    while True:
        done = does(name, attempt)
        if not isinstance(done, str):
            return None, done
        rule = next((r for r in state.get("Retry", ()) if {done, "States.ALL"} & {*r["ErrorEquals"]}), None)
        if rule is None or attempt >= rule.get("MaxAttempts", 3):
            return done, {}
        attempt += 1


def _put(data: dict[str, Any], path: str | None, result: Mapping[str, Any]) -> None:
    if path and path.startswith("$."):
        data[path[2:]] = result


def _holds(rule: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    value: Any = data
    for part in rule["Variable"].removeprefix("$.").split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if "BooleanEquals" in rule:
        return bool(value is rule["BooleanEquals"])
    return bool(value == rule.get("StringEquals", rule.get("NumericEquals")))
