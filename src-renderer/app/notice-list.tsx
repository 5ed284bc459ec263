/** Notices at the lower edge of the window. */
import { useStore } from '../engine/index.ts';
import { Icon, IconButton } from '../widgets/index.ts';
import type { Notices } from './notices.ts';
import { texts } from './texts.ts';

export function NoticeList({ notices }: { readonly notices: Notices }) {
  const list = useStore(notices.list);
  return (
    <div className="notices" aria-live="polite" role="status">
      {list.map(({ id, tone, text, detail }) => (
        <div key={id} className={`notice notice-${tone}`} data-testid="notice">
          <Icon name={tone === 'error' ? 'error' : 'check'} />
          <div className="notice-text">
            <p>{text}</p>
            {detail !== undefined && <p className="notice-detail">{detail}</p>}
          </div>
          <IconButton icon="close" label={texts.notices.close} onClick={() => notices.dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
