/** Whom the demo plays; each has an account of the same name at the simulated exchange. */
export const DEMO_USERS = ['alice', 'bob', 'carol'] as const;
