export { filterEdits, type FilterEdits } from './edits.ts';
export { FilterBar } from './filter-bar.tsx';
export { createFilterModel, type FilterModel } from './model.ts';
