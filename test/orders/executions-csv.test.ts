import { describe, expect, it } from 'vitest';
import { type ExecutionRow, executionView } from '../../src/orders/execution-view.ts';
import { asText, CSV_COLUMNS, executionsCsv } from '../../src/orders/executions-csv.ts';

const AT = new Date('2026-01-31T15:04:05.678Z');
const execution = (overrides: Partial<ExecutionRow> = {}) =>
  executionView(
    {
      ...{
        venue: 'standard',
        execId: 'E1',
        execType: 'TRADE',
        execRefId: null,
        clOrdId: 'C1',
        account: '',
        client: null,
      },
      ...{ orderId: '0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c44', symbol: 'AAPL', assetClass: 'FUTURE', side: 'BUY' },
      ...{ platform: 'WEB', lastQty: '40.000', lastPx: '10.50', transactTime: AT, receivedAt: AT, committedAt: AT },
      covered: false,
      ...overrides,
    },
    new Map(),
  );

/** The cells of a line of ours, by column. */
function cellsOf(overrides: Partial<ExecutionRow>): Record<string, string> {
  const csv = executionsCsv([execution(overrides)], { header: false });
  const cells = [...csv.matchAll(/("(?:[^"]|"")*"|[^,"]*)(?:,|\r\n$)/g)].map(([, cell = '']) => cell);
  return Object.fromEntries(CSV_COLUMNS.map((column, n) => [column, cells[n] ?? '']));
}

describe('executions as CSV', () => {
  it('has a row of names, rows that end with CRLF, and empty cells for what is not there', () => {
    const time = '2026-01-31T15:04:05.678Z';
    const id = 'RXhlY3V0aW9uOlsic3RhbmRhcmQiLCJFMSJd';
    const orderId = 'T3JkZXI6MGIwZTdhNTItNmQ4YS00YzdlLTlhNTEtMGYyYjZmMWQzYzQ0';
    const lines = executionsCsv([execution(), execution({ clOrdId: null })], { header: true }).split('\r\n');
    expect(lines).toEqual([
      'id,execId,execType,execRefId,orderId,clOrdId,symbol,assetClass,side,venue,account,platform,client,lastQty,lastPx,amount,transactTime,receivedAt,committedAt,counts,busted,correctedBy,superseded',
      `${id},E1,TRADE,,${orderId},C1,AAPL,FUTURE,BUY,standard,,WEB,,40,10.5,420,${time},${time},${time},true,false,,false`,
      `${id},E1,TRADE,,${orderId},,AAPL,FUTURE,BUY,standard,,WEB,,40,10.5,420,${time},${time},${time},true,false,,false`,
      '',
    ]);
  });

  it('of nothing is the names alone, and behind a page nothing', () => {
    expect(executionsCsv([], { header: true })).toBe(`${CSV_COLUMNS.join(',')}\r\n`);
    expect(executionsCsv([], { header: false })).toBe('');
  });

  it('has every field of an execution as a column', () => {
    expect([...CSV_COLUMNS].sort()).toEqual(Object.keys(execution()).sort());
  });

  it('leaves numbers numbers, also below zero, and exact', () => {
    const cells = cellsOf({ lastQty: '12345678901234567890.000000000000000001', lastPx: '-37.630000000000000000' });
    expect([cells['lastQty'], cells['lastPx']]).toEqual(['12345678901234567890.000000000000000001', '-37.63']);
    // By hand: ...700.70000000000000003763, half-even to 18 decimals.
    expect(cells['amount']).toBe('-464567897053456789700.700000000000000038');
  });

  it.each([
    ['a "quoted" name', '"a ""quoted"" name"'],
    ['a,b', '"a,b"'],
    ['a\r\nb', '"a\r\nb"'],
    ['a\nb', '"a\nb"'],
  ])('quotes what would end a cell: %j', (symbol, cell) => {
    expect(executionsCsv([execution({ symbol })], { header: false })).toContain(`,${cell},FUTURE,`);
  });
});

describe('text that a spreadsheet would take for a formula', () => {
  // OWASP, CSV Injection: the characters that begin a formula, and their full-width forms.
  it.each(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])('begins with an apostrophe: %j', (first) => {
    const cell = cellsOf({ symbol: `${first}1+1` })['symbol'];
    expect(cell).toMatch(/^"?'/);
  });

  it.each([
    [' =1+1', "' =1+1"],
    ['\u00a0=1+1', "'\u00a0=1+1"],
    ['\ufeff=1+1', "'\ufeff=1+1"],
    ['\u200b@SUM(A1)', "'\u200b@SUM(A1)"],
    ['"=1+1', `'"=1+1`],
    ['x;=1+1', "x;'=1+1"],
    ['x\t=1+1', "x\t'=1+1"],
    ['x\n=1+1', "x\n'=1+1"],
  ])('also where the program skips what is before it, or cuts the line there: %j', (text, safe) => {
    expect(asText(text)).toBe(safe);
  });

  it.each(['AAPL', 'BRK-B', 'BTC/USD', 'ES=F', 'a+b', 'it’s', "O'Neil", '2026-01-31T15:04:05Z'])(
    'is not %j',
    (text) => {
      expect(asText(text)).toBe(text);
    },
  );

  it.each(['execId', 'execRefId', 'clOrdId', 'symbol', 'venue', 'account', 'client'])(
    'is looked for in %s',
    (column) => {
      expect(cellsOf({ [column]: '=1+1' })[column]).toBe("'=1+1");
    },
  );
});
