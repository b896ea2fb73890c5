import { jacobi, squareRoot, trailingZeros } from "../arithmetic/integers.js";

/**
 * Is odd n > 1 a strong Lucas probable prime with Selfridge's parameters (method A)?
 * Baillie and Wagstaff, "Lucas Pseudoprimes", Mathematics of Computation 35 (1980), section 3.
 */
export function isStrongLucasProbablePrime(n: bigint): boolean {
	// A square has no D with (D/n) = −1: the search below would not end.
	if (squareRoot(n) ** 2n === n) return false;
	const d = selfridgeD(n);
	if (d === undefined) return false;
	const q = (1n - d) / 4n;

	const twos = trailingZeros(n + 1n);
	const odd = (n + 1n) >> BigInt(twos);
	let { u, v, qPower } = lucas(odd, d, q, n);
	if (u === 0n) return true;
	for (let i = 0; i < twos; i++) {
		if (v === 0n) return true;
		v = modulo(v * v - 2n * qPower, n);
		qPower = (qPower * qPower) % n;
	}
	return false;
}

/** The first of 5, −7, 9, −11, … with (D/n) = −1; none where one of them shows a factor of n. */
function selfridgeD(n: bigint): bigint | undefined {
	for (let size = 5n, sign = 1n; ; size += 2n, sign = -sign) {
		const symbol = jacobi(sign * size, n);
		if (symbol === -1) return sign * size;
		if (symbol === 0 && size % n !== 0n) return undefined;
	}
}

/** U_k, V_k and Q^k modulo n for P = 1, by doubling: the binary digits of k from the left. */
function lucas(k: bigint, d: bigint, q: bigint, n: bigint) {
	let u = 1n;
	let v = 1n;
	// With its sign: for Q = −1, every second time, it stays small.
	let qPower = q % n;
	for (const digit of k.toString(2).slice(1)) {
		u = (u * v) % n;
		v = modulo(v * v - 2n * qPower, n);
		qPower = (qPower * qPower) % n;
		if (digit === "1") {
			[u, v] = [half(u + v, n), half(d * u + v, n)];
			qPower = (qPower * q) % n;
		}
	}
	return { u, v, qPower };
}

/** x/2 modulo odd n, for x that is small beside n². */
function half(x: bigint, n: bigint): bigint {
	const halved = (x & 1n) === 1n ? (x + n) >> 1n : x >> 1n;
	// Most are reduced already, and a comparison is cheaper than a division.
	return halved >= 0n && halved < n ? halved : modulo(halved, n);
}

function modulo(x: bigint, n: bigint): bigint {
	const rest = x % n;
	return rest < 0n ? rest + n : rest;
}
