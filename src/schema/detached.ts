/** Whether the memory of an array has gone elsewhere: it is empty now, and that is not the value it had. */
export function isDetached({ buffer }: ArrayBufferView): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** What is to be said of such an array. */
export const DETACHED =
  'its memory has been transferred, or handed over with an earlier request; a stage must copy what it keeps of its rows';
