"""When an asset over all shards is made by itself (declarative automation)."""

import dagster as dg

_changed = (
    dg.AutomationCondition.data_version_changed() | dg.AutomationCondition.will_be_requested()
)
_there = ~dg.AutomationCondition.missing() | dg.AutomationCondition.will_be_requested()
_missing = dg.AutomationCondition.any_deps_missing().ignore(dg.AssetSelection.groups("compare"))
_sound = dg.AutomationCondition.all_deps_match(
    dg.AutomationCondition.all_checks_match(
        # Missing: of a variant that nobody made, or of what a version without checks made.
        dg.AutomationCondition.check_passed()
        | dg.AutomationCondition.missing()
        | dg.AutomationCondition.will_be_requested(),
        blocking_only=True,
    )
)
_handled = dg.AutomationCondition.newly_requested() | dg.AutomationCondition.newly_updated()

FOLLOW = (
    (
        dg.AutomationCondition.missing().newly_true()
        | dg.AutomationCondition.code_version_changed()
        | dg.AutomationCondition.any_deps_match(_changed)
    ).since(_handled)
    & dg.AutomationCondition.any_deps_match(_there)
    & ~_missing
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
    & _sound
).with_label("follow what it is made of")
"""Made when it is missing, when its code or its defaults change, and when a dependency gets another
data version: not when that was materialized and came out the same, as `eager` would. It waits until
all dependencies are there (variants need not be), none is being made, no blocking check failed; and
as of no shards at all none is missing, one dependency must be there, or coming."""
