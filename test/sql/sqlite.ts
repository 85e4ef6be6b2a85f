import loadSqlite from 'sql.js';
import type { AnyRow } from '../../src/schema/column.ts';

type Database = InstanceType<Awaited<ReturnType<typeof loadSqlite>>['Database']>;

/** Tables of rows in SQLite, in columns without a type: values keep theirs. */
export class Sqlite {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(): Promise<Sqlite> {
    const { Database } = await loadSqlite();
    return new Sqlite(new Database());
  }

  /** Makes the table anew; its rowid says in which order the rows are. */
  load(table: string, columns: readonly string[], rows: readonly AnyRow[]): void {
    this.#database.run(`drop table if exists ${table}`);
    this.#database.run(`create table ${table} (${columns.join(', ')})`);
    const places = columns.map(() => '?').join(', ');
    for (const row of rows) {
      const values = columns.map((name) => toSql(row[name]) as string);
      this.#database.run(`insert into ${table} values (${places})`, values);
    }
  }

  query(sql: string): readonly AnyRow[] {
    const [result] = this.#database.exec(sql);
    if (result === undefined) return [];
    return result.values.map((values) => Object.fromEntries(result.columns.map((name, i) => [name, values[i] ?? null])));
  }
}

/** SQLite has no NaN, for which it takes a text that equals itself and no number; nor bool, nor a zero of either sign. */
export function toSql(value: unknown): unknown {
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
  if (Number.isNaN(value)) return 'NaN';
  if (Array.isArray(value)) return JSON.stringify(value.map(toSql));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toSql(inner)]));
  return value === 0 ? 0 : value;
}
