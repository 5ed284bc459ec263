import { render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { RawText } from '../../../src-renderer/details/raw-text.tsx';

test('says how many lines of a very long record are not shown', () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at + 1}`).join('\n');
  const long = render(<RawText text={lines(2_345)} isWrapped />).container;
  expect(long.querySelectorAll('.raw-line')).toHaveLength(2_000);
  expect(long.textContent).toContain('345 more lines are not shown here');
  expect(render(<RawText text={lines(2_000)} isWrapped />).container.textContent).not.toContain('not shown');
});
