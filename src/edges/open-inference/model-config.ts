import type { ModelMetadata } from '../../protocol/open-inference/model-metadata.ts';
import type { TensorMetadata } from '../../wire/metadata.ts';
import { packageVersion } from '../http/package-version.ts';
import type { Found } from './pipeline-model.ts';

/**
 * A model as the extension model_configuration describes it. A pipeline is an ensemble whose steps are its stages, so that load generators report on
 * each; which stage reads what is not told: `explain` prints that. A `max_batch_size` of 0 says that the shapes have all dimensions there are,
 * the one that counts rows too: from any other the client would take one away.
 */
export function modelConfig({ pipeline, stage }: Found): object {
  if (stage !== undefined) return configOf(stage.metadata, {});
  const step = pipeline.stages.map(({ name }) => ({ model_name: name, model_version: -1, input_map: {}, output_map: {} }));
  // An ensemble without steps is none: a pipeline may only look values up.
  return step.length === 0
    ? configOf(pipeline.metadata, {})
    : configOf({ ...pipeline.metadata, platform: 'ensemble' }, { ensemble_scheduling: { step } });
}

function configOf({ name, platform, inputs, outputs }: ModelMetadata, more: object): object {
  return { name, platform, backend: '', max_batch_size: 0, input: inputs.map(tensorConfig), output: outputs.map(tensorConfig), ...more };
}

function tensorConfig({ name, datatype, shape }: TensorMetadata): object {
  return { name, data_type: `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`, dims: shape };
}

/** What `GET /v2` says. The extensions are those that are served whole. */
export function serverMetadata(): object {
  return { name: 'flowserve', version: packageVersion(), extensions: ['binary_tensor_data', 'model_configuration', 'statistics'] };
}
