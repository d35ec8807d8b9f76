"""Every model, so that the metadata is whole wherever it is asked for."""

import storage.database.audit
import storage.database.clients
import storage.database.imports
import storage.database.jobs
import storage.database.journeys
import storage.database.notes
import storage.database.people
import storage.database.timeline
from storage.database.base import GLOBAL_TABLES, Base

metadata = Base.metadata
TENANT_TABLES = frozenset(metadata.tables) - GLOBAL_TABLES

__all__ = ["TENANT_TABLES", "metadata", "storage"]
