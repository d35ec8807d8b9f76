"""Who looked at a file, as the graph shows it."""

from datetime import datetime

import resolvers.access_log
from schema.fields import answered_by, presents
from schema.people import Member
from schema.references import ApiKeyRef
from storage.database.access_log import ClientAccessRow


@presents(ClientAccessRow)
class ClientAccess:
    """One request that read a client's records, or was refused them."""

    occurred_at: datetime
    "When."
    actor_kind: str
    "What kind of viewer it was, in capitals, such as MEMBER or KEY."
    member: Member | None = answered_by(resolvers.access_log.members)
    api_key: ApiKeyRef | None = answered_by(resolvers.access_log.api_keys)
    operation: str | None
    "The name that the request's document gave its operation."
    purpose: str
    "What for: READ, or FOLLOW for a live feed."
    refused: bool
    "Whether nothing was shown, because the file was out of reach."
    outside_care_team: bool = answered_by(resolvers.access_log.outside)
    under_broken_glass: bool = answered_by(resolvers.access_log.under_glass)
