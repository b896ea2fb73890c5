import { certificateAbove } from "../certificate/comment.js";
import { type DhValues, decodeDer } from "../encoding/der.js";
import { originAbove } from "../encoding/origin.js";
import {
	isDhLabel,
	misspelled,
	misspelledBegin,
	type PemBlock,
	type PemFile,
	type PemLine,
	pemBlocks,
} from "../encoding/pem.js";
import { decodeText, isTextHeader } from "../encoding/text.js";
import { UnreadableParametersError } from "../errors.js";
import { NAMED_GROUPS } from "../groups/groups.js";
import { standardGroupOf } from "../groups/standard-der.js";
import { describeLabel } from "./identify.js";
import {
	notParameters,
	type Reading,
	readingOf,
	withinLimit,
} from "./reading.js";
import { refuseModuliLine, refuseStraysInDer } from "./strays.js";

/** A block that is decoded. */
interface DhBlock extends PemBlock {
	readonly der: Uint8Array;
}

/**
 * All parameters in a PEM text; what stands beside the blocks of DH parameters says the same as they do, or nothing.
 *
 * @throws {@link UnreadableParametersError} where there are none, and where other parameters stand beside them
 */
export function readPem(text: string): Reading[] {
	const file = pemBlocks(text);
	const { blocks } = file;
	const dhBlocks = blocks.filter(
		(block): block is DhBlock =>
			isDhLabel(block.label) && block.der !== undefined,
	);
	if (dhBlocks.length === 0) throw withoutParameters(text, blocks);
	const stranger = blocks.find(({ label }) => !isDhLabel(label));
	const readings = withinLimit(dhBlocks).map((block) =>
		readBlock(
			block,
			stranger && stranger.line < block.line ? stranger : undefined,
		),
	);
	compareOutside(file, readings);
	// In the body of a key or certificate too, since sshd knows no blocks.
	refuseModuliLine(text);
	return readings;
}

function readBlock(block: DhBlock, stranger: PemBlock | undefined): Reading {
	const { label, der, line } = block;
	const kind = label === "DH PARAMETERS" ? "PKCS #3" : "X9.42";
	const standard = kind === "PKCS #3" ? standardGroupOf(der) : undefined;
	const decoded = standard ?? decodeDer(der, kind);
	if (standard === undefined) refuseStraysInDer(der);
	const above = block.linesBefore.map(({ text }) => text);
	const { p, g, q, j, validation, privateLength } = decoded;
	const values = {
		...{ p, g, q, j, validation, privateLength },
		origin: originAbove(above),
		certificate: certificateAbove(above),
	};
	const reading = readingOf("PEM", values, line);
	if (stranger === undefined) return reading;
	const remark = `The parameters stand behind ${describeLabel(stranger.label)}: \`openssl dhparam -in\` does not find them there, servers that take such bundles do.`;
	return { ...reading, remarks: [remark] };
}

/** Text of `openssl dhparam -text` goes with the block that follows it, or with the last one. */
function compareOutside(
	{ blocks, linesAfter }: PemFile,
	readings: readonly Reading[],
): void {
	let next = 0;
	for (const { label, linesBefore } of blocks) {
		compareLines(linesBefore, readings[next] ?? (readings.at(-1) as Reading));
		if (isDhLabel(label)) next++;
	}
	compareLines(linesAfter, readings.at(-1) as Reading);
}

function compareLines(lines: readonly PemLine[], { params }: Reading): void {
	for (const [at, { text, number }] of lines.entries()) {
		if (isTextHeader(text) && !isSame(printedFrom(lines, at), params)) {
			throw new UnreadableParametersError(
				`The text from line ${number} shows other numbers than the block of DH parameters beside it. Remove the text, or get a fresh copy.`,
			);
		}
	}
}

/** The values in the text that begins at a line; it ends with the first line that is not indented. */
function printedFrom(lines: readonly PemLine[], header: number): DhValues {
	const isMore = ({ text }: PemLine) =>
		text.startsWith(" ") && !isTextHeader(text);
	let end = header + 1;
	while (end < lines.length && isMore(lines[end] as PemLine)) end++;
	return decodeText(
		lines.slice(header, end).map(({ text }) => text),
		groupNamed,
	);
}

/** What the text prints stands in the block too; a name stands for more numbers than PKCS #3 holds. */
function isSame(printed: DhValues, { p, g, q, j, privateLength }: DhValues) {
	return (
		printed.p === p &&
		printed.g === g &&
		(q === undefined || printed.q === undefined || printed.q === q) &&
		(j === undefined || printed.j === undefined || printed.j === j) &&
		(privateLength === undefined ||
			printed.privateLength === undefined ||
			printed.privateLength === privateLength)
	);
}

/** The group of a standard by the name that OpenSSL 3 prints in place of its numbers. */
export function groupNamed(name: string): DhValues | undefined {
	const known = name.toLowerCase();
	return NAMED_GROUPS.find(({ name }) => name === known)?.params;
}

function withoutParameters(
	text: string,
	blocks: readonly PemBlock[],
): UnreadableParametersError {
	const line = misspelledBegin(text);
	if (line !== undefined) return misspelled(line);
	const [first] = blocks;
	if (first === undefined) {
		return new UnreadableParametersError(
			"No line is a proper BEGIN line: -----BEGIN DH PARAMETERS----- must stand alone at the start of a line.",
		);
	}
	return notParameters(
		blocks.length === 1
			? describeLabel(first.label)
			: `${blocks.length} PEM blocks (the first is ${describeLabel(first.label)})`,
	);
}
