"""What a site is set to, flat and as JSON says it: the audit log holds it, and undo puts it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from afterword.core.model import Policy, Site

State: TypeAlias = Mapping[str, Any]
"""The fields of the policy, and `site` (the name) and `origins`."""


def state_of(site: Site) -> dict[str, Any]:
    """Everything of a site that its owners decide."""
    return state(site.name, site.origins, site.policy)


def state(name: str, origins: tuple[str, ...], policy: Policy) -> dict[str, Any]:
    """The same of one that is not stored yet."""
    fields = {key: _plain(value) for key, value in asdict(policy).items()}
    return {"site": name, "origins": sorted(origins), **fields}


def differences(old: State, new: State) -> tuple[State, State]:
    """What was before and what is after, of that alone which differs."""
    names = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in names}, {name: new[name] for name in names}


def undone(current: State, before: State, after: State) -> dict[str, Any]:
    """What has to be set so that a change is undone, as far as nobody has changed it since.

    Of lists, entries that were added go and entries that were taken away come back.
    """
    back = {name: _back(current[name], before[name], after[name]) for name in after}
    return {name: value for name, value in back.items() if value != current[name]}


def _back(current: Any, before: Any, after: Any) -> Any:
    if not isinstance(current, list):
        return before if current == after else current
    kept = [each for each in current if each in before or each not in after]
    return kept + [each for each in before if each not in after and each not in kept]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
