import type { Row } from './row.ts';

// What the load costs by itself, for comparison: run by name only.

const control = (id: string, instances: 1 | 2): Row => ({
  ...{ id, title: `no fault, ${instances === 1 ? 'one server' : 'two servers'}`, stage: { instances } },
  plan: () => [],
});

export const controlRows: readonly Row[] = [control('C1', 1), control('C2', 2)];
