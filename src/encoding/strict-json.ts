import { UnreadableParametersError } from "../errors.js";

// Our own JSON goes two deep, the origin and the validation parameters, and three in an array of sets.
const MAX_DEPTH = 4;

/**
 * An object in JSON, or each of an array of them, in which every name has one value. JSON.parse takes the last of two equal names, other programs
 * the first (RFC 8259 section 4); names are compared as they are meant, with their escapes undone.
 *
 * @throws {@link UnreadableParametersError} for what is neither, for two equal names, and for more than four
 * levels
 */
export function parseStrictJson(text: string): Record<string, unknown>[] {
	refuseTwoMeanings(text);
	const json = parse(text);
	const objects = Array.isArray(json) ? json : [json];
	const isObject = (value: unknown) =>
		typeof value === "object" && value !== null && !Array.isArray(value);
	if (objects.length === 0 || !objects.every(isObject)) {
		throw new UnreadableParametersError(
			"The JSON holds no object with p and g, as gen-dhparams writes it.",
		);
	}
	return objects as Record<string, unknown>[];
}

/** One pass over brackets and strings; what else is wrong, JSON.parse finds. */
function refuseTwoMeanings(text: string): void {
	// The names of each object that is open; none for an array, whose strings no colon follows.
	const open: Set<string>[] = [];
	for (let at = 0; at < text.length; at++) {
		switch (text[at]) {
			case "{":
			case "[":
				open.push(new Set());
				if (open.length > MAX_DEPTH) throw tooDeep();
				break;
			case "}":
			case "]":
				open.pop();
				break;
			case '"': {
				const end = endOfString(text, at);
				if (isName(text, end)) {
					const name = String(parse(text.slice(at, end + 1)));
					const names = open.at(-1);
					if (names?.has(name)) throw twice(name);
					names?.add(name);
				}
				at = end;
			}
		}
	}
}

/** The place of the closing quotation mark, or the end of the text. */
function endOfString(text: string, start: number): number {
	for (let at = start + 1; at < text.length; at++) {
		if (text[at] === '"') return at;
		if (text[at] === "\\") at++;
	}
	return text.length;
}

function isName(text: string, end: number): boolean {
	let at = end + 1;
	while (at < text.length && " \t\r\n".includes(text[at] as string)) at++;
	return text[at] === ":";
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new UnreadableParametersError(
			"The text looks like JSON but does not parse: it is damaged or cut off.",
			{ cause },
		);
	}
}

function tooDeep(): UnreadableParametersError {
	return new UnreadableParametersError(
		`The JSON goes more than ${MAX_DEPTH} levels deep, which no JSON of gen-dhparams does.`,
	);
}

function twice(name: string): UnreadableParametersError {
	return new UnreadableParametersError(
		`The JSON has two values for ${JSON.stringify(name.slice(0, 40))}, and programs disagree on which one counts. Remove one.`,
	);
}
