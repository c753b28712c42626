import { NOTIFICATION_TABS } from './notification-tabs.ts';
import { OPERATOR_TABS } from './operator-tabs.ts';
import { TRADER_TABS } from './trader-tabs.ts';

/** The first ones run as they are. The lines are short enough for half a window. */
const FIRST_TABS: readonly string[] = [
  `# My open orders, newest first. From here
# orderUpdated(after: <position>) goes on.
query MyOpenOrders {
  orders(first: 20, filter: { open: true }) {
    position
    edges {
      node {
        symbol
        side
        status
        quantity
        cumQty
        leavesQty
        avgPx
        orderType
        price
        clOrdId
        id
      }
    }
  }
}
`,
  `# Every change of my orders, live; the last one
# is shown. Changing tabs stops it: to place an
# order meanwhile, open a second window.
subscription WatchMyOrders {
  orderUpdated {
    event {
      execType
      status
      lastQty
      lastPx
      text
      committedAt
    }
    order {
      symbol
      side
      status
      quantity
      cumQty
      leavesQty
      avgPx
      version
      clOrdId
      id
    }
    cursor
  }
}
`,
  `# Fills in parts within a few seconds. clOrdId is
# the idempotency key: change it for a new order.
mutation PlaceAnOrder {
  placeOrder(
    input: {
      clOrdId: "my-first-order"
      symbol: "AAPL"
      assetClass: EQUITY
      side: BUY
      orderType: MARKET
      timeInForce: DAY
      quantity: "100"
    }
  ) {
    order {
      id
      status
      quantity
    }
    position
    refusal {
      code
      message
    }
  }
}
`,
  `# My fills, the latest first. A busted or corrected
# one is shown as such: counts is then false.
query MyExecutions {
  executions(first: 20) {
    edges {
      node {
        transactTime
        symbol
        side
        lastQty
        lastPx
        amount
        execType
        counts
        busted
        correctedBy
        platform
        orderId
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  `# The life of my newest order.
query OneOrdersHistory {
  orders(first: 1) {
    edges {
      node {
        symbol
        status
        quantity
        history(first: 50) {
          edges {
            node {
              execType
              status
              lastQty
              lastPx
              cumQty
              leavesQty
              avgPx
              statusText
              transactTime
              committedAt
            }
          }
        }
      }
    }
  }
}
`,
];

/** What GraphiQL opens with: a tab for each feature of the API, named as its operation. */
export const DEMO_TABS: readonly string[] = [...FIRST_TABS, ...TRADER_TABS, ...NOTIFICATION_TABS, ...OPERATOR_TABS];
