/** What panels need to know of a record's outcome, as bits. */
export const Flag = { missing: 1, clientError: 2, serverError: 4, error: 8 } as const;
