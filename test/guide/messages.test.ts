import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explain } from "../../src/guide/explain.js";

/** A message as a program printed it, and where it stands. */
interface Vector {
	readonly message: string;
	readonly program: string;
	/** An address, or the test of ours that makes the program print it. */
	readonly source: string;
	/** What `explain` finds, in the order of the lines. */
	readonly expected: readonly string[];
	readonly server?: string;
	readonly path?: string;
	readonly seenBy?: string;
}

const vectors: readonly Vector[] = JSON.parse(
	readFileSync("test/vectors/messages.json", "utf8"),
);

test.each(
	vectors.map((vector) => [vector.message.slice(0, 100), vector] as const),
)("%s", (_, { message, expected, server, path, seenBy }) => {
	const found = explain(message);
	expect(found.map((each) => each.message.id)).toEqual(expected);
	if (server !== undefined) expect(found[0]?.server?.id).toBe(server);
	if (path !== undefined) expect(found[0]?.path).toBe(path);
	if (seenBy !== undefined) expect(found[0]?.seenBy).toBe(seenBy);
});
