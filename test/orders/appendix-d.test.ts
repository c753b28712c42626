import { describe, it } from 'vitest';
import { BUSTS } from './appendix-d-busts.ts';
import { CANCELS } from './appendix-d-cancel.ts';
import { SEQUENCES_AND_CHAINS } from './appendix-d-chain.ts';
import { FILLS } from './appendix-d-fills.ts';
import { REPLACES } from './appendix-d-replace.ts';
import { DAYS, UNSOLICITED } from './appendix-d-unsolicited.ts';
import { run } from './matrix.ts';
import { given, reported, TERMS } from './scenario.ts';

const GROUPS = {
  'executions, rejections and the rest': FILLS,
  cancellations: CANCELS,
  modifications: REPLACES,
  'sequences and chains of modifications': SEQUENCES_AND_CHAINS,
  'unsolicited changes': UNSOLICITED,
  'orders of several days': DAYS,
  'busts and corrections': BUSTS,
};

describe.each(Object.entries(GROUPS))('FIX 4.4, appendix D, %s', (_group, matrices) => {
  const named = matrices.map((matrix) => [`${matrix.ref} ${matrix.about}`, matrix] as const);

  it.each(named)('%s, told by the venue alone', (_name, matrix) => {
    run(matrix, 'told');
  });

  it.each(named)('%s, placed and asked here', (_name, matrix) => {
    run(matrix, 'here');
  });
});

describe('FIX 4.4, appendix D, B.1.f', () => {
  // onixs.biz/fix-dictionary/4.3/app_d7a.html: a cancel of an order that the venue does not know.
  it('the refusal of a request opens no order', () => {
    given()
      .when(reported({ ...TERMS, execType: 'CANCEL_REJECTED', clOrdId: 'C2', origClOrdId: 'C1', status: 'REJECTED' }))
      .thenQuarantined('UNKNOWN_ORDER');
  });
});
