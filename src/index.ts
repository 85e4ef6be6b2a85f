export { type Deployed, type DeployOptions, deploy } from './deploy.ts';
export type { Code } from './errors/codes.ts';
export { FlowError } from './errors/flow-error.ts';
export type { Aggregates } from './language/aggregates.ts';
export type { Flow, Rows } from './language/flow.ts';
export type { Grouped } from './language/grouped.ts';
export type { RaceOption } from './language/race.ts';
export { batchStage, type Expander, expander, type Stage, type StageOptions, stage } from './language/stage.ts';
export type { Entry, Store, StoreDefinition } from './language/store.ts';
export { type Pipeline, pipeline } from './pipeline.ts';
export type { PipelineOptions } from './plan/node.ts';
export type { ReplicaContext, StageContext } from './plan/stage.ts';
export {
  type AnyColumn,
  type Bool,
  type Bytes,
  bool,
  bytes,
  type Columns,
  type Float32,
  type Float64,
  float32,
  float64,
  type Int32,
  type Int64,
  int32,
  int64,
  type Json,
  json,
  type List,
  list,
  type Null,
  nullable,
  type RecordOf,
  type Row,
  record,
  type Tensors,
  type Text,
  tensor,
  text,
  type ValueOf,
} from './schema/column.ts';
export type { Datatype, Shape, Tensor } from './schema/tensor.ts';
export type { DeploymentStatistics, RunOptions } from './serving/deployment.ts';
export { store } from './store.ts';
