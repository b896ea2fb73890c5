import { ProbeError } from "../errors.js";

/*
 * TLS presentation language, RFC 8446 section 3: numbers are big-endian, and a vector of variable length
 * is its length in bytes, as a number of fixed width, before its content.
 */

export function uint8(value: number): Uint8Array {
	return Uint8Array.of(value);
}

export function uint16(value: number): Uint8Array {
	return Uint8Array.of(value >> 8, value & 0xff);
}

/** A vector whose length takes `width` bytes, of the parts in their order. */
export function vector(
	width: 1 | 2 | 3,
	...parts: readonly Uint8Array[]
): Uint8Array {
	const content = concat(...parts);
	const length = Uint8Array.of(
		content.length >> 16,
		content.length >> 8,
		content.length,
	);
	return concat(length.subarray(3 - width), content);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
	return new Uint8Array(Buffer.concat(parts));
}

/** Reads what a server sent. A length that its surroundings do not hold ends the probe. */
export class VectorReader {
	readonly #bytes: Uint8Array;
	readonly #name: string;
	#at = 0;

	/** @param name what the bytes are, for messages: "ServerKeyExchange". */
	constructor(bytes: Uint8Array, name: string) {
		this.#bytes = bytes;
		this.#name = name;
	}

	get done(): boolean {
		return this.#at === this.#bytes.length;
	}

	/** A number of `width` bytes. */
	number(width: 1 | 2 | 3 | 4): number {
		return this.bytes(width).reduce((number, byte) => number * 256 + byte, 0);
	}

	bytes(length: number): Uint8Array {
		const left = this.#bytes.length - this.#at;
		if (length > left) {
			throw new ProbeError(
				"malformed",
				`sent a ${this.#name} in which a field of ${length} bytes has only ${left}.`,
			);
		}
		this.#at += length;
		return this.#bytes.subarray(this.#at - length, this.#at);
	}

	/** The content of a vector whose length takes `width` bytes. */
	vector(width: 1 | 2 | 3 | 4): Uint8Array {
		return this.bytes(this.number(width));
	}

	/** Nothing may follow. */
	end(): void {
		if (!this.done) {
			throw new ProbeError(
				"malformed",
				`sent a ${this.#name} with ${this.#bytes.length - this.#at} bytes after its end.`,
			);
		}
	}
}
