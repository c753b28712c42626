/** What an operator and a venue's bridge ask for. The demo's users may not: each tab says whose token it needs. */
export const OPERATOR_TABS: readonly string[] = [
  `# Needs the scope ingest or admin, in the tab Headers:
# npm run --silent token -- ops --scope "ingest admin"
# How far each venue agrees with us.
query VenueSweeps {
  venues {
    name
    asked
    sends
    lastSweepAt
    openOrders
    doubtfulOrders
  }
}
`,
  `# Needs the scope admin, in the tab Headers:
# npm run --silent token -- ops --scope admin
# What could not be applied, whole, with the reason.
query Quarantine {
  quarantinedReports(first: 20, filter: { resolved: false }) {
    edges {
      node {
        id
        venue
        account
        reason
        detail
        body
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  `# Needs the scope admin, in the tab Headers:
# npm run --silent token -- ops --scope admin
# Tries again; the ids are those of Quarantine.
mutation ReplayReports {
  replayQuarantined(ids: ["<id of a quarantined report>"]) {
    id
    reason
    resolvedAt
  }
}
`,
  `# Needs the scope ingest, in the tab Headers:
# npm run --silent token -- bridge --scope ingest
# What a venue's webhook does: repeat it, and nothing
# happens. Of an account that nobody has linked it
# waits in quarantine.
mutation IngestReports {
  ingestExecutionReports(
    venue: "standard"
    deliveryId: "my-first-delivery"
    reports: [
      {
        execId: "exec-1"
        execType: TRADE
        venueOrderId: "venue-order-1"
        account: "ACC-1"
        symbol: "AAPL"
        assetClass: EQUITY
        side: BUY
        orderType: MARKET
        timeInForce: DAY
        quantity: "100"
        lastQty: "40"
        lastPx: "187.25"
      }
    ]
  ) {
    accepted
    duplicates
    quarantined
  }
}
`,
  `# Needs the scope ingest, in the tab Headers:
# npm run --silent token -- risk --scope ingest
# What risk, strategies and alerts have found out;
# key is the idempotency key.
mutation ReportFacts {
  reportFacts(
    input: {
      facts: [
        {
          userId: "alice"
          type: PRICE_ALERT
          key: "my-first-alert"
          symbol: "AAPL"
          data: { price: "201.5", condition: "ABOVE" }
          occurredAt: "2026-01-01T12:00:00Z"
        }
      ]
    }
  ) {
    accepted
    duplicates
  }
}
`,
  `# Needs the scope admin, in the tab Headers:
# npm run --silent token -- ops --scope admin
# To everybody, or to a region or older apps alone.
mutation TellEverybody {
  systemNotice(
    input: {
      type: SYSTEM_MAINTENANCE
      title: "Maintenance on Sunday"
      body: "From 06:00 to 07:00 UTC no orders are taken."
    }
  ) {
    id
  }
}
`,
  `# Needs the scope admin, in the tab Headers:
# npm run --silent token -- ops --scope admin
# Nothing is lost: generated is the sum of the others.
query CountDeliveries {
  deliveryCounts(channel: PUSH) {
    generated
    pending
    held
    sent
    suppressed
    failed
    unknown
  }
}
`,
  `# Needs the scope admin, in the tab Headers:
# npm run --silent token -- ops --scope admin
# Why did somebody (not) get it? From the venue's
# webhook to the provider's answer.
query TraceDeliveries {
  deliveryTrace(
    notificationId: "<id of a notification>"
  ) {
    at
    step
    channel
    state
    reason
    text
  }
}
`,
  `# Needs the scope admin, in the tab Headers:
# npm run --silent token -- ops --scope admin
# Those that failed are owed again.
mutation ReplayDeliveries {
  replayDeliveries(input: { channel: EMAIL, limit: 50 }) {
    replayed
  }
}
`,
  `# Needs the scope admin, in the tab Headers:
# npm run --silent token -- ops --scope admin
# From now on the account's reports are bob's, those
# that waited for this too.
mutation LinkAnAccount {
  linkVenueAccount(
    venue: "standard"
    account: "ACC-1"
    userId: "bob"
  ) {
    venue
    account
    userId
  }
}
`,
];
