"""Destructive calls wait for a person: a plan first, then a token that a person made for exactly that call."""

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.errors import ToolError

VALID_SECONDS = 3600.0


@dataclass(frozen=True)
class Plan:
    plan_id: str
    tool: str
    input: Mapping[str, Any]
    effect: Any  # what the tool says it would do


class Approvals:
    """Kept in memory by the process that a person talks to: no file and no tool gives a model a token."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._secret = secrets.token_bytes(32)
        self._clock = clock
        self._plans: dict[str, Plan] = {}
        self._granted: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def propose(self, tool: str, given: Mapping[str, Any], effect: Any) -> Plan:
        """Keep the plan of a call; the same call has the same plan."""
        plan = Plan(plan_id(tool, given), tool, dict(given), effect)
        with self._lock:
            self._plans[plan.plan_id] = plan
        return plan

    def waiting(self) -> list[Plan]:
        """Plans that nobody has approved."""
        with self._lock:
            return [plan for plan in self._plans.values() if self._token(plan.plan_id) not in self._granted]

    def grant(self, plan_id: str, approver: str) -> str:
        """A person's consent to a plan; the token to call with, once."""
        with self._lock:
            if plan_id not in self._plans:
                raise ToolError(f"No plan {plan_id}; waiting are: {', '.join(self._plans) or 'none'}")
            token = self._token(plan_id)
            self._granted[token] = (approver, self._clock() + VALID_SECONDS)
            return token

    def redeem(self, token: str, tool: str, given: Mapping[str, Any]) -> str:
        """The approver of exactly this call; the token is used up. Raises ToolError for any other token."""
        wanted = plan_id(tool, given)
        with self._lock:
            if not hmac.compare_digest(token.encode(), self._token(wanted).encode()) or token not in self._granted:
                raise ToolError(
                    f"The approval token is not valid for this call of {tool}; a person must approve plan {wanted}"
                )
            approver, until = self._granted.pop(token)
            self._plans.pop(wanted, None)
        if self._clock() > until:
            raise ToolError(f"The approval of plan {wanted} has expired; ask for it again")
        return approver

    def _token(self, plan_id: str) -> str:
        return hmac.new(self._secret, plan_id.encode(), hashlib.sha256).hexdigest()


def plan_id(tool: str, given: Mapping[str, Any]) -> str:
    """A digest of the call without its token."""
    content = {name: value for name, value in given.items() if name != "approval_token"}
    text = json.dumps([tool, content], sort_keys=True, default=str)
    return "plan-" + hashlib.sha256(text.encode()).hexdigest()[:16]
