/** What the detector says of each pixel, row by row: how probable it is that it belongs to text. */
export interface ProbabilityMap {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}
