import { UnreadableParametersError } from "../errors.js";
import {
	commentJson,
	isSeed,
	PROVABLE_CONSTRUCTION,
	SEED_CONSTRUCTION,
	type SeedOrigin,
} from "./seed.js";

// A window holds at most 2^27 candidates, and there is a safe prime in all but one in 55 windows.
const MAX_NUMBER = 2 ** 27;

const MARK = `# ${SEED_CONSTRUCTION}: `;
const PROVABLE_MARK = `# ${PROVABLE_CONSTRUCTION}: `;

/** The line above a PEM block that holds the seed, in ASCII; programs that read PEM skip it (RFC 7468 section 2). */
export function encodeOrigin({ provable, ...origin }: SeedOrigin): string {
	return `${provable ? PROVABLE_MARK : MARK}${commentJson(origin)}\n`;
}

/** Is this line a comment with an origin? */
export function isOriginLine(line: string): boolean {
	return line.startsWith(MARK) || line.startsWith(PROVABLE_MARK);
}

/**
 * The origin in the comment lines above a block, where there is one.
 *
 * @throws {@link UnreadableParametersError} for a line that is damaged, and for two
 */
export function originAbove(lines: readonly string[]): SeedOrigin | undefined {
	const [line, ...others] = lines.filter(isOriginLine);
	if (line === undefined) return undefined;
	const provable = line.startsWith(PROVABLE_MARK);
	const mark = provable ? PROVABLE_MARK : MARK;
	const parsed = parse(line.slice(mark.length));
	// The mark alone says which construction it is.
	const origin =
		parsed?.provable === undefined
			? parsed && { ...parsed, ...(provable && { provable }) }
			: undefined;
	if (origin === undefined || others.length > 0) {
		throw new UnreadableParametersError(
			"The comment with the seed of the parameters is damaged or appears twice; remove it, or make the parameters again from the seed.",
		);
	}
	return origin;
}

function parse(json: string): SeedOrigin | undefined {
	try {
		return originOf(JSON.parse(json));
	} catch {
		return undefined;
	}
}

/** A value of JSON as an origin; undefined where it is none. */
export function originOf(value: unknown): SeedOrigin | undefined {
	const { seed, window, candidate, provable, ...rest } = Object(
		value,
	) as Record<string, unknown>;
	return isSeed(seed) &&
		isSmallNumber(window) &&
		isSmallNumber(candidate) &&
		(provable === undefined || provable === true) &&
		Object.keys(rest).length === 0
		? { seed, window, candidate, ...(provable && { provable }) }
		: undefined;
}

function isSmallNumber(value: unknown): value is number {
	const number = Number.isInteger(value) ? Number(value) : -1;
	return number >= 0 && number < MAX_NUMBER;
}
