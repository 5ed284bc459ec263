/** The user's settings and places in the engine's units, the same for every host with a window. */
import type { Places } from '../places.ts';
import type { Settings } from '../settings.ts';

const bytesPerMiB = 1024 ** 2;

export function createEngineSettings(settings: Settings, { configFolder, cacheFolder }: Places) {
  const { workers, memoryBudgetMb, spoolLimitMb } = settings;
  return {
    configFolder,
    cacheFolder,
    ...(workers === undefined ? {} : { workers }),
    ...(memoryBudgetMb === undefined ? {} : { memoryBudgetBytes: memoryBudgetMb * bytesPerMiB }),
    ...(spoolLimitMb === undefined ? {} : { spoolLimitBytes: spoolLimitMb * bytesPerMiB }),
  };
}
