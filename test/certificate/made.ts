import { createHash, randomBytes } from "node:crypto";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import type { Certificate } from "../../src/certificate/certificate.js";
import {
	type ChainBytes,
	completeChain,
	drawChain,
	lastOf,
} from "../../src/certificate/chain.js";
import { passesBailliePsw } from "../primality/baillie-psw.js";

const pause = async () => {};
const random: ChainBytes = (_level, _attempt, length) => randomBytes(length);

export function seeded(seed: string): ChainBytes {
	return (level, attempt, length) =>
		createHash("shake256", { outputLength: length })
			.update(`${seed}/${level}/${attempt}`)
			.digest();
}

/** A safe prime with its certificate, of a size at which counting up h finds one at once. */
export async function certificateOf(
	bits: number,
	bytesOf = random,
): Promise<Certificate> {
	const chain = await drawChain(bits, bytesOf, bigintEngine, pause);
	const r = lastOf(chain);
	for (let h = (1n << BigInt(bits - 2)) / r + 1n; ; h++) {
		const q = 2n * r * h + 1n;
		const p = 2n * q + 1n;
		if (q % 3n !== 2n || !passesBailliePsw(q) || !passesBailliePsw(p)) continue;
		return completeChain(chain, p, 4n);
	}
}
