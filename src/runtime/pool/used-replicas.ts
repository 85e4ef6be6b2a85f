/** On which replicas copies of one call have been run, so that the next goes to another. */
export class UsedReplicas {
  readonly #used: object[] = [];

  add(replica: object): void {
    this.#used.push(replica);
  }

  has(replica: object): boolean {
    return this.#used.includes(replica);
  }
}
