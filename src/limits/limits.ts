import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { type GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export const BODY_BYTES_MAX = 256 * 1_024;
export const SOCKET_MESSAGE_BYTES_MAX = 64 * 1_024;
export const SUBSCRIPTIONS_PER_SOCKET_MAX = 100;
export const CONNECTION_INIT_WAIT_MS = 3_000;
/**
 * Written to a socket and not yet taken by the kernel. Live events don't come near it, since each waits for the one
 * before; it is large answers that a client asks for and does not read.
 */
export const SOCKET_BUFFER_BYTES_MAX = 4 * 1_024 * 1_024;
export const STALL_CHECK_MS = 1_000;
/** A reader that has taken nothing of what waits for it for this many checks is given up: it comes back and resumes. */
export const STALL_CHECKS_MAX = 10;
export const DOCUMENT_DEPTH_MAX = 10;
export const DOCUMENT_ALIASES_MAX = 15;
export const DOCUMENT_DIRECTIVES_MAX = 50;
export const DOCUMENT_TOKENS_MAX = 1_000;
export const DOCUMENT_COST_MAX = 5_000;
/** Of all the pages that one request asks for; it counts where a document's cost can't, since a page size may be a variable. */
export const REQUEST_ROWS_MAX = 5_000;

/** Of one user at a time, in one process. */
export const EXPORTS_PER_USER_MAX = 2;

/** A bound that is exceeded is told as any other fault of a document, so that every transport gives it the same code. */
const reported = {
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null, fault: GraphQLError) => context?.reportError(fault)],
};

/**
 * The bounds of a document, the same on every transport: each transport parses and validates through Yoga's plugins.
 * Where nobody explores the API by hand, field names are not suggested either.
 */
export const documentLimits = ({ explorable }: { explorable: boolean }) =>
  EnvelopArmorPlugin({
    blockFieldSuggestion: { enabled: !explorable },
    maxDepth: { n: DOCUMENT_DEPTH_MAX, ...reported },
    maxAliases: { n: DOCUMENT_ALIASES_MAX, ...reported },
    maxDirectives: { n: DOCUMENT_DIRECTIVES_MAX, ...reported },
    maxTokens: { n: DOCUMENT_TOKENS_MAX },
    // By rows alone: a page of a page costs its product, whereas nesting and fragments cost nothing by themselves.
    costLimit: { maxCost: DOCUMENT_COST_MAX, depthCostFactor: 1, flattenFragments: true, ...reported },
  });

/** Refuses introspection, on every transport. */
export const noIntrospection: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
};
