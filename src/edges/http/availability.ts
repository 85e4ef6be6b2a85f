import { FlowError } from '../../errors/flow-error.ts';

/** Whether a server takes requests, and how many it is answering: what a graceful end waits for. */
export class Availability {
  #state: 'starting' | 'open' | 'draining' = 'starting';
  #ongoing = 0;
  #onIdle: (() => void) | undefined;

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isDraining(): boolean {
    return this.#state === 'draining';
  }

  get ongoing(): number {
    return this.#ongoing;
  }

  open(): void {
    if (this.#state === 'starting') this.#state = 'open';
  }

  drain(): void {
    this.#state = 'draining';
  }

  /** Why requests are not taken now, or undefined. */
  refusal(): FlowError | undefined {
    switch (this.#state) {
      case 'open':
        return undefined;
      case 'starting':
        return new FlowError('NOT_READY', 'the server is starting', { retryAfterMs: 1000 });
      case 'draining':
        return new FlowError('DRAINING', 'the server is shutting down', { retryAfterMs: 1000 });
    }
  }

  enter(): void {
    this.#ongoing++;
  }

  leave(): void {
    this.#ongoing--;
    if (this.#ongoing === 0) this.#onIdle?.();
  }

  /** Settles when no request is ongoing. */
  whenIdle(): Promise<void> {
    if (this.#ongoing === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
