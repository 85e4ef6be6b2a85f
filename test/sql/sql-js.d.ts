/** The part of sql.js that is used here: SQLite, compiled to WebAssembly. */
declare module 'sql.js' {
  type SqlValue = number | string | null;

  interface Database {
    run(sql: string, params?: readonly SqlValue[]): void;
    exec(sql: string): readonly { readonly columns: readonly string[]; readonly values: readonly (readonly SqlValue[])[] }[];
  }

  const load: () => Promise<{ readonly Database: new () => Database }>;
  export = load;
}
