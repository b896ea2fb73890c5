import { ProbeError } from "../errors.js";
import { EXTENSION } from "./client-hello.js";
import { type Offer, TLS12, TLS13 } from "./offers.js";
import type { Suite } from "./suites.js";
import { VectorReader } from "./vectors.js";

/** What the server chose: RFC 5246 section 7.4.1.3, RFC 8446 sections 4.1.3 and 4.1.4. */
export interface ServerHello {
	/** 0x0300 (SSLv3) to 0x0304. */
	readonly version: number;
	readonly suite: Suite;
	/** The group that TLS 1.3 settled on, in a ServerHello or a HelloRetryRequest. */
	readonly group?: number;
}

const SSL3 = 0x0300;

/** A HelloRetryRequest is a ServerHello with this SHA-256 of its name for a random: RFC 8446 section 4.1.3. */
const HELLO_RETRY_REQUEST = Buffer.from(
	"cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
	"hex",
);

/** @throws {@link ProbeError} malformed, also for a choice that was not on offer. */
export function parseServerHello(body: Uint8Array, offer: Offer): ServerHello {
	const reader = new VectorReader(body, "ServerHello");
	const legacyVersion = reader.number(2);
	const random = reader.bytes(32);
	if (reader.vector(1).length > 32) throw wrong("a session id above 32 bytes");
	const suiteId = reader.number(2);
	if (reader.number(1) !== 0) throw wrong("a compression that was not offered");
	const extensions = readExtensions(reader);

	const version = selectedVersion(legacyVersion, extensions, offer);
	const suite = offer.suites.find(({ id }) => id === suiteId);
	if (
		suite === undefined ||
		(suite.keyExchange === "TLS 1.3") !== (version === TLS13)
	) {
		throw wrong(
			`cipher suite 0x${suiteId.toString(16).padStart(4, "0")}, which was not offered for that version`,
		);
	}
	if (version !== TLS13) return { version, suite };
	const isRetry = HELLO_RETRY_REQUEST.equals(random);
	return { version, suite, group: keyShare(extensions, isRetry, offer) };
}

function selectedVersion(
	legacyVersion: number,
	extensions: ReadonlyMap<number, Uint8Array>,
	{ versions: [lowest, highest] }: Offer,
): number {
	const selected = extensions.get(EXTENSION.supportedVersions);
	let version = legacyVersion;
	if (selected !== undefined) {
		const reader = new VectorReader(selected, "supported_versions");
		version = reader.number(2);
		reader.end();
	}
	// A server of before TLS may answer with SSLv3; its group is as readable as any other.
	const floor = lowest === TLS13 ? TLS13 : SSL3;
	const ceiling = selected === undefined ? Math.min(highest, TLS12) : highest;
	if (version < floor || version > ceiling) {
		throw wrong(
			`version 0x${version.toString(16).padStart(4, "0")}, which was not offered`,
		);
	}
	return version;
}

function keyShare(
	extensions: ReadonlyMap<number, Uint8Array>,
	isRetry: boolean,
	{ groups }: Offer,
): number {
	const content = extensions.get(EXTENSION.keyShare);
	if (content === undefined) throw wrong("no key share");
	const reader = new VectorReader(content, "key_share");
	const group = reader.number(2);
	if (!isRetry) reader.vector(2);
	reader.end();
	if (!groups.includes(group)) {
		throw wrong(`group ${group}, which was not offered`);
	}
	return group;
}

function readExtensions(reader: VectorReader): ReadonlyMap<number, Uint8Array> {
	const extensions = new Map<number, Uint8Array>();
	// Before TLS 1.3 a ServerHello may end without a list.
	if (reader.done) return extensions;
	const list = new VectorReader(reader.vector(2), "ServerHello extension");
	reader.end();
	while (!list.done) {
		const type = list.number(2);
		if (extensions.has(type)) throw wrong(`extension ${type} twice`);
		extensions.set(type, list.vector(2));
	}
	return extensions;
}

function wrong(what: string): ProbeError {
	return new ProbeError("malformed", `sent a ServerHello with ${what}.`);
}
