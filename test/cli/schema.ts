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
	// Others refer to these.
	for (const part of ["report", "error", "unit"]) {
		if (name !== part) ajv.addSchema(schema(part));
	}
	ajv.validate(schema(name), JSON.parse(json));
	expect(ajv.errors).toBeNull();
}
