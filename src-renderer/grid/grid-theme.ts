/** The look of AG Grid in terms of the window's own colours (styles/tokens.css), so that dark and light follow them. */
import { themeQuartz } from 'ag-grid-community';

export const headerPx = 28;

export const gridTheme = themeQuartz.withParams({
  accentColor: 'var(--accent)',
  backgroundColor: 'var(--surface)',
  foregroundColor: 'var(--text)',
  borderColor: 'var(--line)',
  borderWidth: 1,
  browserColorScheme: 'inherit',
  wrapperBorder: false,
  wrapperBorderRadius: 0,
  rowBorder: false,
  columnBorder: false,
  oddRowBackgroundColor: 'var(--surface)',
  rowHoverColor: 'var(--hover)',
  headerBackgroundColor: 'var(--surface-2)',
  headerTextColor: 'var(--text-2)',
  headerFontWeight: 500,
  headerFontSize: 12,
  headerColumnResizeHandleColor: 'var(--line)',
  headerColumnResizeHandleHeight: '50%',
  headerCellHoverBackgroundColor: 'var(--hover)',
  pinnedColumnBorder: { color: 'var(--line)', width: 1 },
  fontFamily: 'var(--font-ui)',
  cellFontFamily: 'var(--font-mono)',
  fontSize: 12,
  spacing: 4,
  cellHorizontalPadding: 8,
  iconSize: 12,
});
