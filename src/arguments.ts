import { types } from "node:util";
import { InvalidArgumentError } from "./errors.js";

/** What an argument must be. */
export interface Kind {
	readonly accepts: (value: unknown) => boolean;
	/** What follows "it must be" in the message. */
	readonly expected: string;
}

/** A kind for every option of an interface: one without its kind does not compile. */
export type KindsOf<Options> = {
	readonly [Name in keyof Options]-?: Kind;
};

const ofType = (type: string, expected: string): Kind => ({
	accepts: (value) => typeof value === type,
	expected,
});

export const BOOLEAN = ofType("boolean", "true or false");
export const NUMBER = ofType("number", "a number");
export const BIGINT = ofType("bigint", "a bigint, such as 2n");
export const STRING = ofType("string", "a string");
export const FUNCTION = ofType("function", "a function");

/** Objects of other classes (a Date, a Map, a signal) were meant for another argument. */
export const OBJECT: Kind = {
	accepts: (value) => tagOf(value) === "Object",
	expected: "an object",
};

/** Text for the operating system, which ends it at a NUL character. */
export const TEXT: Kind = {
	accepts: (value) => typeof value === "string" && !value.includes("\0"),
	expected: "a string without NUL characters",
};

/** Also from another realm, such as a sandbox of Jest, where `instanceof` fails. */
export const BYTES: Kind = {
	accepts: types.isUint8Array,
	expected: "a Uint8Array",
};

/** Node's own, or one of a polyfill. */
export const SIGNAL: Kind = {
	accepts: (value) => {
		const { aborted, ...methods } = membersOf(value);
		return (
			typeof aborted === "boolean" &&
			Object.values(methods).every((method) => typeof method === "function")
		);
	},
	expected: "an AbortSignal",
};

function membersOf(value: unknown) {
	const { aborted, throwIfAborted, addEventListener, removeEventListener } =
		value as Record<string, unknown>;
	return { aborted, throwIfAborted, addEventListener, removeEventListener };
}

/** @throws {@link InvalidArgumentError} for a value of another kind; the message names the argument */
export function checkArgument(name: string, value: unknown, kind: Kind): void {
	if (attempt(() => kind.accepts(value)) === true) return;
	throw new InvalidArgumentError(
		`${name} is ${describe(value)}; it must be ${kind.expected}.`,
	);
}

/**
 * The options that were given, each read once, without those that are undefined.
 *
 * @param what what each of them is, for the message: "an option of generate"
 * @throws {@link InvalidArgumentError} for what is not an object, an unknown name, or a value of another kind
 */
export function checkOptions<Options extends object>(
	what: string,
	options: unknown,
	kinds: KindsOf<Options>,
	name = "options",
): Options {
	checkArgument(name, options, OBJECT);
	const names = Object.keys(kinds);
	const given = attempt(() => Object.keys(options as object)) ?? [];
	const unknown = given.find((name) => !names.includes(name));
	if (unknown !== undefined) {
		throw new InvalidArgumentError(
			`"${unknown.slice(0, 40)}" is not ${what}. ${advise(unknown, names)}`,
		);
	}
	const read: Record<string, unknown> = {};
	for (const [name, kind] of Object.entries<Kind>(kinds)) {
		const value = optionOf(options as Record<string, unknown>, name);
		if (value === undefined) continue;
		checkArgument(name, value, kind);
		read[name] = value;
	}
	return read as Options;
}

function optionOf(options: Record<string, unknown>, name: string): unknown {
	try {
		return options[name];
	} catch (cause) {
		throw new InvalidArgumentError(
			`${name} cannot be read: its getter throws an error.`,
			{ cause },
		);
	}
}

function advise(unknown: string, names: readonly string[]): string {
	const [nearest, ...others] = names
		.map((name) => ({ name, distance: distance(unknown, name) }))
		.sort((a, b) => a.distance - b.distance);
	const isNear =
		nearest !== undefined &&
		nearest.distance <= Math.max(2, nearest.name.length / 3) &&
		nearest.distance < (others[0]?.distance ?? Number.POSITIVE_INFINITY);
	return isNear
		? `Did you mean ${nearest.name}?`
		: `There are ${names.join(", ")}.`;
}

/** The least number of letters to insert, remove or replace; case, dashes and underscores do not count (Wagner and Fischer 1974). */
function distance(one: string, other: string): number {
	const [a, b] = [one, other].map((name) =>
		name.slice(0, 40).toLowerCase().replace(/[-_]/g, ""),
	) as [string, string];
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(
				Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1),
			);
		}
		row = next;
	}
	return row.at(-1) as number;
}

/** A value for a message; long ones are cut, objects named by their class. */
function describe(value: unknown): string {
	switch (typeof value) {
		case "string":
			return JSON.stringify(
				value.length > 40 ? `${value.slice(0, 40)}…` : value,
			);
		case "bigint":
			return BigInt.asIntN(64, value) === value ? `${value}n` : "a bigint";
		case "symbol":
			return "a symbol";
		case "function":
			return "a function";
		case "object": {
			if (value === null) return "null";
			const tag = tagOf(value);
			if (tag === "Array") return "an array";
			return /^\w{1,40}$/.test(tag) && tag !== "Object"
				? `an object (${tag})`
				: "an object";
		}
		default:
			return String(value);
	}
}

/** The name in "[object Name]"; "" where a proxy or a getter throws. */
function tagOf(value: unknown): string {
	return (
		attempt(() => Object.prototype.toString.call(value).slice(8, -1)) ?? ""
	);
}

/** What a proxy or a getter of the caller's throws means that the value is of no use. */
function attempt<T>(look: () => T): T | undefined {
	try {
		return look();
	} catch {
		return undefined;
	}
}
