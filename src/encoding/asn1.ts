type Asn1 = typeof import("asn1js");

/** asn1js was needed and is not loaded yet; {@link withAsn1} is the only one to see it. */
class NotLoaded extends Error {}

let loaded: Asn1 | undefined;

/** asn1js, inside of {@link withAsn1}. */
export function asn1(): Asn1 {
	if (loaded === undefined) throw new NotLoaded("asn1js is not loaded.");
	return loaded;
}

/**
 * The result of decoding that may need asn1js, which is loaded when it turns out to: that takes 20 ms, and a standard
 * group, text or a number needs none. The decoding then begins anew.
 */
export async function withAsn1<T>(decode: () => T): Promise<T> {
	try {
		return decode();
	} catch (error) {
		if (!(error instanceof NotLoaded)) throw error;
	}
	loaded = await import("asn1js");
	return decode();
}
