/** The largest input that is read, in bytes; OpenSSH's table of groups takes about half of it. */
export const MAX_INPUT_BYTES = 1 << 20;

/** The largest table of OpenSSH's groups, in bytes: some 10,000 groups, each of them with 2048 to 8192 bits. */
export const MAX_TABLE_BYTES = 1 << 24;
