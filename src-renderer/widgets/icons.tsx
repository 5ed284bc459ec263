/** The window's icons: strokes on a grid of 16, in the colour of the text around them. */
import type { ReactNode } from 'react';

const shapes = {
  open: <path d="M2 12.5v-9h4l1.5 2H13v2M2 12.5l2-5h10.5l-2 5H2Z" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  plus: <path d="M8 3v10M3 8h10" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4" />
      <path d="m10 10 3.5 3.5" />
    </>
  ),
  filter: <path d="M2.5 3.5h11L9.5 8.5v4l-3-1.5V8.5l-4-5Z" />,
  columns: <path d="M2.5 3h11v10h-11zM6 3v10M10 3v10" />,
  charts: <path d="M2.5 2.5v11h11M5.5 11V8M8.5 11V4.5M11.5 11V6.5" />,
  follow: (
    <>
      <circle cx="8" cy="8" r="1.2" fill="currentColor" />
      <path d="M5.4 5.4a3.7 3.7 0 0 0 0 5.2M10.6 5.4a3.7 3.7 0 0 1 0 5.2M3.2 3.2a6.8 6.8 0 0 0 0 9.6M12.8 3.2a6.8 6.8 0 0 1 0 9.6" />
    </>
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  resume: <path d="M5 3.5v9l7-4.5-7-4.5Z" />,
  histogram: <path d="M2 13.5h12M3.5 11V8.5M6.5 11V4M9.5 11V6.5M12.5 11V3" />,
  details: <path d="M2.5 3h11v10h-11zM9.5 3v10M11 5.5h1M11 7.5h1" />,
  detailsBottom: <path d="M2.5 3h11v10h-11zM2.5 9h11" />,
  export: <path d="M8 10V2.5M5 5l3-3 3 3M2.5 9.5v4h11v-4" />,
  help: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M6.3 6.3a1.75 1.75 0 1 1 2.5 1.6c-.6.3-.8.6-.8 1.3M8 11v.2" />
    </>
  ),
  copy: <path d="M5.5 5.5h7.5v7.5H5.5zM3 10.5V3h7.5" />,
  include: <path d="M3 8h10M8 3v10" />,
  exclude: <path d="M3 8h10" />,
  up: <path d="m4 10 4-4 4 4" />,
  down: <path d="m4 6 4 4 4-4" />,
  left: <path d="m10 4-4 4 4 4" />,
  right: <path d="m6 4 4 4-4 4" />,
  folder: <path d="M2 12.5v-9h4l1.5 2H14v7H2Z" />,
  folderUp: <path d="M8 12.5v-8M4.5 8 8 4.5 11.5 8" />,
  file: <path d="M4 2h5l3 3v9H4V2ZM9 2v3h3" />,
  stop: <path d="M4.5 4.5h7v7h-7z" />,
  back: <path d="M6 4 2.5 7.5 6 11M3 7.5h6.5a3.5 3.5 0 0 1 0 7H8" />,
  warning: <path d="M8 2.5 14.5 13.5h-13L8 2.5ZM8 6.5v3.5M8 11.8v.2" />,
  error: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 5v3.7M8 10.8v.2" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 7.5v3.2M8 5.2v.2" />
    </>
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 4.8V8l2.3 1.4" />
    </>
  ),
  wrap: <path d="M2.5 4h11M2.5 8h8.3a2.2 2.2 0 0 1 0 4.4H8M9.5 10.8 8 12.4l1.5 1.5M2.5 12.4h3" />,
  goTo: <path d="M2.5 8H11M8 4.5 11.5 8 8 11.5M14 3.5v9" />,
  history: <path d="M3 8a5 5 0 1 1 1.5 3.5M3 8 1.7 6.6M3 8l1.5-1.3M8 5.2V8l2 1.3" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[name]}
    </svg>
  );
}

/** The program's mark, as assets/icon.svg has it: rows of a log, the last one lit. */
export function Logo({ size = 18 }: { readonly size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="80 80 864 864" aria-hidden="true" focusable="false">
      <rect x="80" y="80" width="864" height="864" rx="196" fill="#1d2430" />
      <g fill="#8fa1bb">
        <rect x="216" y="250" width="150" height="72" rx="36" fill="#5f718c" />
        <rect x="402" y="250" width="406" height="72" rx="36" />
        <rect x="216" y="390" width="150" height="72" rx="36" fill="#5f718c" />
        <rect x="402" y="390" width="286" height="72" rx="36" />
        <rect x="216" y="530" width="150" height="72" rx="36" fill="#5f718c" />
        <rect x="402" y="530" width="346" height="72" rx="36" />
      </g>
      <rect x="216" y="666" width="592" height="112" rx="56" fill="#ff4a3d" />
    </svg>
  );
}
