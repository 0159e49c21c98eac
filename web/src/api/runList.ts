/** Run keys as a query names them, in order: neighbours as `5-9`, so that a thousand runs stay below what proxies take for an address. */
export function runList(keys: readonly number[]): string {
  const sorted = [...new Set(keys)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (sorted[to + 1] === (sorted[to] as number) + 1) to += 1;
    parts.push(to > from ? `${sorted[from]}-${sorted[to]}` : `${sorted[from]}`);
    from = to + 1;
  }
  return parts.join();
}
