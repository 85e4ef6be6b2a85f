import type { AnyColumn, Column, Columns, List, Null, RecordOf, Tensors } from '../schema/column.ts';
import type { Shape } from '../schema/tensor.ts';

/*
 * Compile-time checks. Each is `never` when all is well and else the problem as a sentence, which takes the
 * place of the argument's type: the compiler then prints that sentence at the end of its error.
 */

export type Names<C> = keyof C & string;

/** T when there is no problem, else the problem. NoInfer: the compiler would look for T in every sentence, which costs more than all else. */
export type If<Problem, T> = [Problem] extends [never] ? T : NoInfer<Problem>;
/** The first problem of two. */
export type Or<A, B> = [A] extends [never] ? B : A;
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A stage needs columns that the flow lacks or has with other types. */
export type Fits<Verb extends string, Have extends Columns, Need extends Columns> = [Lacks<Have, Need>] extends [never]
  ? Prefix<Verb, Clash<Have, Need, ''>>
  : `${Verb}: this flow has no column "${Lacks<Have, Need>}"`;
type Lacks<Have, Need> = Exclude<Names<Need>, Names<Have>>;
type Clash<Have extends Columns, Need extends Columns, Path extends string> = {
  [K in Names<Have> & Names<Need>]: [Have[K]] extends [Need[K]]
    ? never
    : Or<Inside<`${Path}${K}`, Have[K], Need[K]>, Differ<`${Path}${K}`, Have[K], Need[K]>>;
}[Names<Have> & Names<Need>];
/** Where lists or records differ: `column "lines[].score" is int32 but must be float32`. */
type Inside<Path extends string, Have, Need> = [Have] extends [RecordOf<infer H> | (Need & Null)]
  ? [Need] extends [RecordOf<infer N> | Null]
    ? [Lacks<H, N>] extends [never]
      ? Clash<H, N, `${Path}.`>
      : `column "${Path}" has no field "${Lacks<H, N>}"`
    : never
  : [Have] extends [List<infer H> | (Need & Null)]
    ? [Need] extends [List<infer N> | Null]
      ? Clash<{ readonly '[]': H }, { readonly '[]': N }, Path>
      : never
    : never;
type Differ<Path extends string, Have, Need> = [NameOf<Have>] extends [NameOf<Need>]
  ? `column "${Path}" is ${NameOf<Have>} but with values of another type`
  : `column "${Path}" is ${NameOf<Have>} but must be ${NameOf<Need>}`;
type Prefix<Verb extends string, S> = [S] extends [never] ? never : S extends string ? `${Verb}: ${S}` : never;

/** A verb is given the other kind of stage, or none. */
export type KindFits<Verb extends string, Have, Need> = [Have] extends [Need]
  ? never
  : [Have] extends ['expander']
    ? `${Verb}: an expander goes into flatMap`
    : [Have] extends ['stage']
      ? `${Verb}: a stage goes into map or derive`
      : `${Verb}: give a stage, or output columns and a function`;

/** A new column has the name of one that is there. Any name at all is that of a wrong argument, of which the compiler says more. */
export type Taken<Verb extends string, Have, Add> = [Names<Have> & Names<Add>] extends [never]
  ? never
  : string extends Names<Add>
    ? never
    : `${Verb}: this flow already has a column "${Names<Have> & Names<Add>}"`;

/** Two columns would have one name: a new name is that of a column which keeps its own, or is given twice. */
export type RenamedOnto<C, M> = string extends M[keyof M]
  ? never
  : [(M[keyof M] & Exclude<Names<C>, keyof M>) | Twice<M>] extends [never]
    ? never
    : `rename: two columns would be named "${((M[keyof M] & Exclude<Names<C>, keyof M>) | Twice<M>) & string}"`;
type Twice<M> = { [K in keyof M]: M[K] & M[Exclude<keyof M, K>] }[keyof M];

/** Rows of different origins cannot be matched by identity. */
export type SameOrigin<Verb extends string, O, P> =
  Same<O, P> extends true
    ? never
    : string extends P
      ? never
      : `${Verb}: these flows have different rows (${O & string} and ${P & string}); bring them to one origin with gather`;

/** Two flows put side by side have a column of the same name. */
export type Collide<Verb extends string, A, B> = [Names<A> & Names<B>] extends [never]
  ? never
  : string extends Names<B>
    ? never
    : `${Verb}: both flows have a column "${Names<A> & Names<B>}"; select, rename, or use "as"`;

/** Rows of two flows stand in one: the other flow has the same columns, of types that fit. */
export type SameColumns<Verb extends string, A extends Columns, B extends Columns> =
  string extends Names<B>
    ? never
    : [Lacks<B, A>] extends [never]
      ? [Lacks<A, B>] extends [never]
        ? Prefix<Verb, Clash<B, A, ''>>
        : `${Verb}: the other flow has the extra column "${Lacks<A, B>}"`
      : `${Verb}: the other flow has no column "${Lacks<B, A>}"`;

/** The kinds whose values can be compared. */
export type KeyKind = 'text' | 'bool' | 'int32' | 'int64' | 'float32' | 'float64';

/** Rows are grouped by columns of such kinds. Spread over the names, so that one sentence stands for each that is not. */
export type GroupKey<C extends Columns, K> = K extends keyof C & string
  ? C[K]['kind'] extends KeyKind | 'null'
    ? K
    : NoInfer<`groupBy: column "${K}" is ${NameOf<C[K]>} but must be text, bool or a number`>
  : never;

/** Rows are joined by columns that both flows have, of one kind that can be compared. */
export type KeysFit<A extends Columns, B extends Columns, K extends string> =
  string extends Names<B>
    ? never
    : [Exclude<K, Names<B>>] extends [never]
      ? { [P in K & keyof A & keyof B & string]: KeyFits<P, A[P], B[P]> }[K & keyof A & keyof B & string]
      : `joinOn: the other flow has no column "${Exclude<K, Names<B>>}"`;
type KeyFits<Name extends string, Left extends AnyColumn, Right extends AnyColumn> = Left['kind'] extends KeyKind | 'null'
  ? Same<Exclude<Left, Null>, Exclude<Right, Null>> extends true
    ? never
    : `joinOn: key "${Name}" is ${NameOf<Left>} on the left but ${NameOf<Right>} on the right`
  : `joinOn: column "${Name}" is ${NameOf<Left>} but must be text, bool or a number`;

/** A function of groups gives a column that is a key already. */
export type KeyTaken<K, Out> = [K & Names<Out>] extends [never]
  ? never
  : string extends Names<Out>
    ? never
    : `map: column "${K & Names<Out>}" is a key of the groups, which stays`;

/** A store is looked into by a column of the type of its keys. A name that no column has leaves K at all of them: then those that would do. */
export type LookupKey<C extends Columns, K extends keyof C & string, Key extends AnyColumn> = [C[K]] extends [Key]
  ? K
  : NoInfer<
      IsUnion<K> extends true
        ? { [N in Names<C>]: [C[N]] extends [Key] ? N : never }[Names<C>]
        : `lookup: column "${K}" is ${NameOf<C[K]>} but must be ${NameOf<Key>}`
    >;

/** An aggregate asks for a column of certain kinds. A name that no column has leaves K at all of them: then those that would do. */
export type OfKind<
  Verb extends string,
  C extends Columns,
  K extends keyof C & string,
  Kinds extends string,
  Wanted extends string,
> = C[K]['kind'] extends Kinds | 'null'
  ? K
  : NoInfer<
      IsUnion<K> extends true
        ? { [N in Names<C>]: C[N]['kind'] extends Kinds | 'null' ? N : never }[Names<C>]
        : `${Verb}: column "${K}" is ${NameOf<C[K]>} but must be ${Wanted}`
    >;
type IsUnion<K, All = K> = true extends (K extends unknown ? ([All] extends [K] ? false : true) : never) ? true : false;

/** A column's type as a person writes it: `FP32 [3,224,224] or null`. */
export type NameOf<C> = [C] extends [never] ? 'null' : [Null] extends [C] ? `${Kind<Exclude<C, Null>>} or null` : Kind<C>;
type Kind<C> =
  C extends Tensors<infer D, infer S>
    ? `${D} [${Dims<S>}]`
    : C extends List<infer Of>
      ? `list of ${ShallowKind<Exclude<Of, Null>>}`
      : ShallowKind<C>;
/** Not recursive into lists and records: a sentence has an end. */
type ShallowKind<C> = C extends Column<infer K, unknown> ? K : 'another type';
type Dims<S extends Shape> = S extends readonly [infer H extends number, ...infer T extends Shape]
  ? `${Dim<H>}${T extends readonly [] ? '' : ','}${Dims<T>}`
  : '';
type Dim<N extends number> = number extends N ? '-1' : `${N}`;

/** A list holds no null that its column may hold. */
export type Without<C> = Exclude<C, Null> extends infer D extends AnyColumn ? D : never;

/** What a build function returns is not a flow; unknown stands for "not inferred yet", where another argument is wrong. */
export type NotAFlow<F> = unknown extends F
  ? never
  : [F] extends [{ readonly columns: Columns; readonly origin: string }]
    ? never
    : 'pipeline: the build function must return a flow';
