/** Access logs of load balancers, storage and proxies: service-layouts.ts has their layouts. */
import { shareParsed } from './detect.ts';
import type { DetectSample, FormatFamily } from './family.ts';
import { createLayoutParser } from './layout-parser.ts';
import { serviceFormats, type ServiceFormat } from './service-layouts.ts';
import { serviceSamples } from './service-samples.ts';

/** Lines of a log that has none of these layouts are looked at no further. */
const firstLines = 20;

export const serviceLogs: readonly FormatFamily[] = serviceFormats.map(familyOf);

function familyOf({ name, title, layouts }: ServiceFormat): FormatFamily {
  const share = (sample: DetectSample): number => shareParsed(sample, createLayoutParser(layouts, sample.options));
  return {
    name,
    title,
    samples: serviceSamples[name] ?? [],
    detect(sample) {
      if (share({ ...sample, lines: sample.lines.slice(0, firstLines) }) === 0) return undefined;
      return { score: share(sample) };
    },
    create: () => ({
      name,
      title,
      version: 1,
      open: false,
      stackBy: 'status',
      createParser: (options) => createLayoutParser(layouts, options),
    }),
  };
}
