export { onnx } from './language/onnx.ts';
