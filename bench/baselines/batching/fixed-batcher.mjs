// @ts-check
// Batching by a fixed pair of a size and a wait, as one would write it who knows the stage: in the order of arrival, one call at a time; a call is
// sent when as many rows wait as it may have, or the first of them has waited long enough. Whoever would be late when that call is done is
// dropped before it is sent, and others take the places.

/**
 * @typedef {object} Request
 * @property {number} deadlineMs
 * @property {(isDone: boolean) => void} settle
 *
 * @typedef {object} FixedOptions
 * @property {{ now(): number, after(delayMs: number, callback: () => void): () => void }} clock
 * @property {(rows: number, onDone: () => void) => void} call starts a call
 * @property {(rows: number) => number} costMs what a call takes
 * @property {number} size
 * @property {number} waitMs
 */
export class FixedBatcher {
  /** @param {FixedOptions} options */
  constructor({ clock, call, costMs, size, waitMs }) {
    this.clock = clock;
    this.call = call;
    this.costMs = costMs;
    this.size = size;
    this.waitMs = waitMs;
    /** @type {{ request: Request, arrivedMs: number }[]} */
    this.line = [];
    this.isBusy = false;
    this.callOff = () => {};
  }

  /** @param {Request} request */
  submit(request) {
    this.line.push({ request, arrivedMs: this.clock.now() });
    this.pump();
  }

  pump() {
    if (this.isBusy) return;
    this.callOff();
    this.drop();
    const [first] = this.line;
    if (first === undefined) return;
    const restMs = first.arrivedMs + this.waitMs - this.clock.now();
    if (this.line.length < this.size && restMs > 1e-6) this.callOff = this.clock.after(restMs, () => this.pump());
    else this.send();
  }

  /** Requests have the same time each, so the first to come is the first to be late. */
  drop() {
    const now = this.clock.now();
    for (;;) {
      const [first] = this.line;
      if (first === undefined || first.request.deadlineMs >= now + this.costMs(Math.min(this.size, this.line.length))) return;
      this.line.shift();
      first.request.settle(false);
    }
  }

  send() {
    const batch = this.line.splice(0, this.size);
    this.isBusy = true;
    this.call(batch.length, () => {
      this.isBusy = false;
      for (const { request } of batch) request.settle(true);
      this.pump();
    });
  }
}
