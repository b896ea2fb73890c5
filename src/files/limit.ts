/** The largest input that is read, in bytes; OpenSSH's table of groups takes about half of it. */
export const MAX_INPUT_BYTES = 1 << 20;
