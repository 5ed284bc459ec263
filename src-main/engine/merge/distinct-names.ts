/** Names of files that tell them apart: the last part of each path, and as many folders before it as that takes. */
export function distinctNames(paths: readonly string[]): readonly string[] {
  const parts = paths.map((path) => path.split(/[/\\]/).filter((part) => part !== ''));
  const name = (at: number, count: number): string => parts[at].slice(-count).join('/');
  return parts.map((own, at) => {
    let count = 1;
    const isTaken = (): boolean => parts.some((_, other) => other !== at && name(other, count) === name(at, count));
    while (count < own.length && isTaken()) count++;
    return name(at, count);
  });
}
