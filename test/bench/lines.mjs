/** Cuts a stream of chunks into lines; each call gives the lines that its chunk completed. */
export function createLines() {
  let parts = [];
  return (chunk) => {
    const lines = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      lines.push((parts.length === 1 ? parts[0] : Buffer.concat(parts)).toString());
      parts = [];
      from = end + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
    return lines;
  };
}
