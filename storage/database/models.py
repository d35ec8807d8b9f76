"""Every model, so that the metadata is whole wherever it is asked for."""

import storage.database.api_keys
import storage.database.audit
import storage.database.break_glass
import storage.database.clients
import storage.database.documents
import storage.database.doors
import storage.database.folders
import storage.database.imports
import storage.database.invitations
import storage.database.jobs
import storage.database.journeys
import storage.database.notes
import storage.database.notifications
import storage.database.people
import storage.database.tags
import storage.database.timeline
import storage.database.uploads
from storage.database.base import GLOBAL_TABLES, Base

metadata = Base.metadata
TENANT_TABLES = frozenset(metadata.tables) - GLOBAL_TABLES

__all__ = ["TENANT_TABLES", "metadata", "storage"]
