import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect } from "vitest";

const schema = (name: string) =>
	JSON.parse(
		readFileSync(
			new URL(`../../docs/${name}.schema.json`, import.meta.url),
			"utf8",
		),
	);

/** Checks JSON by a schema in docs. */
export function expectValid(name: string, json: string): void {
	const ajv = new Ajv({ allErrors: true, strict: false });
	// probe.schema.json refers to it.
	if (name !== "report") ajv.addSchema(schema("report"));
	ajv.validate(schema(name), JSON.parse(json));
	expect(ajv.errors).toBeNull();
}
