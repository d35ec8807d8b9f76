"""One query for everything that a client's file shows."""

ACTOR = "actor { kind name member { name } }"
PERSON = "member { name role title }"
TEAM = f"careTeam {{ {PERSON} level roleTitle from to reason }}"
NOTE = "id title heading text excerpt occurredAt recordedAt pinned imported version updatedAt archivedAt archiveReason"
REVISIONS = "revisions { version title text occurredAt replacedAt replacedBy { name } }"
ENTRY = f"id kind summary facts {{ name value }} occurredAt recordedAt {ACTOR} visibility removed"

WHOLE_FILES = f"""
query ($status: [ClientStatus!]) {{
  clients(first: 20, filter: {{status: $status}}) {{ edges {{ node {{
    id fileNumber status displayName legalName names {{ use given family }} pronouns birthDate deceasedOn gender
    clinicalSex language timeZone privacyConsent emailMarketingConsent textMarketingConsent version createdAt updatedAt
    archivedAt consequences {{ portal automatedMessages newWork }}
    contactPoints {{ channel use value label preferred permissions {{ email call text voicemail }} }}
    addresses {{ use lines locality region postalCode country accessNotes }}
    relatedPeople {{ relation name pronouns phone email birthDate deceasedOn emergencyContact remark }}
    identifiers {{ system value label }}
    safetyFlags {{ severity text fromDate toDate }}
    {TEAM}
    journeys(first: 5) {{ edges {{ node {{
      title lifeEvent expectedOn startedOn endedOn outcome status statusSince statusReason shownAsEnded version {TEAM}
    }} }} }}
    timeline(first: 20) {{ edges {{ node {{
      {ENTRY} subject {{ __typename ... on Note {{ heading }} ... on Journey {{ title }} }} journey {{ title }}
    }} }} }}
    notes(first: 20) {{ edges {{ node {{ {NOTE} {REVISIONS} author {{ kind name }} archivedBy {{ name }} }} }} }}
  }} }} }}
}}
"""
ALL_STATUSES = ["PROSPECT", "ACTIVE", "INACTIVE", "ARCHIVED"]
