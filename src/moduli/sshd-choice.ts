/**
 * Which size of a table sshd uses: choose_dh in dh.c, and the bounds that kexgexs.c sets (OpenSSH 9.2).
 */

/** sshd uses no others: DH_GRP_MIN and DH_GRP_MAX of dh.h, in bits. */
export const SMALLEST_GROUP = 2048;
export const LARGEST_GROUP = 8192;

/**
 * What the client of OpenSSH asks for, in bits, by the strength of cipher and MAC (dh_estimate in dh.c); nearly always the
 * last: 256 bits are the key of ChaCha20 and AES-256, and that of hmac-sha2-256.
 */
export const REQUESTS = [2048, 3072, 7680, 8192] as const;

export function isUsedSize(bits: number): boolean {
	return bits >= SMALLEST_GROUP && bits <= LARGEST_GROUP;
}

/**
 * The size that sshd picks for a request, with a client that takes 2048 to 8192 bits; undefined where the table has none,
 * and sshd takes a built-in group.
 *
 * A larger size before the wanted one in the file keeps that from being picked: sshd goes back only to sizes above the wanted
 * one.
 *
 * @param sizes the bits of the groups, in the order of the file
 */
export function chosenSize(
	sizes: Iterable<number>,
	wanted: number,
): number | undefined {
	let best = 0;
	for (const size of sizes) {
		if (!isUsedSize(size)) continue;
		if ((size > wanted && size < best) || (size > best && best < wanted)) {
			best = size;
		}
	}
	return best === 0 ? undefined : best;
}
