import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** asn1js, at its first use: it takes 20 ms to load, and what reads a standard group, text or a number needs none. */
export function asn1(): typeof import("asn1js") {
	return require("asn1js");
}
