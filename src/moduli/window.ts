/**
 * The length of the windows of a moduli file, in mean distances between safe primes: one sieve serves some 64 groups. It
 * belongs to the construction "gen-dhparams moduli seed 1".
 */
export const WINDOW_IN_GAPS = 64;
