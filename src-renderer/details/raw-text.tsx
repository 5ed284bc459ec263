/** The record's own text, with control characters shown and stack traces told apart; and JSON in pretty lines. */
import { texts } from '../app/texts.ts';
import { formatCount, visibleLines } from '../widgets/index.ts';
import { prettyJson } from './pretty-json.ts';
import { lineKind } from './stack-trace.ts';

/** Lines put into the page; a stack trace of more is read in an editor. */
const mostLines = 2_000;

export interface RawTextProps {
  readonly text: string;
  readonly isWrapped: boolean;
}

export function RawText({ text, isWrapped }: RawTextProps) {
  const all = visibleLines(text).split('\n');
  const lines = all.slice(0, mostLines);
  const hasFrames = lines.some((line) => lineKind(line) === 'frame');
  return (
    <>
      <pre className="raw-text" data-wrapped={isWrapped} data-testid="details-raw">
        {lines.map((line, at) => (
          // Lines never move: they are those of one text.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={at} className={hasFrames ? `raw-line raw-line-${lineKind(line)}` : 'raw-line'}>
            {`${line}\n`}
          </span>
        ))}
      </pre>
      {all.length > mostLines && (
        <p className="details-note">{texts.details.cutLines(formatCount(all.length - mostLines))}</p>
      )}
    </>
  );
}

export const JsonText = ({ text, isWrapped }: RawTextProps) => (
  <pre className="raw-text" data-wrapped={isWrapped} data-testid="details-json">
    {prettyJson(text).map((token, at) => (
      // oxlint-disable-next-line react/no-array-index-key
      <span key={at} className={`json-${token.kind}`}>
        {visibleLines(token.text)}
      </span>
    ))}
  </pre>
);
