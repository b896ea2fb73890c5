import { fromBytes } from "../../arithmetic/integers.js";
import { ProbeError } from "../../errors.js";
import { concat, VectorReader } from "../vectors.js";

/*
 * The data types of SSH, RFC 4251 section 5: numbers are big-endian, and strings, name-lists and integers of any size
 * follow their length in bytes, as a uint32.
 */

export function uint32(value: number): Uint8Array {
	return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

export function string(content: Uint8Array | string): Uint8Array {
	const bytes = Buffer.from(content);
	return concat(uint32(bytes.length), bytes);
}

export function nameList(names: readonly string[]): Uint8Array {
	return string(names.join(","));
}

/** Reads one message of a server. A length that its surroundings do not hold ends the probe. */
export class MessageReader {
	readonly #fields: VectorReader;
	readonly #name: string;

	/** @param name of the message, such as KEXINIT */
	constructor(payload: Uint8Array, name: string) {
		this.#fields = new VectorReader(payload, name);
		this.#name = name;
	}

	byte(): number {
		return this.#fields.number(1);
	}

	bytes(length: number): Uint8Array {
		return this.#fields.bytes(length);
	}

	uint32(): number {
		return this.#fields.number(4);
	}

	string(): Uint8Array {
		return this.#fields.vector(4);
	}

	/** One character a byte (Latin-1), control characters included. */
	text(): string {
		return Buffer.from(this.string()).toString("latin1");
	}

	/** Names of printable US-ASCII between commas, RFC 4251 section 6; an empty list has none. */
	nameList(list: string): string[] {
		const text = this.text();
		if (text === "") return [];
		const names = text.split(",");
		const fault = names.find((name) => !/^[!-~]+$/.test(name));
		if (fault === undefined) return names;
		throw this.#malformed(
			fault === ""
				? `an empty name in the list of ${list}`
				: `a name in the list of ${list} that is not printable US-ASCII`,
		);
	}

	/** An integer of any size that is not negative, in its shortest form; zero has no bytes. */
	mpint(field: string): bigint {
		const bytes = this.string();
		const [first, second = 0] = bytes;
		if (first !== undefined && first >= 0x80) {
			throw this.#malformed(`a negative ${field}`);
		}
		if (first === 0 && second < 0x80) {
			throw this.#malformed(
				`leading zeros before ${field}, which RFC 4251 section 5 forbids`,
			);
		}
		return fromBytes(bytes);
	}

	/** Nothing may follow. */
	end(): void {
		this.#fields.end();
	}

	#malformed(what: string): ProbeError {
		return new ProbeError("malformed", `sent a ${this.#name} with ${what}.`);
	}
}
