"""Every construct of the model: what its parameter does, where it shows, and what it leaves alone."""

from . import change, empathy, people, profiles, recognition, roles, service, trust
from .measure import Bench, Row, base, changed
from .scenes import SCENES

PARTS: dict[str, list[Row]] = {
    "What an agent expresses": empathy.ROWS,
    "Recognition of emotions": recognition.ROWS,
    "Measured assistants": profiles.ROWS,
    "Trust, alliance, rupture and repair": trust.ROWS,
    "Change": change.ROWS,
    "Roles of an assistant": roles.ROLES,
    "Therapists": roles.THERAPISTS,
    "The service": service.SERVICE,
    "The service's people": people.ROWS,
    "Word of mouth": service.NETWORK,
    "Privacy and leaving": service.PRIVACY,
    "Safety": service.SAFETY,
    "Accounts": service.ACCOUNTS,
}
ROWS: list[Row] = [row for rows in PARTS.values() for row in rows]
BENCHES = {
    name: Bench(document, (side(row) for row in ROWS if row.scene == name for side in (base, changed)))
    for name, document in SCENES.items()
}
