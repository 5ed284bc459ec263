/**
 * Loads a log into a table of DuckDB: `node test/bench/duckdb.mjs FOLDER access|json FILE`, where FOLDER is one in which
 * `npm install --prefix FOLDER @duckdb/node-api` was run. Prints how many rows the table has. A peer of bench.mjs.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, kind, path] = process.argv.slice(2);
/** @type {{ DuckDBInstance: { create(path: string): Promise<any> } }} */
const { DuckDBInstance } = createRequire(join(folder, 'package.json'))('@duckdb/node-api');
const database = await DuckDBInstance.create(':memory:');
const connection = await database.connect();
const file = `'${path.replaceAll("'", "''")}'`;

/** Blanks part the values of an access log and quotes hold them together; that of the time is two values. */
const access = `
  read_csv(${file}, delim = ' ', quote = '"', escape = '"', header = false, auto_detect = false, ignore_errors = true,
    columns = {'client': 'VARCHAR', 'ident': 'VARCHAR', 'user': 'VARCHAR', 'day': 'VARCHAR', 'zone': 'VARCHAR',
      'request': 'VARCHAR', 'status': 'USMALLINT', 'bytes': 'VARCHAR', 'referrer': 'VARCHAR', 'agent': 'VARCHAR'})`;
const accessColumns = `
  client, "user", strptime(day || ' ' || zone, '[%d/%b/%Y:%H:%M:%S %z]') as time,
  split_part(request, ' ', 1) as method, split_part(split_part(request, ' ', 2), '?', 1) as path,
  split_part(request, ' ', 3) as protocol, status, try_cast(bytes as ubigint) as bytes, referrer, agent`;
const table =
  kind === 'json'
    ? `select * from read_json(${file}, format = 'newline_delimited', ignore_errors = true)`
    : `select ${accessColumns} from ${access}`;
await connection.run(`create table log as ${table}`);
const reader = await connection.runAndReadAll('select count(*) from log');
console.log(String(reader.getRows()[0][0]));
