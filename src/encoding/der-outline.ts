/** One element of DER: its tag, and where its contents lie. */
export interface DerElement {
	readonly tag: number;
	readonly start: number;
	readonly end: number;
}

/** Tags of X.690 section 8, as DER writes them. */
export const Tag = {
	INTEGER: 0x02,
	BIT_STRING: 0x03,
	OCTET_STRING: 0x04,
	OBJECT_IDENTIFIER: 0x06,
	SEQUENCE: 0x30,
} as const;

// A certificate's own part has ten at most.
const MAX_ELEMENTS = 16;

/**
 * The elements that stand one after another from start to end, by their tags and lengths alone: neither time nor
 * memory depends on what they hold. Behind the 16th none is looked at.
 *
 * @returns undefined where a length is indefinite, does not fit, or has more than four bytes, and for tags above 30
 */
export function outlineOf(
	bytes: Uint8Array,
	start = 0,
	end = bytes.length,
): DerElement[] | undefined {
	const elements: DerElement[] = [];
	for (let at = start; at < end && elements.length < MAX_ELEMENTS; ) {
		const element = elementAt(bytes, at, end);
		if (element === undefined) return undefined;
		elements.push(element);
		at = element.end;
	}
	return elements;
}

/** The element that begins at a place; undefined where {@link outlineOf} says. */
export function elementAt(
	bytes: Uint8Array,
	at = 0,
	limit = bytes.length,
): DerElement | undefined {
	if (at >= limit) return undefined;
	const tag = bytes[at] as number;
	const first = bytes[at + 1];
	const isLongTag = (tag & 0x1f) === 0x1f;
	if (isLongTag || first === undefined || at + 2 > limit) return undefined;
	const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
	const start = at + 2 + lengthBytes;
	if (first === 0x80 || lengthBytes > 4 || start > limit) return undefined;
	const length = bytes
		.subarray(at + 2, start)
		.reduce((sum, byte) => sum * 256 + byte, 0);
	const end = start + (lengthBytes === 0 ? first : length);
	return end > limit ? undefined : { tag, start, end };
}
