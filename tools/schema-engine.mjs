#!/usr/bin/env node
// Prisma's schema engine as WebAssembly from npm, behind the JSON-RPC that the Prisma CLI speaks to its native engine. It serves
// machines that can't reach the host of Prisma's native engines; `tools/prisma.mjs` points the CLI to it.
/* global WebAssembly */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';

const CHAR_OID = 18; // PostgreSQL's internal "char", which the adapter doesn't know
const TEXT_OID = 25;
const ENGINE_ERROR = 4466;
const PRINT_ID = 1e9;

const argv = process.argv.slice(2);
const panics = { message: undefined, set_message: (message) => (panics.message = message) };
globalThis.PRISMA_WASM_PANIC_REGISTRY = panics;
process.on('uncaughtException', (error) => {
  logError(panics.message ?? error.stack);
  process.exit(101);
});

const wasm = await loadWasm();
if (argv.includes('--version')) {
  console.log(`schema-engine-wasm ${wasm.version()}`);
  process.exit();
}
const factory = new PrismaPg({ connectionString: datasourceUrl(), max: 1, options: '-c timezone=UTC' });
if (argv.includes('cli')) process.exit(await canConnect());
serve(await openEngine());

async function loadWasm() {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const code = readFileSync(entry.replace(/\.js$/, '_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}

/** All values of an option that may be given several times. */
function option(name) {
  return argv.flatMap((arg, index) => (arg === name ? [argv[index + 1]] : []));
}

function datasourceUrl() {
  return JSON.parse(option('--datasource')[0] ?? '{}').url;
}

function logError(message, errorCode) {
  const fields = { message, error_code: errorCode };
  console.error(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`);
}

async function canConnect() {
  try {
    const adapter = await connect();
    await adapter.queryRaw({ sql: 'select 1', args: [], argTypes: [] });
    return 0;
  } catch (error) {
    logError(error.message, 'P1001');
    return 1;
  }
}

/** The adapter with two repairs: scripts are sent whole, and the type "char" is understood. */
async function connect() {
  const adapter = await factory.connect();
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  let isChar = [];
  // The adapter's own executeScript splits at every semicolon, also inside of $$ bodies.
  adapter.executeScript = (script) => runScript(adapter, adapter.client.query(script));
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    isChar = result.fields.map((field) => field.dataTypeID === CHAR_OID);
    const fields = result.fields.map((field, index) => (isChar[index] ? { ...field, dataTypeID: TEXT_OID } : field));
    return { ...result, fields };
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    const columnTypes = result.columnTypes.map((type, index) => (isChar[index] ? ColumnTypeEnum.Character : type));
    return { ...result, columnTypes };
  };
  return adapter;
}

/** A PostgreSQL in memory: given a connection string, the adapter's own shadow database is the real one. */
async function connectToShadow() {
  const { PGlite } = await import('@electric-sql/pglite');
  const { PrismaPGlite } = await import('pglite-prisma-adapter');
  const database = await PGlite.create();
  const adapter = await new PrismaPGlite(database).connect();
  adapter.executeScript = (script) => runScript(adapter, database.exec(script));
  adapter.dispose = () => database.close();
  return adapter;
}

async function runScript(adapter, running) {
  try {
    await running;
  } catch (error) {
    adapter.onError(error);
  }
}

function openEngine() {
  const datamodels = option('--datamodels').map((file) => [file, readFileSync(file, 'utf8')]);
  const adapters = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: connectToShadow,
  });
  return wasm.SchemaEngine.new(datamodels.length > 0 ? { datamodels } : {}, () => {}, adapters);
}

function serve(engine) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const { id, method, params } = JSON.parse(line);
    if (method) await answer(engine, { id, method, params });
  });
  lines.on('close', () => process.exit());
}

async function answer(engine, { id, method, params }) {
  try {
    const result = await engine[method === 'getDatabaseVersion' ? 'version' : method](params);
    if (method === 'diff' && result.stdout) send({ id: PRINT_ID, method: 'print', params: { content: result.stdout } });
    send({ id, result: result ?? {} });
  } catch (error) {
    const data = { is_panic: false, message: error.message, error_code: error.code ?? null, meta: {} };
    send({ id, error: { code: ENGINE_ERROR, message: 'An error happened.', data } });
  }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
