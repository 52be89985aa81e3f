"""What Prometheus is shown of a worker and of the fleet: numbers, and of labels hosts and kinds of work. No household's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cardwarden.fleet.overview import FleetView
from cardwarden.fleet.work import WorkKind
from cardwarden.service.exposition import Exposition


def fleet_metrics(view: FleetView, mine: Mapping[tuple[WorkKind, bool], tuple[int, float]], running: int) -> bytes:
    """All of it in Prometheus' text format.

    `mine` is what this worker did: how much, and in how many seconds, by kind and whether it came to a conclusion; `running`
    what it does now. Raises SettingsError without prometheus-client.
    """
    exposed = Exposition()
    gauge = exposed.gauge
    jobs = exposed.counter("worker_jobs", "What this worker did.", "kind", "result")
    seconds = exposed.counter("worker_seconds", "How long that took.", "kind")
    for (kind, good), (count, took) in mine.items():
        jobs.labels(kind.value, "good" if good else "failed").inc(count)
        seconds.labels(kind.value).inc(took)
    gauge("worker_running", "What this worker does now.").set(running)
    gauge("fleet_workers", "Workers that gave a sign of life lately.").set(len(view.workers))
    gauge("fleet_lag_seconds", "For how long the work is due that is due longest, of what a worker could begin.").set(
        view.lag
    )
    due = gauge("fleet_due", "Work that is due and that a worker could begin.", "lane")
    doing = gauge("fleet_running", "Work that is queued or being done.", "lane")
    for lane, number in view.due.items():
        due.labels(lane.value).set(number)
        doing.labels(lane.value).set(view.running[lane])
    failing = gauge("fleet_failing_sources", "Sources whose last check came to no conclusion.", "host")
    for host, number in view.failing.items():
        failing.labels(host).set(number)
    standing = gauge("fleet_households", "Households, by how they stand.", "state")
    for state, number in _states(view).items():
        standing.labels(state).set(number)
    gauge("fleet_households_behind", "Households with a source without a conclusive check in time.").set(
        sum(1 for row in view.households if row.behind)
    )
    gauge("fleet_households_unheard", "Households whose answers no worker hears, or whose broker none tells.").set(
        view.unheard
    )
    gauge("fleet_alerts_waiting", "Alerts of all households that are not sent yet.").set(
        sum(row.count.waiting for row in view.households)
    )
    return exposed.text()


def _states(view: FleetView) -> Mapping[str, int]:
    return {
        **dict.fromkeys(("guarded", "behind", "failing", "wrong", "paused", "elsewhere", "stopped-worker"), 0),
        **Counter(row.standing for row in view.households),
    }
