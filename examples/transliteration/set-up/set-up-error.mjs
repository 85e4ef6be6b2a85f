// @ts-check

/** Why the example cannot be set up on this machine, and what to do: for a person, without a stack. */
export class SetUpError extends Error {}
