import type { Columns, Flow } from 'flowserve';

/** True for identical types alone, where assignability would let a wider one pass. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Does not compile for false. */
export type Expect<T extends true> = T;
export type ColumnsOf<F> = F extends { readonly columns: infer C extends Columns } ? C : never;
export type OriginOf<F> = F extends { readonly origin: infer O } ? O : never;

/** A flow to call verbs on: these files are compiled and never run. */
export declare function flowOf<C extends Columns>(): Flow<C>;
