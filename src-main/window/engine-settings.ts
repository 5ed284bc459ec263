/** The user's settings and places in the engine's units, the same for every host with a window. */
import type { Places } from '../places.ts';
import type { Settings } from '../settings.ts';

const bytesPerMiB = 1024 ** 2;

/** `noCache`: the program was started so that it stores no indexes. */
export function createEngineSettings(settings: Settings, { configFolder, cacheFolder }: Places, noCache: boolean) {
  const { workers, memoryBudgetMb, spoolLimitMb, cacheLimitMb } = settings;
  return {
    configFolder,
    ...(noCache ? {} : { cacheFolder }),
    ...(cacheLimitMb === undefined ? {} : { cacheLimitBytes: cacheLimitMb * bytesPerMiB }),
    ...(workers === undefined ? {} : { workers }),
    ...(memoryBudgetMb === undefined ? {} : { memoryBudgetBytes: memoryBudgetMb * bytesPerMiB }),
    ...(spoolLimitMb === undefined ? {} : { spoolLimitBytes: spoolLimitMb * bytesPerMiB }),
  };
}
