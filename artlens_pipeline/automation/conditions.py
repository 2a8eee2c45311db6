"""When an asset over all shards is made by itself (declarative automation)."""

import dagster as dg

_changed = (
    dg.AutomationCondition.data_version_changed() | dg.AutomationCondition.will_be_requested()
)
_missing = dg.AutomationCondition.any_deps_missing().ignore(dg.AssetSelection.groups("compare"))
_handled = dg.AutomationCondition.newly_requested() | dg.AutomationCondition.newly_updated()

FOLLOW = (
    (
        dg.AutomationCondition.missing().newly_true()
        | dg.AutomationCondition.code_version_changed()
        | dg.AutomationCondition.any_deps_match(_changed)
    ).since(_handled)
    & ~_missing
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
    & dg.AutomationCondition.all_deps_blocking_checks_passed()
).with_label("follow what it is made of")
"""Made when it is missing, when its code or its defaults change, and when a dependency gets another
data version: not when that was materialized and came out the same, as `eager` would. It waits until
every dependency is there (variants need not be), none is being made and blocking checks passed."""
