/** What a subcommand is; commands.ts lists them. */
import type { OptionTable } from './arguments.ts';
import type { Shell } from './shell.ts';

export interface Subcommand {
  /** What follows `taillight NAME` in the help. */
  readonly usage: string;
  readonly options: OptionTable;
  /** A few lines for the end of the help. */
  readonly examples: readonly string[];
  /** `args` without the subcommand's name. @throws UsageError, FilterError, EngineError, PipeClosed */
  run(shell: Shell, args: readonly string[]): Promise<void>;
}

export interface SubcommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly command: Subcommand;
}
