/** What GraphiQL opens with: each tab runs as it is. */
export const DEMO_TABS: readonly string[] = [
  `# My open orders, newest first. "position" is where orderUpdated(after: ...) goes on from this list.
query MyOpenOrders {
  orders(first: 20, filter: { open: true }) {
    position
    edges {
      node { id clOrdId symbol side orderType quantity notional price status cumQty leavesQty avgPx updatedAt }
    }
  }
}
`,
  `# Every change of my orders, live. Leave it running and place an order in the next tab.
subscription WatchMyOrders {
  orderUpdated {
    cursor
    event { execType status lastQty lastPx text committedAt }
    order { id clOrdId symbol side quantity status cumQty leavesQty avgPx version }
  }
}
`,
  `# A market order fills in parts within a few seconds. Change clOrdId for the next one: it is the idempotency key.
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
    order { id status quantity }
    position
    refusal { code message }
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
        history(first: 50) {
          edges { node { execType status lastQty lastPx cumQty leavesQty avgPx text transactTime committedAt } }
        }
      }
    }
  }
}
`,
];
