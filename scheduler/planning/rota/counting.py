"""The rota as it counts now, for planning and for whoever wants to know who is due when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from scheduler.domain.duties import History, histories, parts_of
from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.domain.programme import Policy
from scheduler.domain.rota import Service, ServiceState, counted
from scheduler.store.unit_of_work import UnitOfWork


def services_as_counted(
    unit: UnitOfWork, policy: Policy, at: datetime, employee_id: str | None = None
) -> tuple[Service, ...]:
    """The services of one person, or of all, with what became of them so far as anybody said, and
    as the policy says where nobody did. Those called off are not among them."""
    live = [state for state in ServiceState if state is not ServiceState.CANCELLED]
    services = unit.rota.services(employee_id, states=live)
    return counted(services, unit.ledger.records(employee_id), policy, at)


def known_histories(
    unit: UnitOfWork, policy: Policy, at: datetime, employee_id: str | None = None
) -> dict[str, History]:
    """What is known of everybody's services, or of one person's."""
    return histories(
        unit.ledger.records(employee_id),
        services_as_counted(unit, policy, at, employee_id),
        parts_of(unit.catalogue.programmes(), policy),
    )


def records_of(services: Sequence[Service], ledger: Sequence[ServiceRecord]) -> list[ServiceRecord]:
    """The ledger with what the rota says beside it: services that count as attended, missed or
    excused, and as attended those that nobody said anything of yet. What the ledger has of the same
    days it knows better."""
    known = {(record.employee_id, day) for record in ledger for day in record.days}
    told = {
        ServiceState.CONFIRMED: ServiceStatus.ATTENDED,
        ServiceState.ATTENDED: ServiceStatus.ATTENDED,
        ServiceState.MISSED: ServiceStatus.MISSED,
        ServiceState.EXCUSED: ServiceStatus.EXCUSED,
    }
    return [
        *ledger,
        *(
            ServiceRecord(
                employee_id=service.employee_id,
                programme=service.programme,
                centre=service.centre,
                days=service.dates,
                status=told[service.state],
            )
            for service in services
            if service.state in told
            and not any((service.employee_id, day) in known for day in service.dates)
        ),
    ]


def own_history(
    unit: UnitOfWork, employee_id: str, at: datetime
) -> tuple[History, list[ServiceRecord]]:
    """What is known of one person's services, and all that became of them so far, the latest
    first: what the ledger says, and what the rota does."""
    policy, ledger = unit.catalogue.policy(), unit.ledger.records(employee_id)
    if policy is None:
        return History(), sorted(ledger, key=_latest, reverse=True)
    services = services_as_counted(unit, policy, at, employee_id)
    known = histories(ledger, services, parts_of(unit.catalogue.programmes(), policy))
    over = [service for service in services if service.state is not ServiceState.CONFIRMED]
    records = sorted(records_of(over, ledger), key=_latest, reverse=True)
    return known.get(employee_id, History()), records


def _latest(record: ServiceRecord) -> date:
    return max(record.days)
