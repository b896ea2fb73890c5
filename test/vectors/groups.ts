import { readFileSync } from "node:fs";

/** One group of the files in this folder; README.txt explains the fields. */
export interface GroupVector {
	readonly id: string;
	readonly comment: string;
	readonly bits: number;
	/** Lowercase hexadecimal, a leading - when negative. */
	readonly p: string;
	readonly g: string;
	readonly q?: string;
	readonly j?: string;
	readonly expected: "accept" | "reject";
	readonly reasons: readonly string[];
	readonly expectedMin512: "accept" | "reject";
	readonly reasonsMin512: readonly string[];
	readonly facts: {
		readonly pPrime: boolean;
		readonly halfPrime: boolean;
		readonly gOrder?: "(p-1)/2" | "p-1";
	};
	readonly pem: string;
}

type GroupFile = "named-groups" | "weak-groups" | "safe-primes";

/** The groups of one file. */
export function groupVectors(file: GroupFile): GroupVector[] {
	return load<{ cases: GroupVector[] }>(file).cases;
}

/** Any file of this folder. */
export function load<T>(file: string): T {
	const url = new URL(`${file}.json`, import.meta.url);
	return JSON.parse(readFileSync(url, "utf8"));
}

/** A number of the files: hexadecimal, with a sign. */
export function number(hex: string): bigint {
	return hex.startsWith("-") ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);
}
