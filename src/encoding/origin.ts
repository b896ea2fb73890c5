import { UnreadableParametersError } from "../errors.js";
import {
	asciiJson,
	isSeed,
	SEED_CONSTRUCTION,
	type SeedOrigin,
} from "../seed.js";

// A window holds at most 2^27 candidates, and there is a safe prime in all but one in 55 windows.
const MAX_NUMBER = 2 ** 27;

/** The line above a PEM block that tells the seed, in ASCII; programs that read PEM skip it (RFC 7468 section 2). */
export function encodeOrigin(origin: SeedOrigin): string {
	return `# ${SEED_CONSTRUCTION}: ${asciiJson(origin)}\n`;
}

/**
 * The origin that the text above a block tells, where it does.
 *
 * @throws {UnreadableParametersError} for a line that is damaged, and for two
 */
export function originAbove(text: string): SeedOrigin | undefined {
	const mark = `# ${SEED_CONSTRUCTION}: `;
	const lines = text.split("\n").filter((line) => line.startsWith(mark));
	const [line] = lines;
	if (line === undefined) return undefined;
	const origin = parse(line.slice(mark.length));
	if (origin === undefined || lines.length > 1) {
		throw new UnreadableParametersError(
			"The comment that tells the seed of the parameters is damaged or stands there twice; remove it, or make the parameters again from the seed.",
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
	const { seed, window, candidate, ...rest } = Object(value) as Record<
		string,
		unknown
	>;
	return isSeed(seed) &&
		isSmallNumber(window) &&
		isSmallNumber(candidate) &&
		Object.keys(rest).length === 0
		? { seed, window, candidate }
		: undefined;
}

function isSmallNumber(value: unknown): value is number {
	const number = Number.isInteger(value) ? Number(value) : -1;
	return number >= 0 && number < MAX_NUMBER;
}
