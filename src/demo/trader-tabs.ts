/** What else a trader's app asks for. A tab that needs an id, or a cursor, says where it comes from. */
export const TRADER_TABS: readonly string[] = [
  `# Any of my orders: filtered, sorted, in pages.
# For the next page: after: <endCursor>.
query FindOrders {
  orders(
    first: 10
    orderBy: { field: UPDATED_AT, direction: DESC }
    filter: {
      assetClasses: [EQUITY, ETF]
      statuses: [FILLED, CANCELED, REJECTED]
      side: BUY
      platforms: [WEB, IOS]
      createdAfter: "2026-01-01T00:00:00Z"
    }
  ) {
    edges {
      node {
        symbol
        status
        statusText
        rejectReason
        platform
        client
        updatedAt
        id
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  `# One order, found by its id or by any of its
# clOrdIds: its life, and its fills.
query OneOrderInFull {
  order(clOrdId: "my-first-order") {
    id
    status
    statusText
    cumQty
    leavesQty
    avgPx
    history(last: 20) {
      edges {
        node {
          execType
          status
          lastQty
          lastPx
          committedAt
        }
      }
    }
    executions(last: 20) {
      edges {
        node {
          execId
          lastQty
          lastPx
          counts
        }
      }
    }
  }
}
`,
  `# Fills of two symbols since a day, oldest first.
query ExecutionsOfSymbols {
  executions(
    first: 20
    orderBy: { field: TRANSACT_TIME, direction: ASC }
    filter: { symbols: ["AAPL", "BTC-USD"], from: "2026-01-01T00:00:00Z" }
  ) {
    edges {
      cursor
      node {
        symbol
        side
        lastQty
        lastPx
        transactTime
        execId
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  `# After a broken connection: all that happened
# since a cursor, then live. Variables:
# { "after": "<cursor of an update>" }
subscription ResumeFromACursor($after: Cursor) {
  orderUpdated(after: $after) {
    cursor
    event {
      id
      execType
    }
    order {
      symbol
      status
      version
    }
  }
}
`,
  `# One order alone. Variables:
# { "id": "<id of an order>" }
subscription WatchOneOrder($id: ID) {
  orderUpdated(orderId: $id) {
    event {
      execType
      lastQty
      lastPx
    }
    order {
      symbol
      status
      cumQty
      leavesQty
    }
  }
}
`,
  `# Some symbols alone.
subscription WatchSymbols {
  orderUpdated(symbols: ["AAPL", "ETH-USD"]) {
    order {
      symbol
      side
      status
      cumQty
      quantity
    }
  }
}
`,
  `# For a slow screen: each order's latest state, once
# a second at most. merged says for how many events.
subscription WatchCalmly {
  orderUpdated(conflateMs: 1000) {
    merged
    order {
      symbol
      status
      cumQty
      version
    }
    cursor
  }
}
`,
  `# New terms for an open order; what is absent stays.
# orderId is the id from MyOpenOrders.
mutation ModifyAnOrder {
  modifyOrder(
    input: {
      orderId: "<id of an open order>"
      clOrdId: "my-first-change"
      price: "201.5"
    }
  ) {
    order {
      status
      pendingAction
    }
    refusal {
      code
      message
    }
  }
}
`,
  `# Asks the venue to cancel; its answer comes as an
# update. orderId is the id from MyOpenOrders.
mutation CancelAnOrder {
  cancelOrder(
    input: {
      orderId: "<id of an open order>"
      clOrdId: "my-first-cancel"
    }
  ) {
    order {
      status
      pendingAction
    }
    refusal {
      code
      message
    }
  }
}
`,
  `# Who I am, and where my stream is now:
# orderUpdated(after: <position>) follows from here.
query WhoAmI {
  viewer {
    id
    scopes
  }
  position
}
`,
  `# Anything by its global id, as Relay asks for it.
query AnyNode {
  node(id: "<id of an order>") {
    __typename
    id
    ... on Order {
      symbol
      status
    }
  }
}
`,
  `# When each venue was last heard of. stale: it has
# open orders and has been silent for too long.
query HeardOfVenues {
  venues {
    name
    lastEventAt
    stale
  }
}
`,
];
