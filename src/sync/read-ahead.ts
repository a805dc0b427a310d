/**
 * The same items, with the next one asked for while the one before is dealt with. An error comes after the items
 * before it. Whoever leaves early ends the asking by the signal that it was given.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = () => {
    const next = iterator.next();
    next.catch(() => {}); // it is heard when its turn comes
    return next;
  };
  try {
    let next = ask();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = ask();
      yield value;
    }
  } finally {
    // Not waited for: it ends only when what was asked for has come.
    iterator.return?.()?.catch(() => {});
  }
}
