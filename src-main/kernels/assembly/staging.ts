/** How a staged column lies in memory: as CellColumn (src-main/index/row-table.ts) has it, for 1024 rows. */

export const kindsAt: usize = 0;
export const startsAt: usize = 1024;
export const endsAt: usize = 5120;
export const numbersAt: usize = 9216;
export const columnBytes: usize = 17408;

export const enum Kind {
  absent = 0,
  number = 1,
  span = 2,
  value = 3,
}

export const absentSpan: u32 = 0xffffffff;
