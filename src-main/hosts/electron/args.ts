/** Arguments of this start and of a second one. Knows nothing of electron. */

/**
 * What was given to the program itself. In development (`electron . FILE`) the first argument that is no switch is
 * the program's folder.
 */
export function ownArguments(argv: readonly string[], isDevelopment: boolean): readonly string[] {
  const given = argv.slice(1);
  if (!isDevelopment) return given;
  const folderAt = given.findIndex((arg) => !arg.startsWith('-'));
  return folderAt === -1 ? [] : given.slice(folderAt + 1);
}

/**
 * Sent by a second start to the first one. Electron's own copy of the arguments is reordered and mixed with switches
 * of Chromium, so the second start sends what it was really given.
 */
export interface SecondStart {
  readonly args: readonly string[];
  readonly cwd: string;
}

/** Undefined: not a message of ours, for instance of a start by another user, whose arguments do not arrive. */
export function readSecondStart(received: unknown): SecondStart | undefined {
  if (typeof received !== 'object' || received === null) return undefined;
  const args: unknown = Reflect.get(received, 'args');
  const cwd: unknown = Reflect.get(received, 'cwd');
  if (typeof cwd !== 'string' || !Array.isArray(args)) return undefined;
  return { cwd, args: args.filter((arg) => typeof arg === 'string') };
}
