/**
 * Settles as the promise does, or, when that takes longer than `timeoutMs`, as `onTimeout` says: with what it returns or
 * throws. The promise is not cancelled, and a rejection that comes too late is nobody's fault.
 */
export async function withTimeout<T, Late>(
  promise: Promise<T>,
  timeoutMs: number,
  onTimeout: () => Late,
): Promise<T | Late> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout.then(onTimeout)]);
  } finally {
    clearTimeout(timer);
  }
}
