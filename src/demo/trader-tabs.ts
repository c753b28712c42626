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
  `# What I was told, newest first, and where each one
# went and why. From here
# notificationReceived(after: <position>) goes on.
query MyNotifications {
  notifications(
    first: 20
    filter: { categories: [ORDERS, RISK] }
  ) {
    unreadCount
    position
    edges {
      node {
        title
        body
        type
        critical
        readAt
        deliveries {
          channel
          state
          reason
          at
        }
        id
      }
    }
  }
}
`,
  `# Each new notification and each mark, live; all
# categories without the argument. Variables:
# { "after": "<position of MyNotifications>" }
subscription WatchNotifications($after: Cursor) {
  notificationReceived(
    after: $after
    categories: [ORDERS, RISK, ACCOUNT]
  ) {
    change
    cursor
    notification {
      title
      body
      readAt
      id
    }
  }
}
`,
  `# On all my devices. The ids are of MyNotifications;
# all: true marks every one.
mutation MarkAsRead {
  markNotificationsRead(
    input: { ids: ["<id of a notification>"] }
  ) {
    unreadCount
    notifications {
      readAt
    }
  }
}
`,
  `# Out of the list, on all my devices.
mutation ArchiveNotifications {
  archiveNotifications(
    input: { ids: ["<id of a notification>"] }
  ) {
    unreadCount
    notifications {
      archivedAt
    }
  }
}
`,
  `# What I want to be told, where and when, and what
# this service can send at all.
query MyPreferences {
  notificationPreferences {
    version
    locale
    timeZone
    channels {
      category
      channel
      setting
      onByDefault
    }
    criticalChannels
    mutedSymbols
    quietHours {
      days
      from
      to
      channels
    }
    digestAt
    reports {
      report
      at
    }
  }
  channels {
    channel
    configured
    kinds
  }
}
`,
  `# What is absent stays as it is. Critical ones come
# in quiet hours too.
mutation SetPreferences {
  setNotificationPreferences(
    input: {
      timeZone: "Asia/Kolkata"
      channels: [
        {
          category: ORDERS
          channel: EMAIL
          setting: DIGEST
        }
      ]
      quietHours: [
        {
          days: [MONDAY, TUESDAY]
          from: "22:00"
          to: "07:00"
        }
      ]
      mutedSymbols: ["TSLA"]
    }
  ) {
    preferences {
      version
    }
    refusal {
      code
      field
      message
    }
  }
}
`,
  `# My browsers and phones, and whether pushes reach
# them.
query MyDevices {
  devices {
    installation
    platform
    permission
    pushProvider
    seenAt
  }
}
`,
  `# What an app tells at each start: with a token where
# it may show notifications.
mutation RegisterADevice {
  registerDevice(
    input: {
      installation: "my-browser"
      platform: WEB
      permission: PROMPT
      locale: "en"
    }
  ) {
    promptForPush
    refusal {
      message
    }
  }
}
`,
  `# On signing out: nothing is pushed there any more.
mutation RemoveADevice {
  removeDevice(input: { installation: "my-browser" }) {
    refusal {
      code
    }
  }
}
`,
  `# Somebody has the app before them: nothing is pushed
# for half a minute, or as long as a socket says so.
mutation ReportPresence {
  reportPresence(
    input: {
      installation: "my-browser"
      foreground: true
    }
  ) {
    promptForPush
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
