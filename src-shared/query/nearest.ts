/** Which of several names someone may have meant. */

/** At most three of `names`, the likeliest first: misspelt, in another case, or the last part of a dotted name. */
export function nearestNames(word: string, names: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const scored = names.flatMap((name) => {
    const lower = name.toLowerCase();
    const distance = lower.endsWith(`.${wanted}`) || lower === `x_${wanted}` ? 1 : editDistance(wanted, lower, most);
    return distance <= most ? [{ name, distance }] : [];
  });
  return scored
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); more than `most` is any more. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a.charAt(i - 1) === b.charAt(j - 1);
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1);
      if (isSwap) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? most + 1;
}
