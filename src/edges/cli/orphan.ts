const CHECK_MS = 500;

/**
 * Calls back once when the shell that npx or npm put between itself and this process is gone: both give SIGTERM to that shell,
 * which ends without passing it on, and a server nobody knows of would keep its port.
 */
export function whenOrphaned(callback: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, CHECK_MS);
  timer.unref();
}
