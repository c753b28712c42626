import { gql, type TypedDocumentNode } from '@apollo/client';

/** What apps ask for of their orders, for their caches. */

export interface Listed {
  readonly orders: {
    readonly position: string;
    readonly edges: readonly { readonly node: { id: string; cumQty: string; version: number } }[];
  };
}

export const ORDERS: TypedDocumentNode<Listed, Record<string, never>> = gql`
  query Orders {
    orders(first: 10) {
      position
      edges {
        node {
          id
          version
          cumQty
        }
      }
    }
  }
`;
export const WATCH = gql`
  subscription Watch($after: Cursor) {
    orderUpdated(after: $after) {
      event {
        id
        execId
      }
      order {
        id
        version
        cumQty
      }
    }
  }
`;

export const DETAIL: TypedDocumentNode<{ order: unknown }> = gql`
  query Detail($id: ID!) {
    order(id: $id) {
      id
      version
      cumQty
      price
      history(last: 5) {
        edges {
          node {
            id
          }
        }
      }
    }
  }
`;

export interface Watched {
  readonly orderUpdated: { readonly event: { readonly execId: string } };
}
